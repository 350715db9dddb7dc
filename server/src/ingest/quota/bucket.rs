//! Token buckets: how many tokens are left, as a function of the time.

/// Milliseconds in a minute, and so the units of one token: each millisecond adds as many units as tokens are allowed
/// in a minute, without a remainder that could get lost between two looks.
const TOKEN: i64 = 60_000;
/// Shortest and longest time clients are told to wait, seconds: a client that is told nothing waits a minute, one that
/// is told a day is silent for a day.
const WAIT_SECONDS: (i64, i64) = (1, 3_600);

/// A bucket of a size that its limit says: it holds a minute's worth. A level below zero is a debt, which a file
/// larger than what was left makes, or another process that took from the same bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// [`TOKEN`] units to a token, as of `at`.
    pub(super) level: i64,
    pub(super) at: i64,
}

impl Bucket {
    pub(super) fn full(per_minute: i64, now: i64) -> Self {
        Self { level: capacity(per_minute), at: now }
    }

    /// As it is later. A clock that went back adds nothing and takes nothing.
    pub(super) fn refilled(self, per_minute: i64, now: i64) -> Self {
        let gained = now.saturating_sub(self.at).max(0).saturating_mul(per_minute);
        Self { level: self.level.saturating_add(gained).min(capacity(per_minute)), at: now }
    }

    /// Whether nothing can be taken.
    pub(super) fn is_empty(self) -> bool {
        self.level < TOKEN
    }

    pub(super) fn less(self, tokens: i64) -> Self {
        Self { level: self.level.saturating_sub(units(tokens)), ..self }
    }

    /// Seconds until there is one token.
    pub(super) fn wait_seconds(self, per_minute: i64) -> i64 {
        let missing = TOKEN.saturating_sub(self.level).max(0);
        let ms = missing.saturating_add(per_minute - 1) / per_minute.max(1);
        (ms.saturating_add(999) / 1_000).clamp(WAIT_SECONDS.0, WAIT_SECONDS.1)
    }

    /// How full it is, percent.
    pub(super) fn percent(self, per_minute: i64) -> i64 {
        (self.level.max(0) / (capacity(per_minute) / 100).max(1)).min(100)
    }
}

fn capacity(per_minute: i64) -> i64 {
    units(per_minute)
}

fn units(tokens: i64) -> i64 {
    tokens.saturating_mul(TOKEN)
}

/// What a bucket holds that several processes take from, when one of them looks again after a while.
///
/// `row` is what is written, `written` what this process wrote last, `mine` how it went on from there, having taken
/// `taken` tokens. Alone, it is the one who knows best; otherwise what it took is taken from what the others left.
pub(super) fn merged(
    mine: Bucket,
    written: Option<Bucket>,
    row: Option<Bucket>,
    (taken, per_minute): (i64, i64),
) -> Bucket {
    match row {
        Some(row) if Some(row) != written => {
            let owed = Bucket { level: row.level.saturating_sub(units(taken)), at: row.at };
            owed.refilled(per_minute, mine.at.max(row.at))
        }
        _ => mine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    /// Takes as many as there are, up to `wanted`.
    fn take(bucket: &mut Bucket, per_minute: i64, wanted: usize, now: i64) -> usize {
        *bucket = bucket.refilled(per_minute, now);
        (0..wanted)
            .take_while(|_| {
                !bucket.is_empty() && {
                    *bucket = bucket.less(1);
                    true
                }
            })
            .count()
    }

    #[test]
    fn a_bucket_empties_and_refills_with_time() {
        let mut bucket = Bucket::full(60, 0);
        for (wanted, now, granted, why) in [
            (50, 0, 50, "a minute's worth is there at once"),
            (50, 0, 10, "and no more"),
            (1, 0, 0, "empty"),
            (50, 5_000, 5, "one a second comes back"),
            (100, 10 * MINUTE, 60, "never more than a minute's worth"),
            (1, 9 * MINUTE, 0, "a clock that goes back gives nothing"),
            (9, 9 * MINUTE + 2_000, 2, "and costs nothing once it goes on"),
        ] {
            assert_eq!(take(&mut bucket, 60, wanted, now), granted, "{why}");
        }
    }

    #[test]
    fn looking_often_loses_nothing() {
        let mut bucket = Bucket::full(1, 0).less(1);
        for now in 1..MINUTE {
            bucket = bucket.refilled(1, now);
            assert!(bucket.is_empty(), "at {now} ms");
        }
        assert!(!bucket.refilled(1, MINUTE).is_empty());
    }

    #[test]
    fn the_wait_is_until_one_token_is_there_rounded_up() {
        for (per_minute, debt, after_ms, seconds) in [
            (2, 0, 0, 30),
            (2, 0, 1, 30),
            (2, 0, 29_001, 1),
            (60, 0, 0, 1),
            (600_000, 0, 0, 1),
            (1, 1, 0, 120),
            (1, 1_000, 0, 3_600),
        ] {
            let bucket = Bucket::full(per_minute, 0).less(per_minute + debt).refilled(per_minute, after_ms);
            assert_eq!(
                bucket.wait_seconds(per_minute),
                seconds,
                "{per_minute} a minute, {debt} owed, {after_ms} ms on"
            );
        }
    }

    #[test]
    fn huge_numbers_do_not_wrap() {
        let bucket = Bucket::full(4_294_967_295_000_000, 0);
        assert!(bucket.level > 0 && bucket.refilled(4_294_967_295_000_000, i64::MAX).level > 0);
        assert_eq!(bucket.percent(4_294_967_295_000_000), 100);
    }

    #[test]
    fn processes_share_a_bucket_through_its_row() {
        let written = Bucket::full(60, 0).less(10);
        let mine = written.less(20);
        assert_eq!(merged(mine, Some(written), Some(written), (20, 60)), mine, "nobody else was here");
        assert_eq!(merged(mine, None, None, (20, 60)), mine, "there was no row yet");
        let theirs = written.less(40);
        assert_eq!(merged(mine, Some(written), Some(theirs), (20, 60)), theirs.less(20), "both took");
        let debt = merged(Bucket { at: 1_000, ..mine }, Some(written), Some(theirs), (20, 60));
        assert_eq!(debt, Bucket { level: theirs.level - 20 * TOKEN + 60_000, at: 1_000 }, "a second came back");
    }
}
