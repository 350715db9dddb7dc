//! Counting a batch by issue, in memory, before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::HOUR_MS;

/// One event or piece of feedback, as counters see it.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) issue_id: i64,
    pub(super) at: i64,
    pub(super) release_id: i64,
    pub(super) environment_id: i64,
    pub(super) user_hash: Option<i64>,
}

/// What a batch adds to one issue.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) events: i64,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    /// By release: events, first and last time.
    pub(super) releases: BTreeMap<i64, Span>,
    /// By hour, release and environment: events.
    pub(super) hours: BTreeMap<(i64, i64, i64), i64>,
    /// By environment: last time.
    pub(super) environments: BTreeMap<i64, i64>,
    /// Users and the release they met it in.
    pub(super) users: BTreeSet<(i64, i64)>,
}

/// A count between two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) events: i64,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
}

/// Counts occurrences by issue. Sorted, so that concurrent servers lock rows in one order.
pub(super) fn by_issue(occurrences: &[Occurrence]) -> BTreeMap<i64, Tally> {
    let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
    for one in occurrences {
        tallies.entry(one.issue_id).or_insert_with(|| Tally::starting_at(one.at)).add(one);
    }
    tallies
}

impl Tally {
    fn starting_at(at: i64) -> Self {
        Self {
            events: 0,
            first_seen: at,
            last_seen: at,
            releases: BTreeMap::new(),
            hours: BTreeMap::new(),
            environments: BTreeMap::new(),
            users: BTreeSet::new(),
        }
    }

    fn add(&mut self, one: &Occurrence) {
        self.events += 1;
        self.first_seen = self.first_seen.min(one.at);
        self.last_seen = self.last_seen.max(one.at);
        let span = Span { events: 0, first_seen: one.at, last_seen: one.at };
        let span = self.releases.entry(one.release_id).or_insert(span);
        span.events += 1;
        span.first_seen = span.first_seen.min(one.at);
        span.last_seen = span.last_seen.max(one.at);
        *self.hours.entry((one.at.div_euclid(HOUR_MS), one.release_id, one.environment_id)).or_default() += 1;
        let last = self.environments.entry(one.environment_id).or_insert(one.at);
        *last = (*last).max(one.at);
        self.users.extend(one.user_hash.map(|user| (user, one.release_id)));
    }

    /// The release of the latest occurrence that named one.
    pub(super) fn last_release(&self) -> Option<i64> {
        let named = self.releases.iter().filter(|(release_id, _)| **release_id != crate::store::releases::NONE);
        named.max_by_key(|(_, span)| span.last_seen).map(|(release_id, _)| *release_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: i64, release_id: i64, user: i64) -> Occurrence {
        Occurrence { issue_id: 1, at, release_id, environment_id: 3, user_hash: Some(user) }
    }

    #[test]
    fn a_batch_is_counted_by_issue_release_hour_and_user() {
        let tallies = by_issue(&[at(HOUR_MS + 5, 7, 1), at(HOUR_MS + 1, 7, 1), at(5 * HOUR_MS, 0, 2)]);
        let tally = &tallies[&1];
        assert_eq!((tally.events, tally.first_seen, tally.last_seen), (3, HOUR_MS + 1, 5 * HOUR_MS));
        assert_eq!(tally.releases[&7], Span { events: 2, first_seen: HOUR_MS + 1, last_seen: HOUR_MS + 5 });
        assert_eq!(tally.hours, BTreeMap::from([((1, 7, 3), 2), ((5, 0, 3), 1)]));
        assert_eq!(tally.users, BTreeSet::from([(1, 7), (2, 0)]));
        assert_eq!(tally.last_release(), Some(7));
    }
}
