//! Fingerprints a project does not want any more, and letting them in again.

use fieldfare_app::api::{Discarded, Role, Timestamp, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::get;
use crate::error::{Error, Result};
use crate::store::entities::discarded_hash::{Column, Entity};
use crate::store::entities::member;

/// Rows of the list: far more than anybody discards by hand.
const ROWS_MAX: u64 = 200;

/// The discarded fingerprints of a project, latest first.
///
/// # Errors
/// When the database fails.
pub(super) async fn list(db: &impl ConnectionTrait, project_id: i64) -> Result<Vec<Discarded>> {
    let rows = Entity::find().filter(Column::ProjectId.eq(project_id)).order_by_desc(Column::DiscardedAt);
    let rows = rows.order_by_asc(Column::Hash).limit(ROWS_MAX).all(db).await?;
    let members: Vec<i64> = rows.iter().filter_map(|row| row.member_id).collect();
    let members = member::Entity::find().filter(member::Column::Id.is_in(members)).all(db).await?;
    let name = |id: i64| members.iter().find(|member| member.id == id).map(|member| member.name.clone());
    let shown = rows.into_iter().map(|row| Discarded {
        fingerprint: row.hash.simple().to_string(),
        title: row.title,
        discarded_at: Timestamp(row.discarded_at),
        by: row.member_id.and_then(name),
    });
    Ok(shown.collect())
}

/// Takes a fingerprint from the list: its events make an issue again. Answers the project's id.
///
/// # Errors
/// When the viewer may not, or the list has no such fingerprint.
pub async fn allow_again(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str, fingerprint: &str) -> Result<i64> {
    if !viewer.role.may(Role::Lead) {
        return Err(Error::Forbidden);
    }
    let project = get(db, viewer, slug).await?;
    let missing = || Error::not_found("discarded fingerprint");
    let hash = Uuid::try_parse(fingerprint).map_err(|_| missing())?;
    let gone = Entity::delete_by_id((project.id, hash)).exec(db).await?;
    if gone.rows_affected == 0 { Err(missing()) } else { Ok(project.id) }
}
