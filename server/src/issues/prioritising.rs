//! Finding and setting priorities. Fieldfare finds one until somebody sets it; what it finds while an issue goes on only
//! rises, so that the inbox does not flicker.

use std::collections::HashMap;

use fieldfare_app::api::{IssueKind, Level, Priority, Viewer};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, FromQueryResult};

use super::escalation::HOURS;
use super::hours::by_hour;
use super::names::fetch;
use super::priority::{Facts, Trend, USERS_SOME, judge};
use super::rows::{count, word};
use super::state;
use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulk::{Bulk, Kind, Writes};
use crate::store::entities::{event, feedback, issue};

/// Occurrences looked at for the users of a day, the newest: enough to find a hundred users, few enough for a flood.
const OCCURRENCES_MAX: u64 = 2_000;

const PRIORITISE: Bulk = Bulk {
    head: "UPDATE issue SET priority = rows.priority, priority_reason = rows.reason FROM ",
    columns: &[("id", Kind::Integer), ("priority", Kind::Text), ("reason", Kind::Text)],
    tail: " WHERE issue.id = rows.id AND issue.priority_member_id IS NULL",
};

/// A priority that was found for an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) issue_id: i64,
    pub(super) was: Priority,
    pub(super) priority: Priority,
    pub(super) reason: String,
}

/// Sets a priority, or leaves it to be found again.
///
/// # Errors
/// When the database fails.
pub(super) async fn set(
    tx: &Tx,
    now: i64,
    viewer: &Viewer,
    issue: &issue::Model,
    priority: Option<Priority>,
) -> Result<()> {
    let (priority, reason, by, what) = match priority {
        Some(priority) => {
            let what = format!("set the priority to {priority}");
            (priority, format!("set by {}", viewer.name), Some(viewer.member_id), what)
        }
        None => {
            let hours = by_hour(tx, std::slice::from_ref(issue), (HOURS, now.div_euclid(HOUR_MS))).await?;
            let (priority, reason) = judge(&facts(tx, now, issue, hours.get(&issue.id)).await?);
            let what = format!("left the priority to Fieldfare: {priority}, {reason}");
            (priority, reason, None, what)
        }
    };
    let changed = issue::ActiveModel {
        id: Set(issue.id),
        priority: Set(priority.as_str().to_owned()),
        priority_reason: Set(reason),
        priority_member_id: Set(by),
        ..Default::default()
    };
    changed.update(tx).await?;
    state::note(tx, now, &[(issue.id, Some(viewer.member_id), what)]).await
}

/// The priorities of those issues that nobody has set, with the events of their last [`HOURS`].
///
/// # Errors
/// When the database fails.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    now: i64,
    issues: &[issue::Model],
    hours: &HashMap<i64, Vec<u32>>,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for issue in issues.iter().filter(|issue| issue.priority_member_id.is_none()) {
        let (priority, reason) = judge(&facts(db, now, issue, hours.get(&issue.id)).await?);
        let was = word(&issue.priority, Priority::Medium);
        if (priority, &reason) != (was, &issue.priority_reason) {
            found.push(Found { issue_id: issue.id, was, priority, reason });
        }
    }
    Ok(found)
}

/// Writes what was found, unless somebody has set a priority meanwhile, and says where it changed. The caller records the
/// changes for search.
///
/// # Errors
/// When the database fails.
pub(super) async fn write(tx: &Tx, now: i64, found: &[Found]) -> Result<()> {
    let mut writes = Writes::default();
    let rows = found.iter().map(|one| (one.issue_id, one.priority, one.reason.as_str()));
    writes.add(PRIORITISE, &rows.collect::<Vec<_>>())?;
    writes.send(tx).await?;
    let said = found.iter().filter(|one| one.priority != one.was);
    let lines = said.map(|one| {
        let verb = if one.priority > one.was { "raised" } else { "lowered" };
        (one.issue_id, None, format!("{verb} the priority to {}: {}", one.priority, one.reason))
    });
    state::note(tx, now, &lines.collect::<Vec<_>>()).await
}

/// What the priority of an issue is found by.
async fn facts(db: &impl ConnectionTrait, now: i64, issue: &issue::Model, hours: Option<&Vec<u32>>) -> Result<Facts> {
    let trend = match issue.substatus.as_deref() {
        Some("escalating") => Trend::Escalating,
        _ => hours.map_or(Trend::Steady, |hours| Trend::of(since_first_seen(hours, now, issue.first_seen))),
    };
    // No more can have been hit today than ever were.
    let some = count(issue.users) >= USERS_SOME;
    Ok(Facts {
        kind: word(&issue.kind, IssueKind::Error),
        level: word(&issue.level, Level::Error),
        start: word(&issue.start_priority, Priority::Medium),
        users: if some { users(db, now, issue).await? } else { 0 },
        trend,
    })
}

/// The hours an issue is known for.
fn since_first_seen(hours: &[u32], now: i64, first_seen: i64) -> &[u32] {
    let known = usize::try_from(now.div_euclid(HOUR_MS) - first_seen.div_euclid(HOUR_MS) + 1).unwrap_or(0);
    &hours[hours.len().saturating_sub(known)..]
}

#[derive(FromQueryResult)]
struct Users {
    users: i64,
}

/// Users hit within the last day, as far as the newest events tell; of feedback, everybody who wrote is one.
async fn users(db: &impl ConnectionTrait, now: i64, issue: &issue::Model) -> Result<u64> {
    let since = now - DAY_MS;
    let (inner, distinct) = match word(&issue.kind, IssueKind::Error) {
        IssueKind::Error => (
            Query::select()
                .column(event::Column::UserKey.as_column_ref())
                .from(event::Entity)
                .and_where(event::Column::IssueId.eq(issue.id))
                .and_where(event::Column::HappenedAt.gte(since))
                .order_by(event::Column::HappenedAt.as_column_ref(), sea_orm::Order::Desc)
                .limit(OCCURRENCES_MAX)
                .to_owned(),
            "COUNT(DISTINCT user_key)",
        ),
        IssueKind::Feedback => (
            Query::select()
                .column(feedback::Column::Id.as_column_ref())
                .from(feedback::Entity)
                .and_where(feedback::Column::IssueId.eq(issue.id))
                .and_where(feedback::Column::CreatedAt.gte(since))
                .limit(OCCURRENCES_MAX)
                .to_owned(),
            "COUNT(*)",
        ),
    };
    let select = Query::select().expr_as(Expr::cust(distinct), "users").from_subquery(inner, "today").to_owned();
    Ok(fetch::<Users>(db, &select).await?.first().map_or(0, |row| count(row.users)))
}
