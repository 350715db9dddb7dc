//! One piece of feedback with what surrounds it: the error it is about, the client it came from, others like it.

use fieldfare_app::api::{AssociatedError, FeedbackDetail, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::{client, rows};
use crate::error::{Error, Result};
use crate::issues::names;
use crate::store::entities::{event, feedback};
use crate::store::payload;

/// One piece of feedback.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn get(db: &impl ConnectionTrait, _viewer: &Viewer, id: i64) -> Result<FeedbackDetail> {
    let missing = || Error::not_found("feedback");
    let row = feedback::Entity::find_by_id(id).one(db).await?.ok_or_else(missing)?;
    let shown = rows(db, &[id]).await?.pop().ok_or_else(missing)?;
    let payload = payload::unpack(&row.payload)?;
    let in_issue = feedback::Entity::find().filter(feedback::Column::IssueId.eq(row.issue_id)).count(db).await?;
    Ok(FeedbackDetail {
        feedback: shown,
        error: associated_error(db, &row).await?,
        client: client::facts(&payload),
        similar: in_issue.saturating_sub(1),
        tags: client::tags(&payload),
    })
}

/// The error the reporter met, once its event has arrived.
async fn associated_error(db: &impl ConnectionTrait, row: &feedback::Model) -> Result<Option<AssociatedError>> {
    let Some(event_id) = row.associated_event_id else { return Ok(None) };
    let select = event::Entity::find()
        .select_only()
        .columns([event::Column::IssueId, event::Column::Title])
        .filter(event::Column::ProjectId.eq(row.project_id))
        .filter(event::Column::EventId.eq(event_id));
    let Some((issue_id, title)) = select.into_tuple::<(i64, String)>().one(db).await? else { return Ok(None) };
    let issue = names::short_ids(db, [issue_id]).await?.remove(&issue_id);
    Ok(issue.map(|issue| AssociatedError { issue, title, event_id: event_id.simple().to_string() }))
}
