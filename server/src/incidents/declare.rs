//! Declaring an incident.

use fieldfare_app::api::{IncidentStatus, Severity, Viewer};
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::timeline::{self, Line};
use super::{begin, checked_note, checked_title, links, record};
use crate::error::{Error, Result};
use crate::jobs::outbox::{self, Message};
use crate::store::Tx;
use crate::store::entities::{incident, organization};

/// What somebody says when declaring an incident.
#[derive(Clone, Copy, Debug)]
pub struct NewIncident<'a> {
    pub title: &'a str,
    pub severity: Severity,
    /// What is known so far; may be empty.
    pub note: &'a str,
    /// Short id or id of the issue behind it; empty when it is declared from scratch.
    pub issue: &'a str,
}

/// Declares an incident, links the issue it was declared from, owes the mails, and answers its number.
///
/// # Errors
/// [`Error::Forbidden`] below developer; [`Error::Invalid`] for the field that is wrong.
pub async fn declare(tx: &Tx, viewer: &Viewer, now: i64, new: NewIncident<'_>) -> Result<i64> {
    begin(tx, viewer).await?;
    let title = checked_title(new.title)?;
    let note = checked_note(new.note)?;
    let issue = links::optional_issue(tx, new.issue).await?;
    let incident = insert(tx, viewer, now, title, new.severity).await?;
    let entry_id = timeline::write(tx, incident.id, viewer, now, vec![Line::new("declared", note)]).await?;
    if let Some(issue) = issue {
        links::insert(tx, viewer, now, &incident, &issue).await?;
    }
    record(tx, incident.id).await?;
    outbox::enqueue(tx, now, &Message::IncidentDeclared { incident_id: incident.id, entry_id }).await?;
    Ok(incident.number)
}

async fn insert(tx: &Tx, viewer: &Viewer, now: i64, title: String, severity: Severity) -> Result<incident::Model> {
    let organization = organization::Entity::find().order_by_asc(organization::Column::Id).one(tx).await?;
    let organization_id = organization.ok_or_else(|| Error::not_found("organization"))?.id;
    let row = incident::ActiveModel {
        id: NotSet,
        organization_id: Set(organization_id),
        number: Set(next_number(tx, organization_id).await?),
        title: Set(title),
        severity: Set(severity.as_str().to_owned()),
        status: Set(IncidentStatus::Investigating.as_str().to_owned()),
        declared_by: Set(Some(viewer.member_id)),
        declared_at: Set(now),
        resolved_at: Set(None),
    };
    Ok(incident::Entity::insert(row).exec_with_returning(tx).await?)
}

/// One more than the highest given; nobody else can give it, since [`begin`] holds the lock.
async fn next_number(tx: &Tx, organization_id: i64) -> Result<i64> {
    let newest = incident::Entity::find()
        .filter(incident::Column::OrganizationId.eq(organization_id))
        .order_by_desc(incident::Column::Number)
        .one(tx)
        .await?;
    Ok(newest.map_or(1, |row| row.number + 1))
}
