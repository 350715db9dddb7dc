//! Keys with which clients report to a project.

use fieldfare_app::api::{ProjectKey, Timestamp};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{dsn::dsn, origins};
use crate::error::{Error, Result};
use crate::ids;
use crate::store::entities::{project, project_key};

/// Longest label, characters; what fits a list.
const LABEL_MAX: usize = 100;

/// What ingestion must know of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub project_id: i64,
    pub key_id: i64,
    pub revoked: bool,
    /// For [`origins::allows`].
    pub allowed_origins: Vec<String>,
}

/// The key of a project, whether it still works or not.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, project_id: i64, public_key: &str) -> Result<Option<KeyRow>> {
    let found = project_key::Entity::find()
        .filter(project_key::Column::PublicKey.eq(public_key))
        .filter(project_key::Column::ProjectId.eq(project_id))
        .one(db)
        .await?;
    let Some(key) = found else { return Ok(None) };
    let project = project::Entity::find_by_id(project_id).one(db).await?;
    Ok(project.map(|project| KeyRow {
        project_id,
        key_id: key.id,
        revoked: key.revoked_at.is_some(),
        allowed_origins: origins::stored(&project.allowed_origins),
    }))
}

/// Every key of a project, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, project_id: i64, public_url: &str) -> Result<Vec<ProjectKey>> {
    let rows = project_key::Entity::find()
        .filter(project_key::Column::ProjectId.eq(project_id))
        .order_by_asc(project_key::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| from_row(row, public_url)).collect())
}

/// The oldest key that works; a new one if none does.
///
/// # Errors
/// When the database fails.
pub async fn ensure(db: &impl ConnectionTrait, now: i64, project_id: i64, public_url: &str) -> Result<ProjectKey> {
    let keys = list(db, project_id, public_url).await?;
    match keys.into_iter().find(|key| key.revoked_at.is_none()) {
        Some(key) => Ok(key),
        None => Ok(from_row(create(db, now, project_id, "Default").await?, public_url)),
    }
}

pub(super) async fn create(
    db: &impl ConnectionTrait,
    now: i64,
    project_id: i64,
    label: &str,
) -> Result<project_key::Model> {
    let label = label.trim();
    if label.is_empty() || label.chars().count() > LABEL_MAX || label.chars().any(char::is_control) {
        return Err(Error::invalid("label", format!("must be 1 to {LABEL_MAX} characters on one line")));
    }
    let row = project_key::ActiveModel {
        id: NotSet,
        project_id: Set(project_id),
        public_key: Set(ids::public_key()),
        label: Set(label.to_owned()),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    Ok(row.insert(db).await?)
}

/// Revoking twice changes nothing: the first time counts.
pub(super) async fn revoke(db: &impl ConnectionTrait, now: i64, project_id: i64, key_id: i64) -> Result<()> {
    let found = project_key::Entity::find_by_id(key_id).one(db).await?;
    let found = found.filter(|key| key.project_id == project_id).ok_or_else(|| Error::not_found("key"))?;
    if found.revoked_at.is_none() {
        let mut row: project_key::ActiveModel = found.into();
        row.revoked_at = Set(Some(now));
        row.update(db).await?;
    }
    Ok(())
}

fn from_row(row: project_key::Model, public_url: &str) -> ProjectKey {
    ProjectKey {
        id: row.id,
        label: row.label,
        dsn: dsn(public_url, &row.public_key, row.project_id),
        public_key: row.public_key,
        created_at: Timestamp(row.created_at),
        revoked_at: row.revoked_at.map(Timestamp),
    }
}
