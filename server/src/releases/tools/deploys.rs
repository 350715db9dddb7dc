//! Where and when a release was put live.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::LISTED_MAX;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{deploy, environment, release};
use crate::store::releases::ensure_environment;

/// Longest name and address kept, characters.
const TEXT_CHARS: usize = 500;

/// A deploy as a tool tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDeploy {
    pub environment: String,
    pub name: Option<String>,
    pub url: Option<String>,
    pub started_at: Option<i64>,
    pub finished_at: i64,
}

/// Adds a deploy; its environment is made if there is none.
///
/// # Errors
/// When the database fails.
pub async fn deploy(tx: &Tx, release: &release::Model, new: &NewDeploy) -> Result<deploy::Model> {
    let clean = |text: &String| text.chars().filter(|char| *char != '\0').take(TEXT_CHARS).collect::<String>();
    let row = deploy::ActiveModel {
        id: NotSet,
        project_id: Set(release.project_id),
        release_id: Set(release.id),
        environment_id: Set(ensure_environment(tx, release.project_id, &new.environment).await?),
        name: Set(new.name.as_ref().map(clean)),
        url: Set(new.url.as_ref().map(clean)),
        started_at: Set(new.started_at),
        finished_at: Set(new.finished_at),
    };
    Ok(deploy::Entity::insert(row).exec_with_returning(tx).await?)
}

/// The deploys of a release, the latest first, each with the name of its environment.
///
/// # Errors
/// When the database fails.
pub async fn deploys(db: &impl ConnectionTrait, release: &release::Model) -> Result<Vec<(deploy::Model, String)>> {
    let rows = deploy::Entity::find()
        .filter(deploy::Column::ProjectId.eq(release.project_id))
        .filter(deploy::Column::ReleaseId.eq(release.id))
        .order_by_desc(deploy::Column::FinishedAt)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let named = environment::Entity::find()
        .filter(environment::Column::ProjectId.eq(release.project_id))
        .filter(environment::Column::Id.is_in(rows.iter().map(|row| row.environment_id)))
        .all(db)
        .await?;
    let names: HashMap<i64, String> = named.into_iter().map(|row| (row.id, row.name)).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    Ok(rows.into_iter().map(|row| (row.clone(), name(row.environment_id))).collect())
}

pub(super) async fn forget(tx: &Tx, release: &release::Model) -> Result<()> {
    deploy::Entity::delete_many()
        .filter(deploy::Column::ProjectId.eq(release.project_id))
        .filter(deploy::Column::ReleaseId.eq(release.id))
        .exec(tx)
        .await?;
    Ok(())
}
