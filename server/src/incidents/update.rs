//! Changing an incident: status, severity and a note, as one update.

use fieldfare_app::api::{IncidentStatus, Severity, Viewer};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

use super::timeline::{self, Standing};
use super::{begin, checked_note, links, read, record};
use crate::error::{Error, Result};
use crate::jobs::outbox::{self, Message};
use crate::store::Tx;
use crate::store::entities::incident;

/// What an update leaves an incident as, and what is said with it.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    pub status: IncidentStatus,
    pub severity: Severity,
    /// May be empty if something else changes.
    pub note: &'a str,
}

/// Changes an incident: a line of the timeline for everything that differs, one mail for all of it. Resolving notes
/// when; leaving "resolved" forgets it again.
///
/// # Errors
/// [`Error::Forbidden`] below developer; [`Error::NotFound`]; [`Error::Invalid`] for a note that is too long, or when
/// nothing would change.
pub async fn update(tx: &Tx, viewer: &Viewer, now: i64, number: i64, update: Update<'_>) -> Result<()> {
    begin(tx, viewer).await?;
    let note = checked_note(update.note)?;
    let incident = read::row(tx, number).await?;
    let before = read::standing(&incident);
    let after = Standing { status: update.status, severity: update.severity };
    let lines = timeline::lines(before, after, note);
    if lines.is_empty() {
        return Err(Error::invalid("note", "nothing would change: write a note, or change status or severity"));
    }
    let incident_id = incident.id;
    let entry_id = timeline::write(tx, incident_id, viewer, now, lines).await?;
    if before.status != after.status {
        links::tell_issues(tx, viewer, now, &incident, after.status).await?;
    }
    if before != after {
        keep(tx, incident, now, before, after).await?;
    }
    record(tx, incident_id).await?;
    outbox::enqueue(tx, now, &message(before, after, incident_id, entry_id)).await
}

async fn keep(tx: &Tx, incident: incident::Model, now: i64, before: Standing, after: Standing) -> Result<()> {
    let resolved_at = resolved_at(before, after, now, incident.resolved_at);
    let mut row = incident.into_active_model();
    row.status = Set(after.status.as_str().to_owned());
    row.severity = Set(after.severity.as_str().to_owned());
    row.resolved_at = Set(resolved_at);
    row.update(tx).await?;
    Ok(())
}

/// When the incident was resolved, after the update.
fn resolved_at(before: Standing, after: Standing, now: i64, so_far: Option<i64>) -> Option<i64> {
    match (before.status, after.status) {
        (IncidentStatus::Resolved, IncidentStatus::Resolved) => so_far,
        (_, IncidentStatus::Resolved) => Some(now),
        _ => None,
    }
}

fn message(before: Standing, after: Standing, incident_id: i64, entry_id: i64) -> Message {
    if before.status != after.status && after.status == IncidentStatus::Resolved {
        Message::IncidentResolved { incident_id, entry_id }
    } else {
        Message::IncidentUpdated { incident_id, entry_id }
    }
}
