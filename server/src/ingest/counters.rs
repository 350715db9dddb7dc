//! Counters that pages read instead of events: by hour, by release, by environment.

use std::collections::BTreeMap;

use super::tally::{Span, Tally};
use super::users::NewUsers;
use crate::error::Result;
use crate::store::bulk::{Bulk, Kind, Writes};

const COUNT_HOURS: Bulk = Bulk {
    head: "INSERT INTO issue_hour (project_id, issue_id, hour, release_id, environment_id, events) \
           SELECT project_id, issue_id, hour, release_id, environment_id, events FROM ",
    columns: &[
        ("project_id", Kind::Integer),
        ("issue_id", Kind::Integer),
        ("hour", Kind::Integer),
        ("release_id", Kind::Integer),
        ("environment_id", Kind::Integer),
        ("events", Kind::Integer),
    ],
    tail: " WHERE true ON CONFLICT (project_id, issue_id, hour, release_id, environment_id) \
           DO UPDATE SET events = issue_hour.events + excluded.events",
};

const COUNT_RELEASES: Bulk = Bulk {
    head: "INSERT INTO issue_release (project_id, issue_id, release_id, events, users, first_seen, last_seen) \
           SELECT project_id, issue_id, release_id, events, users, first_seen, last_seen FROM ",
    columns: &[
        ("project_id", Kind::Integer),
        ("issue_id", Kind::Integer),
        ("release_id", Kind::Integer),
        ("events", Kind::Integer),
        ("users", Kind::Integer),
        ("first_seen", Kind::Integer),
        ("last_seen", Kind::Integer),
    ],
    tail: " WHERE true ON CONFLICT (project_id, issue_id, release_id) DO UPDATE SET \
           events = issue_release.events + excluded.events, users = issue_release.users + excluded.users, \
           first_seen = CASE WHEN excluded.first_seen < issue_release.first_seen \
           THEN excluded.first_seen ELSE issue_release.first_seen END, \
           last_seen = CASE WHEN excluded.last_seen > issue_release.last_seen \
           THEN excluded.last_seen ELSE issue_release.last_seen END",
};

const SEE_ENVIRONMENTS: Bulk = Bulk {
    head: "INSERT INTO issue_environment (project_id, issue_id, environment_id, last_seen) \
           SELECT project_id, issue_id, environment_id, last_seen FROM ",
    columns: &[
        ("project_id", Kind::Integer),
        ("issue_id", Kind::Integer),
        ("environment_id", Kind::Integer),
        ("last_seen", Kind::Integer),
    ],
    tail: " WHERE true ON CONFLICT (project_id, issue_id, environment_id) DO UPDATE SET \
           last_seen = CASE WHEN excluded.last_seen > issue_environment.last_seen \
           THEN excluded.last_seen ELSE issue_environment.last_seen END",
};

/// Adds the tallies of a batch to every counter.
pub(super) fn add(writes: &mut Writes, project_id: i64, tallies: &BTreeMap<i64, Tally>, new: &NewUsers) -> Result<()> {
    writes.add(COUNT_HOURS, &hours(project_id, tallies))?;
    writes.add(COUNT_RELEASES, &releases(project_id, tallies, new))?;
    writes.add(SEE_ENVIRONMENTS, &environments(project_id, tallies))
}

fn hours(project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Vec<[i64; 6]> {
    let of_issues = tallies.iter().flat_map(|(issue_id, tally)| tally.hours.iter().map(move |row| (*issue_id, row)));
    let row = |(issue_id, (&(hour, release_id, environment_id), &events))| {
        [project_id, issue_id, hour, release_id, environment_id, events]
    };
    of_issues.map(row).collect()
}

fn releases(project_id: i64, tallies: &BTreeMap<i64, Tally>, new: &NewUsers) -> Vec<[i64; 7]> {
    let of_issues = tallies.iter().flat_map(|(issue_id, tally)| tally.releases.iter().map(move |row| (*issue_id, row)));
    let row = |(issue_id, (&release_id, &Span { events, first_seen, last_seen })): (i64, (&i64, &Span))| {
        let users = new.by_release.get(&(issue_id, release_id)).copied().unwrap_or(0);
        [project_id, issue_id, release_id, events, users, first_seen, last_seen]
    };
    of_issues.map(row).collect()
}

fn environments(project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Vec<[i64; 4]> {
    let of_issues =
        tallies.iter().flat_map(|(issue_id, tally)| tally.environments.iter().map(move |row| (*issue_id, row)));
    of_issues
        .map(|(issue_id, (&environment_id, &last_seen))| [project_id, issue_id, environment_id, last_seen])
        .collect()
}
