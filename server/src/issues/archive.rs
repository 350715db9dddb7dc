//! Whether an archived issue returns, by what has been counted of it since. Values in, values out; time and escalation are
//! the timekeeper's.

/// What an archived issue waits for, and the counts it began at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    pub from_events: i64,
    pub from_users: i64,
    pub more_events: Option<i64>,
    pub more_users: Option<i64>,
}

impl Waits {
    /// Why the waiting is over at these counts, if it is.
    pub fn is_over(&self, events: i64, users: i64) -> Option<String> {
        let reached = |more: Option<i64>, count: i64, from: i64| more.filter(|more| count - from >= *more);
        let events = reached(self.more_events, events, self.from_events).map(|more| counted(more, "event"));
        let users = || reached(self.more_users, users, self.from_users).map(|more| counted(more, "user"));
        events.or_else(users).map(|what| format!("{what} since it was archived"))
    }
}

/// `1 more event`, `100 more users`.
pub(super) fn counted(more: i64, what: &str) -> String {
    format!("{more} more {what}{}", if more == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archived_issue_returns_once_enough_has_come() {
        let (events, users) = (Some(3), Some(2));
        #[rustfmt::skip]
        let table = [
            (None,   None,  1_000, 1_000, None),
            (events, None,  12,    1_000, None),
            (events, None,  13,    5,     Some("3 more events since it was archived")),
            (events, None,  900,   5,     Some("3 more events since it was archived")),
            (None,   users, 900,   6,     None),
            (None,   users, 11,    7,     Some("2 more users since it was archived")),
            (Some(1), None, 11,    5,     Some("1 more event since it was archived")),
            // A split can leave it with less than it began at.
            (events, None,  2,     0,     None),
        ];
        for (more_events, more_users, events, users, expected) in table {
            let waits = Waits { from_events: 10, from_users: 5, more_events, more_users };
            assert_eq!(waits.is_over(events, users).as_deref(), expected, "{waits:?} at {events}, {users}");
        }
    }
}
