//! The counters of a part as values.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::HOUR_MS;

/// One event or piece of feedback, as counters see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence {
    pub(super) at: i64,
    pub(super) release_id: i64,
    pub(super) environment_id: i64,
    pub(super) user: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Events by hour, release and environment.
    pub(super) hours: BTreeMap<(i64, i64, i64), i64>,
    /// Events, first and last time, by release.
    pub(super) releases: BTreeMap<i64, (i64, i64, i64)>,
    /// Last time by environment.
    pub(super) environments: BTreeMap<i64, i64>,
    /// Users and the release they met it in.
    pub(super) users: BTreeSet<(i64, i64)>,
}

impl Counted {
    pub(super) fn add(&mut self, one: &Occurrence) {
        *self.hours.entry((one.at.div_euclid(HOUR_MS), one.release_id, one.environment_id)).or_default() += 1;
        let (events, first, last) = self.releases.entry(one.release_id).or_insert((0, one.at, one.at));
        (*events, *first, *last) = (*events + 1, (*first).min(one.at), (*last).max(one.at));
        let last = self.environments.entry(one.environment_id).or_insert(one.at);
        *last = (*last).max(one.at);
        self.users.extend(one.user.map(|user| (user, one.release_id)));
    }

    pub(super) fn first_seen(&self) -> Option<i64> {
        self.releases.values().map(|(_, first, _)| *first).min()
    }

    /// The release it was first seen in.
    pub(super) fn first_release(&self) -> Option<i64> {
        self.releases.iter().min_by_key(|(_, (_, first, _))| *first).map(|(id, _)| *id)
    }

    /// What is left when `leaving` goes. `staying` is what is stored of the rest; where it accounts for all that is
    /// left of a release, times and users are exactly its own, and what is more comes from events that are gone.
    pub(super) fn without(&self, leaving: &Self, staying: &Self) -> Self {
        let hours = self.hours.iter().map(|(key, events)| (*key, events - leaving.hours.get(key).unwrap_or(&0)));
        let hours: BTreeMap<_, _> = hours.filter(|(_, events)| *events > 0).collect();
        let releases: BTreeMap<i64, (i64, i64, i64)> = self
            .releases
            .iter()
            .filter_map(|(id, (events, first, last))| {
                let events = events - leaving.releases.get(id).map_or(0, |gone| gone.0);
                let stored = staying.releases.get(id).filter(|stored| stored.0 == events);
                (events > 0).then(|| (*id, stored.copied().unwrap_or((events, *first, *last))))
            })
            .collect();
        let all_stored = |id: &i64| releases.get(id) == staying.releases.get(id);
        let users = self.users.iter().filter(|(user, release)| {
            let met = &(*user, *release);
            staying.users.contains(met)
                || !leaving.users.contains(met) && releases.contains_key(release) && !all_stored(release)
        });
        let seen: BTreeSet<i64> = hours.keys().map(|(_, _, environment)| *environment).collect();
        let everything_stored = releases == staying.releases;
        let environments = self.environments.iter().filter(|(id, _)| seen.contains(id)).map(|(id, last)| {
            let stored = staying.environments.get(id).filter(|_| everything_stored);
            (*id, *stored.unwrap_or(last))
        });
        Self { environments: environments.collect(), users: users.copied().collect(), hours, releases }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(of: &[(i64, i64, i64)]) -> Counted {
        let mut counted = Counted::default();
        for (hour, release_id, user) in of {
            counted.add(&Occurrence {
                at: hour * HOUR_MS,
                release_id: *release_id,
                environment_id: 3,
                user: Some(*user),
            });
        }
        counted
    }

    #[test]
    fn what_stays_is_exactly_what_is_stored_of_it() {
        let (leaving, staying) = (&[(1, 7, 1), (2, 7, 2), (9, 8, 1)][..], &[(2, 7, 1), (5, 7, 3)][..]);
        let whole = counted(&[leaving, staying].concat());
        assert_eq!(whole.without(&counted(leaving), &counted(staying)), counted(staying));
    }

    #[test]
    fn what_is_counted_of_events_that_are_gone_stays() {
        let (gone, leaving, staying) = (&[(1, 7, 9), (1, 6, 1)][..], &[(2, 7, 2)][..], &[(3, 7, 3)][..]);
        let whole = counted(&[gone, leaving, staying].concat());
        assert_eq!(whole.without(&counted(leaving), &counted(staying)), counted(&[gone, staying].concat()));
    }
}
