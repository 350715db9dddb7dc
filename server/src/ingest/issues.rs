//! What a batch does to its issues: counters, last sight, states, and whom to tell.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::batch::Batch;
use super::known::{Held, Standing};
use super::placing::Placed;
use super::returning::{self, Returns};
use super::tally::Tally;
use super::users::NewUsers;
use crate::error::Result;
use crate::issues::archive::Waits;
use crate::issues::{following, reopening, state};
use crate::jobs::outbox::{self, Message};
use crate::store::Tx;
use crate::store::bulk::{Bulk, Kind, Writes};
use crate::store::entities::{issue, issue_state};
use crate::store::releases::NONE;

/// Issues in one query; a batch holds at most a few thousand.
const ISSUES_PER_QUERY: usize = 5_000;

/// Adds what a batch counted to its issues.
pub(super) const COUNT: Bulk = Bulk {
    head: "UPDATE issue SET events = issue.events + rows.more_events, users = issue.users + rows.more_users, \
           first_seen = rows.first_seen, last_seen = rows.last_seen, first_release_id = rows.first_release_id, \
           last_release_id = rows.last_release_id FROM ",
    columns: &[
        ("id", Kind::Integer),
        ("more_events", Kind::Integer),
        ("more_users", Kind::Integer),
        ("first_seen", Kind::Integer),
        ("last_seen", Kind::Integer),
        ("first_release_id", Kind::Integer),
        ("last_release_id", Kind::Integer),
    ],
    tail: " WHERE issue.id = rows.id",
};

/// What a batch did to its issues.
#[derive(Debug, Default)]
pub(super) struct Updated {
    /// Issues whose search document changed.
    pub(super) touched: Vec<i64>,
    /// Issues that are archived, and of which nobody wants to hear.
    pub(super) archived: HashSet<i64>,
    /// Issues that came back, but for regressions, which are told as such.
    pub(super) back: HashSet<i64>,
}

/// Updates every issue of a batch.
pub(super) async fn update(
    (tx, writes): (&Tx, &mut Writes),
    batch: &Batch<'_>,
    (known, tallies): (HashMap<i64, Standing>, &BTreeMap<i64, Tally>),
    new_users: &NewUsers,
    placed: &Placed,
) -> Result<Updated> {
    let standings = complete(tx, batch.project_id, known, tallies, placed).await?;
    let returns = returning::find(tx, batch.now, &standings, tallies, new_users).await?;
    let mut counts = Vec::with_capacity(tallies.len());
    for (issue_id, tally) in tallies {
        let Some(issue) = standings.get(issue_id) else { continue };
        counts.push(added(issue, tally, new_users.by_issue.get(issue_id).copied().unwrap_or(0)));
        if placed.new.contains(issue_id) && issue.kind == "error" {
            outbox::enqueue(tx, batch.now, &Message::NewIssue { issue_id: *issue_id }).await?;
        }
    }
    bring_back(tx, batch.now, &standings, &returns).await?;
    writes.add(COUNT, &counts)?;
    Ok(updated(&standings, tallies, placed, &returns))
}

async fn bring_back(tx: &Tx, now: i64, standings: &HashMap<i64, Standing>, returns: &Returns) -> Result<()> {
    state::enter(tx, now, &returns.entries).await?;
    // A regression is a message of its own, and so is the feedback that brought back what was answered.
    let has_its_own = |id: &i64| {
        let is_feedback = standings.get(id).is_some_and(|issue| issue.kind == "feedback");
        is_feedback || returns.regressed.iter().any(|regressed| regressed.issue.id == *id)
    };
    let others = returns.entries.iter().map(|entry| entry.issue.id).filter(|id| !has_its_own(id));
    following::happened(tx, now, &others.collect::<Vec<_>>()).await?;
    for regressed in &returns.regressed {
        reopening::record(tx, now, regressed).await?;
    }
    Ok(())
}

fn updated(
    standings: &HashMap<i64, Standing>,
    tallies: &BTreeMap<i64, Tally>,
    placed: &Placed,
    returns: &Returns,
) -> Updated {
    let back: HashSet<i64> = returns.entries.iter().map(|entry| entry.issue.id).collect();
    let regressed: HashSet<i64> = returns.regressed.iter().map(|regressed| regressed.issue.id).collect();
    let is_archived = |id: &i64| standings.get(id).is_some_and(|issue| issue.status == "archived");
    Updated {
        touched: tallies.keys().copied().filter(|id| placed.new.contains(id) || back.contains(id)).collect(),
        archived: tallies.keys().copied().filter(|id| is_archived(id) && !back.contains(id)).collect(),
        back: &back - &regressed,
    }
}

/// Adds how issues stand that no hash led to before the batch: new ones, and those feedback joined.
async fn complete(
    tx: &Tx,
    project_id: i64,
    mut known: HashMap<i64, Standing>,
    tallies: &BTreeMap<i64, Tally>,
    placed: &Placed,
) -> Result<HashMap<i64, Standing>> {
    let missing: Vec<i64> = tallies.keys().copied().filter(|id| !known.contains_key(id)).collect();
    for chunk in missing.chunks(ISSUES_PER_QUERY) {
        let rows = issue::Entity::find().filter(issue::Column::Id.is_in(chunk.iter().copied())).all(tx).await?;
        let joined: Vec<i64> = chunk.iter().copied().filter(|id| !placed.new.contains(id)).collect();
        let mut states = states(tx, &joined).await?;
        known.extend(rows.into_iter().map(|row| (row.id, standing(project_id, states.remove(&row.id), row))));
    }
    Ok(known)
}

async fn states(tx: &Tx, issues: &[i64]) -> Result<HashMap<i64, Held>> {
    if issues.is_empty() {
        return Ok(HashMap::new());
    }
    let select = issue_state::Entity::find().filter(issue_state::Column::IssueId.is_in(issues.iter().copied()));
    let held = |row: issue_state::Model| {
        let issue_state::Model { from_events, from_users, more_events, more_users, .. } = row;
        let waits = Waits { from_events, from_users, more_events, more_users };
        (row.issue_id, Held { how: row.how, release_id: row.release_id, since: row.since, waits })
    };
    Ok(select.all(tx).await?.into_iter().map(held).collect())
}

fn standing(project_id: i64, held: Option<Held>, row: issue::Model) -> Standing {
    Standing {
        id: row.id,
        project_id,
        kind: row.kind,
        status: row.status,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        events: row.events,
        users: row.users,
        first_release_id: row.first_release_id,
        last_release_id: row.last_release_id,
        held,
    }
}

/// An issue's row after a batch: id, events and users to add, first and last sight, first and last release.
type Added = [i64; 7];

fn added(issue: &Standing, tally: &Tally, users: i64) -> Added {
    let latest = tally.last_release();
    let last_release = latest.filter(|_| tally.last_seen >= issue.last_seen).unwrap_or(issue.last_release_id);
    let is_first = issue.first_release_id == NONE && issue.events == 0;
    let first_release = if is_first { latest.unwrap_or(NONE) } else { issue.first_release_id };
    let (first_seen, last_seen) = (issue.first_seen.min(tally.first_seen), issue.last_seen.max(tally.last_seen));
    [issue.id, tally.events, users, first_seen, last_seen, first_release, last_release]
}
