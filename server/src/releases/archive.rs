//! Putting releases out of use, and back. What arrives for an archived one is taken and counted as before.

use fieldfare_app::api::{ReleaseStatus, Role, Viewer};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::find;
use crate::error::Result;
use crate::issues::require;
use crate::store::Tx;
use crate::store::entities::release;

/// Archives the release of this project and version, or restores it. One that is archived again counts as archived now.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] below developer, [`crate::error::Error::NotFound`] when there is no such project or
/// release, [`crate::error::Error::Invalid`] when the project is not named and several have it.
pub async fn set_status(
    tx: &Tx,
    now: i64,
    viewer: &Viewer,
    (project, version): (Option<&str>, &str),
    status: ReleaseStatus,
) -> Result<()> {
    require(viewer, Role::Developer)?;
    let row = find(tx, project, version).await?;
    mark(tx, now, row.id, status).await
}

/// Writes where a release stands.
pub(super) async fn mark(tx: &Tx, now: i64, release_id: i64, status: ReleaseStatus) -> Result<()> {
    let archived_at = (status == ReleaseStatus::Archived).then_some(now);
    let update = release::Entity::update_many().col_expr(release::Column::ArchivedAt, Expr::value(archived_at));
    update.filter(release::Column::Id.eq(release_id)).exec(tx).await?;
    Ok(())
}
