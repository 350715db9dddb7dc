//! Which issues of a batch come back: resolved ones by the order of releases, archived ones by what they wait for,
//! answered ones when somebody writes again. One question to the database for all of them, and none where none can.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fieldfare_app::api::Substatus;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::known::Standing;
use super::tally::Tally;
use super::users::NewUsers;
use crate::error::Result;
use crate::issues::regression::{Arrival, Decision, Resolution, ResolutionKind, decide};
use crate::issues::reopening::Regressed;
use crate::issues::state::{Entry, Subject};
use crate::releases::order::ReleaseOrder;
use crate::store::Tx;
use crate::store::entities::release;

/// The issues of a batch that come back.
#[derive(Debug, Default)]
pub(super) struct Returns {
    pub(super) entries: Vec<Entry>,
    /// Those of them that came back in a release.
    pub(super) regressed: Vec<Regressed>,
}

/// Finds them.
pub(super) async fn find(
    tx: &Tx,
    now: i64,
    standings: &HashMap<i64, Standing>,
    tallies: &BTreeMap<i64, Tally>,
    new_users: &NewUsers,
) -> Result<Returns> {
    let with_tallies = || tallies.iter().filter_map(|(issue_id, tally)| Some((standings.get(issue_id)?, tally)));
    let releases = releases(tx, with_tallies()).await?;
    let mut returns = Returns::default();
    for (issue, tally) in with_tallies() {
        let subject = counted(issue, tally, new_users);
        match issue.status.as_str() {
            "resolved" => {
                let regressed = regression(issue, tally, subject, &releases);
                returns.entries.extend(regressed.as_ref().map(|regressed| regressed.entry(now)));
                returns.regressed.extend(regressed);
            }
            "archived" => returns.entries.extend(no_longer_archived(issue, subject, now)),
            "answered" => returns.entries.push(written_again(subject, now)),
            _ => {}
        }
    }
    Ok(returns)
}

/// An issue as it is after the batch.
fn counted(issue: &Standing, tally: &Tally, new_users: &NewUsers) -> Subject {
    let users = new_users.by_issue.get(&issue.id).copied().unwrap_or(0);
    let (events, users) = (issue.events + tally.events, issue.users + users);
    Subject { id: issue.id, project_id: issue.project_id, events, users }
}

/// The releases that resolved issues were seen in, and those they are resolved in.
async fn releases<'a>(
    tx: &Tx,
    issues: impl Iterator<Item = (&'a Standing, &'a Tally)>,
) -> Result<HashMap<i64, release::Model>> {
    let resolved = issues.filter(|(issue, _)| issue.status == "resolved");
    let wanted = resolved.flat_map(|(issue, tally)| {
        let resolved_in = issue.held.as_ref().and_then(|held| held.release_id);
        tally.releases.keys().copied().chain(resolved_in)
    });
    let wanted: BTreeSet<i64> = wanted.collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = release::Entity::find().filter(release::Column::Id.is_in(wanted)).all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Whether what arrived reopens a resolved issue. Each release of the batch is asked, since only a later one does.
fn regression(
    issue: &Standing,
    tally: &Tally,
    subject: Subject,
    releases: &HashMap<i64, release::Model>,
) -> Option<Regressed> {
    let held = issue.held.as_ref()?;
    let order = |id: i64| releases.get(&id).map(ReleaseOrder::from);
    let in_force = Resolution {
        kind: ResolutionKind::from_stored(held.how.as_deref().unwrap_or_default()),
        release: held.release_id.and_then(order),
        resolved_at: held.since,
    };
    tally.releases.iter().find_map(|(&release_id, span)| {
        let arrival = Arrival { happened_at: span.last_seen, release: order(release_id) };
        match decide(Some(&in_force), &arrival) {
            Decision::Regresses { reason } => {
                Some(Regressed { issue: subject, release_id, happened_at: span.last_seen, reason })
            }
            Decision::StaysResolved { .. } => None,
        }
    })
}

fn no_longer_archived(issue: &Standing, subject: Subject, now: i64) -> Option<Entry> {
    let reason = issue.held.as_ref()?.waits.is_over(subject.events, subject.users)?;
    let what = format!("reopened this: {reason}");
    Some(Entry::unresolved(subject, now, Substatus::Ongoing, (reason, what)))
}

fn written_again(subject: Subject, now: i64) -> Entry {
    let reason = "Somebody wrote again after it was answered".to_owned();
    Entry::unresolved(subject, now, Substatus::Ongoing, (reason, "reopened this: somebody wrote again".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::known::Held;
    use crate::ingest::tally::{Occurrence, by_issue};
    use crate::issues::archive::Waits;

    fn standing(status: &str, waits: Waits) -> Standing {
        Standing {
            id: 1,
            project_id: 1,
            kind: "error".to_owned(),
            status: status.to_owned(),
            first_seen: 0,
            last_seen: 0,
            events: 10,
            users: 5,
            first_release_id: 0,
            last_release_id: 0,
            held: Some(Held { how: None, release_id: None, since: 100, waits }),
        }
    }

    fn arrived(events: i64) -> Tally {
        let one = |at| Occurrence { issue_id: 1, at, release_id: 0, environment_id: 0, user_hash: None };
        by_issue(&(0..events).map(one).collect::<Vec<_>>())[&1].clone()
    }

    #[test]
    fn an_archived_issue_waits_for_what_it_was_told_to_wait_for() {
        let waits = |more_events, more_users| Waits { from_events: 8, from_users: 5, more_events, more_users };
        for (waits, events, new_users, expected) in [
            (waits(None, None), 1_000, 1_000, false),
            (waits(Some(5), None), 2, 0, false),
            (waits(Some(5), None), 3, 0, true),
            (waits(None, Some(2)), 1_000, 1, false),
            (waits(None, Some(2)), 2, 2, true),
        ] {
            let issue = standing("archived", waits);
            let users = NewUsers { by_issue: BTreeMap::from([(1, new_users)]), ..NewUsers::default() };
            let subject = counted(&issue, &arrived(events), &users);
            let entry = no_longer_archived(&issue, subject, 200);
            assert_eq!(entry.is_some(), expected, "{waits:?} after {events} events");
        }
    }

    #[test]
    fn what_happened_before_it_was_resolved_does_not_reopen() {
        let issue = standing("resolved", Waits::default());
        let subject = Subject { id: 1, project_id: 1, events: 11, users: 5 };
        for (events, expected) in [(1, false), (102, true)] {
            let regressed = regression(&issue, &arrived(events), subject, &HashMap::new());
            assert_eq!(regressed.is_some(), expected, "the last of them at {}", events - 1);
        }
    }
}
