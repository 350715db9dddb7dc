//! Whether a new project has reported anything yet.

use fieldfare_app::api::{FirstSight, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{from_row, get, keys};
use crate::error::Result;
use crate::store::entities::issue;

/// What the page that waits for the first event shows.
///
/// # Errors
/// When there is no such project.
pub async fn first_sight(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    public_url: &str,
) -> Result<FirstSight> {
    let project = from_row(get(db, viewer, slug).await?);
    let keys = keys::list(db, project.id, public_url).await?;
    let working = keys.into_iter().find(|key| key.revoked_at.is_none());
    let first = issue::Entity::find()
        .filter(issue::Column::ProjectId.eq(project.id))
        .order_by_asc(issue::Column::Number)
        .one(db)
        .await?;
    let short_id = |number| format!("{}-{number}", project.slug.to_uppercase());
    Ok(FirstSight {
        dsn: working.map(|key| key.dsn).unwrap_or_default(),
        public_url: public_url.to_owned(),
        first_issue: first.map(|issue| (short_id(issue.number), issue.title)),
        project,
    })
}
