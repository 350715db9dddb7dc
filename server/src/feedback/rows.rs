//! Pieces of feedback as lists and the API carry them: five queries for a page, however long it is.

use std::collections::{BTreeSet, HashMap};

use fieldfare_app::api::{Attachment, Feedback, FeedbackType, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::issues::names::{self, Names};
use crate::issues::{attachments, word};
use crate::store::entities::feedback;

/// Pieces shown with one event; one person writes one, rarely two.
const ABOUT_MAX: u64 = 50;

/// The pieces of these ids, in this order; ids that lead nowhere are left out.
///
/// # Errors
/// When the database fails.
pub async fn rows(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Feedback>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = pieces(db, ids).await?;
    let mut around = Surroundings::load(db, &found).await?;
    let mut by_id: HashMap<i64, Piece> = found.into_iter().map(|piece| (piece.id, piece)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).map(|piece| around.feedback(piece)).collect())
}

/// The piece that came with this id.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn of_event(db: &impl ConnectionTrait, project_id: i64, event_id: Uuid) -> Result<Feedback> {
    let found = feedback::Entity::find()
        .select_only()
        .column(feedback::Column::Id)
        .filter(feedback::Column::ProjectId.eq(project_id))
        .filter(feedback::Column::EventId.eq(event_id));
    let id: Option<i64> = found.into_tuple().one(db).await?;
    let shown = rows(db, &id.map_or_else(Vec::new, |id| vec![id])).await?.pop();
    shown.ok_or_else(|| Error::not_found("feedback"))
}

/// The pieces about one event, newest first.
///
/// # Errors
/// When the database fails.
pub async fn about(db: &impl ConnectionTrait, project_id: i64, event_id: Uuid) -> Result<Vec<Feedback>> {
    let ids: Vec<i64> = feedback::Entity::find()
        .select_only()
        .column(feedback::Column::Id)
        .filter(feedback::Column::ProjectId.eq(project_id))
        .filter(feedback::Column::AssociatedEventId.eq(event_id))
        .order_by_desc(feedback::Column::CreatedAt)
        .order_by_desc(feedback::Column::Id)
        .limit(ABOUT_MAX)
        .into_tuple()
        .all(db)
        .await?;
    rows(db, &ids).await
}

/// A row without its payload.
#[derive(FromQueryResult)]
struct Piece {
    id: i64,
    project_id: i64,
    event_id: Uuid,
    issue_id: i64,
    message: String,
    name: Option<String>,
    email: Option<String>,
    url: Option<String>,
    source: Option<String>,
    kind: String,
    rating: Option<i32>,
    release_id: i64,
    environment_id: i64,
    associated_event_id: Option<Uuid>,
    created_at: i64,
}

async fn pieces(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Piece>> {
    use feedback::Column as C;
    let select = feedback::Entity::find()
        .select_only()
        .columns([C::Id, C::ProjectId, C::EventId, C::IssueId, C::Message, C::Name, C::Email, C::Url, C::Source])
        .columns([C::Kind, C::Rating, C::ReleaseId, C::EnvironmentId, C::AssociatedEventId, C::CreatedAt])
        .filter(C::Id.is_in(ids.iter().copied()));
    Ok(select.into_model().all(db).await?)
}

/// Everything a page of feedback needs beside its own rows.
struct Surroundings {
    projects: Names,
    issues: Names,
    releases: Names,
    environments: Names,
    attachments: HashMap<Uuid, Vec<Attachment>>,
}

impl Surroundings {
    async fn load(db: &impl ConnectionTrait, pieces: &[Piece]) -> Result<Self> {
        let projects: BTreeSet<i64> = pieces.iter().map(|piece| piece.project_id).collect();
        let mut by_event: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
        for (event_id, file) in attachments(db, projects, pieces.iter().map(|piece| piece.event_id)).await? {
            by_event.entry(event_id).or_default().push(file);
        }
        Ok(Self {
            projects: names::projects(db).await?,
            issues: names::short_ids(db, pieces.iter().map(|piece| piece.issue_id)).await?,
            releases: names::releases(db, pieces.iter().map(|piece| piece.release_id)).await?,
            environments: names::environments(db, pieces.iter().map(|piece| piece.environment_id)).await?,
            attachments: by_event,
        })
    }

    fn feedback(&mut self, piece: Piece) -> Feedback {
        let name = |names: &Names, id: i64| names.get(&id).cloned();
        Feedback {
            id: piece.id,
            event_id: piece.event_id.simple().to_string(),
            issue: name(&self.issues, piece.issue_id).unwrap_or_default(),
            project: name(&self.projects, piece.project_id).unwrap_or_default(),
            kind: word(&piece.kind, FeedbackType::Other),
            rating: piece.rating.and_then(|rating| u8::try_from(rating).ok()),
            release: name(&self.releases, piece.release_id),
            environment: name(&self.environments, piece.environment_id),
            created_at: Timestamp(piece.created_at),
            associated_event_id: piece.associated_event_id.map(|id| id.simple().to_string()),
            attachments: self.attachments.remove(&piece.event_id).unwrap_or_default(),
            message: piece.message,
            name: piece.name,
            email: piece.email,
            url: piece.url,
            source: piece.source,
        }
    }
}
