//! What a batch does to its issues: counters, last sight, regressions, and whom to tell.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::batch::Batch;
use super::known::Standing;
use super::placing::Placed;
use super::tally::Tally;
use super::users::NewUsers;
use crate::clock::DAY_MS;
use crate::error::Result;
use crate::issues::following;
use crate::issues::regression::{Arrival, Decision, Resolution, ResolutionKind, decide};
use crate::jobs::outbox::{self, Message};
use crate::releases::order::ReleaseOrder;
use crate::store::Tx;
use crate::store::bulk::{Bulk, Kind, Writes};
use crate::store::entities::{activity, issue, regression, release, resolution};
use crate::store::releases::NONE;

/// How long an issue is new. After a week it is part of the furniture: ongoing.
const NEW_FOR_MS: i64 = 7 * DAY_MS;
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

/// Updates every issue of a batch and answers those whose search document changed.
pub(super) async fn update(
    (tx, writes): (&Tx, &mut Writes),
    batch: &Batch<'_>,
    (known, tallies): (HashMap<i64, Standing>, &BTreeMap<i64, Tally>),
    new_users: &NewUsers,
    placed: &Placed,
) -> Result<Vec<i64>> {
    let mut touched = Vec::new();
    let mut counts = Vec::new();
    let standings = complete(tx, known, tallies).await?;
    for (issue_id, tally) in tallies {
        let Some(issue) = standings.get(issue_id) else { continue };
        let is_new = placed.new.contains(&issue.id);
        let regressed = if is_new { None } else { regression_of(tx, issue, tally).await? };
        let users = new_users.by_issue.get(&issue.id).copied().unwrap_or(0);
        counts.push(added(issue, tally, users));
        change_state(tx, batch.now, issue, regressed.as_ref()).await?;
        if let Some(regressed) = &regressed {
            record_regression(tx, batch, issue, regressed).await?;
        }
        if is_new && issue.kind == "error" {
            outbox::enqueue(tx, batch.now, &Message::NewIssue { issue_id: issue.id }).await?;
        }
        touched.extend((is_new || regressed.is_some()).then_some(issue.id));
    }
    writes.add(COUNT, &counts)?;
    Ok(touched)
}

/// Adds how issues stand that no hash led to before the batch: new ones, and those feedback joined.
async fn complete(
    tx: &Tx,
    mut known: HashMap<i64, Standing>,
    tallies: &BTreeMap<i64, Tally>,
) -> Result<HashMap<i64, Standing>> {
    let missing: Vec<i64> = tallies.keys().copied().filter(|id| !known.contains_key(id)).collect();
    for chunk in missing.chunks(ISSUES_PER_QUERY) {
        let rows = issue::Entity::find().filter(issue::Column::Id.is_in(chunk.iter().copied())).all(tx).await?;
        known.extend(rows.into_iter().map(|row| (row.id, standing(row))));
    }
    Ok(known)
}

fn standing(row: issue::Model) -> Standing {
    Standing {
        id: row.id,
        kind: row.kind,
        status: row.status,
        substatus: row.substatus,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        events: row.events,
        first_release_id: row.first_release_id,
        last_release_id: row.last_release_id,
    }
}

/// A regression and the release it was seen in.
struct Regressed {
    release_id: i64,
    happened_at: i64,
    reason: String,
}

/// Whether what arrived reopens a resolved issue. Each release of the batch is asked, since only a later one does.
async fn regression_of(tx: &Tx, issue: &Standing, tally: &Tally) -> Result<Option<Regressed>> {
    if issue.status != "resolved" {
        return Ok(None);
    }
    let Some(resolution) = resolution::Entity::find_by_id(issue.id).one(tx).await? else { return Ok(None) };
    let wanted = tally.releases.keys().copied().chain(resolution.release_id);
    let releases: HashMap<i64, release::Model> = release::Entity::find()
        .filter(release::Column::Id.is_in(wanted))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let order = |id: i64| releases.get(&id).map(order_of);
    let in_force = Resolution {
        kind: ResolutionKind::from_stored(&resolution.kind),
        release: resolution.release_id.and_then(order),
        resolved_at: resolution.resolved_at,
    };
    Ok(tally.releases.iter().find_map(|(&release_id, span)| {
        let arrival = Arrival { happened_at: span.last_seen, release: order(release_id) };
        match decide(Some(&in_force), &arrival) {
            Decision::Regresses { reason } => Some(Regressed { release_id, happened_at: span.last_seen, reason }),
            _ => None,
        }
    }))
}

fn order_of(row: &release::Model) -> ReleaseOrder<'_> {
    ReleaseOrder { version: &row.version, released_at: row.released_at, first_seen: row.first_seen }
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

/// Reopens an issue that came back, and lets one that has been new for long be ongoing.
async fn change_state(tx: &Tx, now: i64, issue: &Standing, regressed: Option<&Regressed>) -> Result<()> {
    use issue::Column;
    let update = issue::Entity::update_many().filter(Column::Id.eq(issue.id));
    let update = if let Some(regressed) = regressed {
        update
            .col_expr(Column::Status, Expr::value("unresolved"))
            .col_expr(Column::Substatus, Expr::value("regressed"))
            .col_expr(Column::StatusReason, Expr::value(regressed.reason.clone()))
    } else if issue.substatus.as_deref() == Some("new") && now - issue.first_seen > NEW_FOR_MS {
        update.col_expr(Column::Substatus, Expr::value("ongoing"))
    } else {
        return Ok(());
    };
    update.exec(tx).await?;
    Ok(())
}

async fn record_regression(tx: &Tx, batch: &Batch<'_>, issue: &Standing, regressed: &Regressed) -> Result<()> {
    resolution::Entity::delete_by_id(issue.id).exec(tx).await?;
    let row = regression::ActiveModel {
        id: NotSet,
        project_id: Set(batch.project_id),
        issue_id: Set(issue.id),
        release_id: Set(regressed.release_id),
        happened_at: Set(regressed.happened_at),
        reason: Set(regressed.reason.clone()),
    };
    let regression = regression::Entity::insert(row).exec_with_returning(tx).await?;
    let what = activity::ActiveModel {
        id: NotSet,
        issue_id: Set(issue.id),
        member_id: Set(None),
        happened_at: Set(batch.now),
        what: Set(format!("reopened this: {}", regressed.reason)),
    };
    activity::Entity::insert(what).exec_without_returning(tx).await?;
    let message = Message::Regression { issue_id: issue.id, regression_id: regression.id };
    outbox::enqueue(tx, batch.now, &message).await?;
    // Those who follow it hear of it even where they do not hear of every regression.
    following::tell(tx, batch.now, None, issue.id, &message).await
}
