//! When Fieldfare itself was listening. A check-in that could not have arrived is not one that was missed.

use serde::{Deserialize, Serialize};

/// A silence longer than this means that no server was running, milliseconds. The watch is kept every 15 seconds.
const DOWN_AFTER_MS: i64 = 120_000;
/// Gaps remembered; more than these within one deadline is not a server that can judge anything.
const GAPS_MAX: usize = 32;

/// The last time somebody watched, and when nobody did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Unix milliseconds; 0 before the first time.
    pub at: i64,
    /// From and to, oldest first.
    pub gaps: Vec<(i64, i64)>,
    /// Whether the clock was set back since, so that monitors may wait for what will not come for a long time.
    #[serde(default)]
    pub set_back: bool,
}

impl Watch {
    /// The watch as it is once somebody has looked at `now`.
    #[must_use]
    pub fn kept(mut self, now: i64) -> Self {
        if self.at - now > DOWN_AFTER_MS {
            // What was noted of times to come never happened.
            self.gaps.retain(|(begin, _)| *begin < now);
            self.gaps.iter_mut().for_each(|(_, end)| *end = now.min(*end));
            return Self { at: now, set_back: true, ..self };
        }
        if self.at > 0 && now - self.at > DOWN_AFTER_MS {
            self.gaps.push((self.at, now));
            let surplus = self.gaps.len().saturating_sub(GAPS_MAX);
            self.gaps.drain(..surplus);
        }
        self.at = self.at.max(now);
        self
    }

    /// Whether what could have arrived between `from` and `to` would have been heard all along.
    pub fn heard(&self, from: i64, to: i64) -> bool {
        self.gaps.iter().all(|&(begin, end)| to <= begin || from >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn only_a_long_silence_is_a_gap() {
        let mut watch = Watch::default().kept(100 * MINUTE);
        for minute in 101..=110 {
            watch = watch.kept(minute * MINUTE);
        }
        assert_eq!(watch.gaps, []);
        watch = watch.kept(170 * MINUTE).kept(171 * MINUTE);
        assert_eq!(watch, Watch { at: 171 * MINUTE, gaps: vec![(110 * MINUTE, 170 * MINUTE)], set_back: false });
        // Another process whose clock is behind takes nothing back.
        assert_eq!(watch.clone().kept(171 * MINUTE - 1), watch);
    }

    #[test]
    fn a_clock_that_is_set_back_takes_the_future_with_it() {
        let day = 24 * 60 * MINUTE;
        let ahead = Watch::default().kept(day).kept(3 * day).kept(400 * day);
        assert_eq!(ahead.gaps, [(day, 3 * day), (3 * day, 400 * day)]);
        let back = ahead.clone().kept(4 * day);
        assert_eq!(back, Watch { at: 4 * day, gaps: vec![(day, 3 * day), (3 * day, 4 * day)], set_back: true });
        assert_eq!(ahead.kept(2 * day), Watch { at: 2 * day, gaps: vec![(day, 2 * day)], set_back: true });
        assert!(back.kept(4 * day + MINUTE).set_back, "until somebody has seen to it");
    }

    #[test]
    fn what_overlaps_a_gap_was_not_heard() {
        let watch = Watch { at: 30, gaps: vec![(10, 20)], set_back: false };
        for (from, to, heard) in [
            (1, 5, true),
            (1, 10, true),
            (20, 25, true),
            (5, 11, false),
            (12, 13, false),
            (19, 40, false),
            (5, 40, false),
        ] {
            assert_eq!(watch.heard(from, to), heard, "{from} to {to}");
        }
    }

    #[test]
    fn gaps_are_bounded() {
        let kept = (1..1_000).fold(Watch::default(), |watch, day| watch.kept(day * 24 * 60 * MINUTE));
        assert_eq!(kept.gaps.len(), GAPS_MAX);
        assert_eq!(kept.gaps.last().map(|gap| gap.1), Some(kept.at));
    }
}
