//! How long something took, in two units at most.

use crate::api::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `2 h 13 min`. Clocks that went backwards count as no time.
pub(super) fn between(from: Timestamp, to: Timestamp) -> String {
    match to.0 - from.0 {
        ms if ms < MINUTE => "under a minute".to_owned(),
        ms if ms < HOUR => format!("{} min", ms / MINUTE),
        ms if ms < DAY => format!("{} h {} min", ms / HOUR, ms % HOUR / MINUTE),
        ms => format!("{} d {} h", ms / DAY, ms % DAY / HOUR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        for (ms, text) in [
            (-5, "under a minute"),
            (59_999, "under a minute"),
            (13 * MINUTE + 59_000, "13 min"),
            (2 * HOUR + 13 * MINUTE, "2 h 13 min"),
            (3 * DAY + 23 * HOUR + 59 * MINUTE, "3 d 23 h"),
        ] {
            assert_eq!(between(Timestamp(1_000), Timestamp(1_000 + ms)), text);
        }
    }
}
