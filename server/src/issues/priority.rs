//! How soon somebody should look at an issue, and why. Values in, values out.
//!
//! What its first event says is where it starts; how many users it hits and how it goes on can raise it.

use fieldfare_app::api::{IssueKind, Level, Priority};

/// So many users in a day are no individuals any more: at least medium.
pub(super) const USERS_SOME: u64 = 10;
/// So many users in a day are a large part of them for most applications: high.
const USERS_MANY: u64 = 100;
/// Fewer events in a day are no trend.
const RISING_EVENTS_MIN: u64 = 20;
/// By how much a day must exceed those before it to be a trend.
const RISING: u64 = 2;
const DAY_HOURS: usize = 24;

/// What a priority is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) kind: IssueKind,
    pub(super) level: Level,
    /// What its first event says.
    pub(super) start: Priority,
    /// Hit within the last 24 hours.
    pub(super) users: u64,
    pub(super) trend: Trend,
}

/// How an issue goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trend {
    Steady,
    /// Events of the last 24 hours, and of a day before.
    Rising {
        today: u64,
        before: u64,
    },
    Escalating,
}

/// The priority and the reason for it.
pub(super) fn judge(facts: &Facts) -> (Priority, String) {
    let mut priority = facts.start;
    let mut reason = start_reason(facts.kind, facts.level, facts.start).to_owned();
    if facts.users >= USERS_SOME {
        let at_least = if facts.users >= USERS_MANY { Priority::High } else { Priority::Medium };
        priority = priority.max(at_least);
        reason.push_str(&format!(", {} users in 24 h", facts.users));
    }
    match facts.trend {
        Trend::Steady => {}
        Trend::Escalating => {
            priority = higher(priority);
            reason.push_str(", escalating");
        }
        Trend::Rising { today, before } => {
            priority = higher(priority);
            reason.push_str(&format!(", {today} events in 24 h after {before} a day"));
        }
    }
    (priority, reason)
}

/// What the first event says of itself.
pub fn start_reason(kind: IssueKind, level: Level, start: Priority) -> &'static str {
    match (kind, level, start) {
        (IssueKind::Feedback, ..) => "feedback",
        (_, Level::Error, Priority::High) => "unhandled error",
        (_, level, _) => level.as_str(),
    }
}

fn higher(priority: Priority) -> Priority {
    match priority {
        Priority::Low => Priority::Medium,
        Priority::Medium | Priority::High => Priority::High,
    }
}

impl Trend {
    /// From events by hour, oldest first, the last of which goes on.
    pub(super) fn of(hours: &[u32]) -> Self {
        let (before, today) = hours.split_at(hours.len().saturating_sub(DAY_HOURS));
        let sum = |hours: &[u32]| hours.iter().map(|count| u64::from(*count)).sum::<u64>();
        let days = u64::try_from(before.len() / DAY_HOURS).unwrap_or(0);
        // Without a day before there is nothing to compare with.
        let Some(usual) = sum(before).checked_div(days) else { return Self::Steady };
        let today = sum(today);
        let rises = today >= RISING_EVENTS_MIN && today >= RISING * usual;
        if rises { Self::Rising { today, before: usual } } else { Self::Steady }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_trend_raise_what_the_first_event_says() {
        use Level::{Error, Fatal, Warning};
        use Priority::{High, Low, Medium};
        use Trend::{Escalating, Steady};
        let rising = Trend::Rising { today: 300, before: 40 };
        #[rustfmt::skip]
        let table = [
            (Fatal,   High,   0,   Steady,     High,   "fatal"),
            (Fatal,   High,   120, Steady,     High,   "fatal, 120 users in 24 h"),
            (Error,   High,   9,   Steady,     High,   "unhandled error"),
            (Error,   Medium, 9,   Steady,     Medium, "error"),
            (Error,   Medium, 10,  Steady,     Medium, "error, 10 users in 24 h"),
            (Error,   Medium, 100, Steady,     High,   "error, 100 users in 24 h"),
            (Warning, Low,    10,  Steady,     Medium, "warning, 10 users in 24 h"),
            (Warning, Low,    0,   Escalating, Medium, "warning, escalating"),
            (Error,   Medium, 0,   rising,     High,   "error, 300 events in 24 h after 40 a day"),
            (Warning, Low,    12,  rising,     High,   "warning, 12 users in 24 h, 300 events in 24 h after 40 a day"),
        ];
        for (level, start, users, trend, priority, reason) in table {
            let facts = Facts { kind: IssueKind::Error, level, start, users, trend };
            assert_eq!(judge(&facts), (priority, reason.to_owned()), "{facts:?}");
        }
        assert_eq!(start_reason(IssueKind::Feedback, Level::Info, Medium), "feedback");
    }

    #[test]
    fn a_trend_needs_a_day_before_and_enough_events() {
        let days = |before: u32, today: u32| [[before; 24], [before; 24], [today; 24]].concat();
        for (hours, expected) in [
            (days(1, 1), Trend::Steady),
            (days(1, 2), Trend::Rising { today: 48, before: 24 }),
            (days(10, 19), Trend::Steady),
            (days(0, 1), Trend::Rising { today: 24, before: 0 }),
            (vec![9; 24], Trend::Steady),
            (vec![9; 40], Trend::Steady),
            (Vec::new(), Trend::Steady),
        ] {
            assert_eq!(Trend::of(&hours), expected, "{hours:?}");
        }
        let mut quiet = vec![0; 48];
        quiet[47] = 19;
        assert_eq!(Trend::of(&quiet), Trend::Steady);
    }
}
