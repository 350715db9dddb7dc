//! Bundles between upload and use, and their end.

use fieldfare_app::api::{Role, Viewer};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::{Error, Result};
use crate::projects;
use crate::store::entities::artifact_bundle::{ActiveModel, Column, Entity, Model};

/// Bundles made ready in one go.
const PENDING_MAX: u64 = 20;

/// Bundles that are stored but do not count yet, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn pending(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    let waiting = Entity::find().filter(Column::ReadyAt.is_null());
    Ok(waiting.order_by_asc(Column::Id).limit(PENDING_MAX).all(db).await?)
}

/// Lets a bundle count from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_ready(db: &impl ConnectionTrait, now: i64, bundle_id: i64) -> Result<()> {
    let change = ActiveModel { ready_at: Set(Some(now)), ..ActiveModel::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(bundle_id)).exec(db).await?;
    Ok(())
}

/// Deletes a bundle; events that were mapped with it stay mapped. Answers the project. Its files are swept later.
///
/// # Errors
/// When the viewer may not, or the project has no such bundle.
pub async fn delete(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str, bundle_id: i64) -> Result<i64> {
    if !viewer.role.may(Role::Lead) {
        return Err(Error::Forbidden);
    }
    let project = projects::get(db, viewer, slug).await?;
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(bundle_id))
        .filter(Column::ProjectId.eq(project.id))
        .exec(db)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found("upload"));
    }
    Ok(project.id)
}
