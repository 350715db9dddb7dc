//! Releases and environments by name: rows that many areas need and none of them owns.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Tx;
use super::entities::{environment, release};
use crate::error::Result;

/// Stands for "no release" and "no environment" in counters.
pub const NONE: i64 = 0;

/// The environment of this name in this project, made if there is none.
///
/// # Errors
/// When the database fails.
pub async fn ensure_environment(tx: &Tx, project_id: i64, name: &str) -> Result<i64> {
    let row = environment::ActiveModel { id: NotSet, project_id: Set(project_id), name: Set(name.to_owned()) };
    let conflict =
        OnConflict::columns([environment::Column::ProjectId, environment::Column::Name]).do_nothing().to_owned();
    environment::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await?;
    let found = find_environment(tx, project_id, name).await?;
    found.ok_or_else(|| anyhow::anyhow!("an environment vanished inside its transaction").into())
}

/// The environment of this name in this project.
///
/// # Errors
/// When the database fails.
pub async fn find_environment(db: &impl ConnectionTrait, project_id: i64, name: &str) -> Result<Option<i64>> {
    let found = environment::Entity::find()
        .filter(environment::Column::ProjectId.eq(project_id))
        .filter(environment::Column::Name.eq(name))
        .one(db)
        .await?;
    Ok(found.map(|row| row.id))
}

/// The release of this version in this project.
///
/// # Errors
/// When the database fails.
pub async fn find_release(db: &impl ConnectionTrait, project_id: i64, version: &str) -> Result<Option<release::Model>> {
    Ok(release::Entity::find()
        .filter(release::Column::ProjectId.eq(project_id))
        .filter(release::Column::Version.eq(version))
        .one(db)
        .await?)
}
