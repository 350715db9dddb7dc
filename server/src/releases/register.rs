//! A release that is known before anything was heard of it, because a tool says so.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait};

use super::order::sort_key;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::release::{ActiveModel, Column, Entity, Model};
use crate::store::releases::find_release;

/// The release of this version, made if there is none, and whether it was made. The version is one as
/// `protocol::names` repairs them.
///
/// # Errors
/// When the database fails.
pub async fn register(tx: &Tx, now: i64, project_id: i64, version: &str) -> Result<(Model, bool)> {
    if let Some(found) = find_release(tx, project_id, version).await? {
        return Ok((found, false));
    }
    let row = ActiveModel {
        id: NotSet,
        project_id: Set(project_id),
        version: Set(version.to_owned()),
        sort_key: Set(sort_key(version)),
        first_seen: Set(now),
        last_seen: Set(now),
        released_at: Set(None),
        archived_at: Set(None),
    };
    let conflict = OnConflict::columns([Column::ProjectId, Column::Version]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await?;
    let found = find_release(tx, project_id, version).await?;
    let made = found.ok_or_else(|| anyhow::anyhow!("a release vanished inside its transaction"))?;
    Ok((made, true))
}
