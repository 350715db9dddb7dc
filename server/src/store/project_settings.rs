//! Settings of a project, one JSON document per concern. What they mean is known to whoever names the concern.

use anyhow::Context;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entities::project_setting::{ActiveModel, Column, Entity};
use crate::error::Result;

/// What a project may send.
pub const LIMITS: &str = "limits";
/// How long what it sent is kept.
pub const RETENTION: &str = "retention";

/// The settings of one concern; their default when nobody has changed them.
///
/// # Errors
/// When the database fails or holds what this version cannot read.
pub async fn load<T: DeserializeOwned + Default>(
    db: &impl ConnectionTrait,
    project_id: i64,
    concern: &str,
) -> Result<T> {
    match Entity::find_by_id((project_id, concern.to_owned())).one(db).await? {
        Some(row) => Ok(serde_json::from_str(&row.value).with_context(|| format!("reading the setting {concern}"))?),
        None => Ok(T::default()),
    }
}

/// Replaces the settings of one concern.
///
/// # Errors
/// When the database fails.
pub async fn save<T: Serialize + Sync>(
    db: &impl ConnectionTrait,
    now: i64,
    project_id: i64,
    concern: &str,
    settings: &T,
) -> Result<()> {
    let value = serde_json::to_string(settings).with_context(|| format!("writing the setting {concern}"))?;
    let row = ActiveModel {
        project_id: Set(project_id),
        name: Set(concern.to_owned()),
        value: Set(value),
        changed_at: Set(now),
    };
    let conflict = OnConflict::columns([Column::ProjectId, Column::Name])
        .update_columns([Column::Value, Column::ChangedAt])
        .to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(())
}
