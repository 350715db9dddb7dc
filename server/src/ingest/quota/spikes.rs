//! A sudden flood of one issue: which of its events are stored. All of them are counted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::grouping::Hash;

const MINUTE_MS: i64 = 60_000;
/// Issues counted in one minute. Beyond, an issue counts as quiet: a flood of as many issues is not one of a single
/// one, and is left to the quota. About a megabyte.
const ISSUES_MAX: usize = 10_000;
/// Events of one issue that are stored in a minute whatever happens, unless a project says otherwise: enough to see
/// what varies between them.
const KEPT_MIN: i64 = 100;
/// The part of a project's quota that one issue may use before it is sampled.
const QUOTA_PART: i64 = 10;

/// How many events of each issue came in the current minute, in this process.
#[derive(Debug, Default)]
pub(super) struct Spikes(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    seen: HashMap<(i64, Hash), i64>,
}

impl Spikes {
    /// Counts an event and answers the how many-th of its issue it is in this minute.
    pub(super) fn count(&self, project_id: i64, hash: Hash, now: i64) -> i64 {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.div_euclid(MINUTE_MS);
        if minute.number != number {
            minute.number = number;
            minute.seen.clear();
        }
        if minute.seen.len() >= ISSUES_MAX && !minute.seen.contains_key(&(project_id, hash)) {
            return 1;
        }
        let seen = minute.seen.entry((project_id, hash)).or_default();
        *seen += 1;
        *seen
    }
}

/// How many events of one issue are stored in a minute before sampling begins, where the project does not say; `None`
/// without a quota that a flood could eat.
pub(super) fn kept_by_default(errors_per_minute: Option<i64>) -> Option<i64> {
    errors_per_minute.map(|per_minute| (per_minute / QUOTA_PART).max(KEPT_MIN))
}

/// Whether the `nth` event of an issue in this minute is stored: the first `kept` are, then one in two, in four, and so
/// on, with every doubling of their number. The emptier the project's bucket, the fewer, so that what is left of it is
/// left for other issues.
pub(super) fn is_stored(nth: i64, kept: i64, bucket_percent: i64) -> bool {
    let kept = kept.max(1);
    if nth <= kept {
        return true;
    }
    let times = u64::try_from((nth - 1) / kept + 1).unwrap_or(1);
    let pressure = match bucket_percent {
        50.. => 1,
        25..50 => 4,
        _ => 16,
    };
    let one_in = times.checked_next_power_of_two().unwrap_or(1).saturating_mul(pressure);
    u64::try_from(nth).unwrap_or(0).is_multiple_of(one_in)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn hash(number: u128) -> Hash {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn a_flood_is_thinned_more_the_longer_it_gets() {
        let stored = |events: i64, percent| (1..=events).filter(|nth| is_stored(*nth, 100, percent)).count();
        for (events, percent, expected) in [
            (1, 100, 1),
            (100, 0, 100),
            (200, 100, 150),
            (400, 100, 200),
            (800, 100, 250),
            (60_000, 100, 558),
            (800, 30, 139),
            (800, 0, 109),
        ] {
            assert_eq!(stored(events, percent), expected, "{events} events at {percent} %");
        }
    }

    #[test]
    fn one_issue_never_eats_the_quota_of_the_others() {
        for per_minute in [1_000_i64, 60_000, 600_000] {
            let kept = kept_by_default(Some(per_minute)).unwrap();
            let stored = (1..=per_minute * 20).filter(|nth| is_stored(*nth, kept, 100)).count();
            assert!(i64::try_from(stored).unwrap() < per_minute / 2, "{stored} of {per_minute}");
        }
        assert_eq!(kept_by_default(Some(5)), Some(100), "a small quota is used up before anything is sampled");
        assert_eq!(kept_by_default(None), None);
    }

    #[test]
    fn issues_are_counted_by_minute_and_project() {
        let spikes = Spikes::default();
        for (project, issue, now, nth) in
            [(1, 1, 0, 1), (1, 1, 59_999, 2), (1, 2, 59_999, 1), (2, 1, 59_999, 1), (1, 1, 60_000, 1), (1, 1, 5, 1)]
        {
            assert_eq!(spikes.count(project, hash(issue), now), nth);
        }
    }

    #[test]
    fn memory_is_bounded_and_what_is_counted_stays_counted() {
        let spikes = Spikes::default();
        for issue in 0..(2 * ISSUES_MAX as u128) {
            spikes.count(1, hash(issue), 0);
        }
        assert_eq!(spikes.count(1, hash(0), 0), 2);
        assert_eq!(spikes.count(1, hash(2 * ISSUES_MAX as u128 - 1), 0), 1);
        assert_eq!(spikes.0.lock().unwrap().seen.len(), ISSUES_MAX);
    }
}
