//! Stored events to try grouping on: the newest of every issue that was seen lately, so that each is represented.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::Result;
use crate::issues::MERGED;
use crate::protocol::event::Event;
use crate::protocol::normalise::{self, Arrival};
use crate::store::entities::{event, issue};
use crate::store::payload;

/// Issues looked at, those seen last first; each costs a query.
const ISSUES_MAX: u64 = 500;
/// Events looked at in all: a second's work.
const EVENTS_MAX: u64 = 2_000;
/// Events of one issue: variants of one problem come in few shapes.
const EVENTS_PER_ISSUE_MAX: u64 = 40;

/// A stored event, normalised anew.
pub(super) struct Sampled {
    pub(super) issue_id: i64,
    pub(super) event: Event,
}

/// The issues seen last in a project, and the newest events of each.
pub(super) async fn newest(db: &impl ConnectionTrait, project_id: i64) -> Result<(Vec<issue::Model>, Vec<Sampled>)> {
    let issues = issue::Entity::find()
        .filter(issue::Column::ProjectId.eq(project_id))
        .filter(issue::Column::Kind.eq("error"))
        .filter(issue::Column::Status.ne(MERGED))
        .order_by_desc(issue::Column::LastSeen)
        .limit(ISSUES_MAX)
        .all(db)
        .await?;
    let each = (EVENTS_MAX / u64::try_from(issues.len().max(1)).unwrap_or(1)).clamp(1, EVENTS_PER_ISSUE_MAX);
    let mut sampled = Vec::new();
    for issue in &issues {
        sampled.extend(of_issue(db, issue, each).await?);
    }
    Ok((issues, sampled))
}

/// The newest events of one issue.
pub(super) async fn of_issue(db: &impl ConnectionTrait, issue: &issue::Model, limit: u64) -> Result<Vec<Sampled>> {
    let rows = event::Entity::find()
        .filter(event::Column::IssueId.eq(issue.id))
        .order_by_desc(event::Column::HappenedAt)
        .order_by_desc(event::Column::EventId)
        .limit(limit)
        .all(db)
        .await?;
    rows.iter().map(|row| Ok(Sampled { issue_id: issue.id, event: read(row)? })).collect()
}

/// One event by its id.
pub(super) async fn one(db: &impl ConnectionTrait, project_id: i64, event_id: Uuid) -> Result<Option<Event>> {
    let found = event::Entity::find_by_id((project_id, event_id)).one(db).await?;
    found.as_ref().map(read).transpose()
}

fn read(row: &event::Model) -> Result<Event> {
    let arrival = Arrival { event_id: row.event_id, received_at: row.received_at, client_ip: None };
    Ok(normalise::event(payload::unpack(&row.payload)?, &arrival))
}
