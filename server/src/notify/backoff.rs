//! How long to wait before trying again, and when to stop. Pure.

/// Attempts before a mail is given up: with the pauses below, most of a day.
pub(super) const ATTEMPTS_MAX: i32 = 12;
/// The pause after the first failure, ms; each further one is twice as long.
const FIRST_PAUSE_MS: i64 = 60_000;
/// The longest pause, ms.
pub(super) const LONGEST_PAUSE_MS: i64 = 6 * 3_600_000;

/// How long to wait after this many failed attempts, or that it is enough.
pub(super) fn pause_ms(attempts: i32) -> Option<i64> {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0);
    let pause = FIRST_PAUSE_MS.saturating_mul(2_i64.saturating_pow(doublings));
    (attempts < ATTEMPTS_MAX).then_some(pause.min(LONGEST_PAUSE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_then_end() {
        let minutes: Vec<Option<i64>> = (1..=13).map(|attempts| pause_ms(attempts).map(|ms| ms / 60_000)).collect();
        let expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360].map(Some).into_iter().chain([None, None]);
        assert_eq!(minutes, expected.collect::<Vec<_>>());
        assert_eq!(pause_ms(i32::MIN + 1), Some(FIRST_PAUSE_MS), "nonsense waits the least");
    }
}
