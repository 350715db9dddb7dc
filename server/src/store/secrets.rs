//! Secrets that an installation makes for itself, once, and keeps with its tables.

use anyhow::Context;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::Store;
use super::entities::installation_setting::{ActiveModel, Column, Entity};
use crate::error::{Error, Result};
use crate::ids;

/// The secret of this name as a key for keyed hashes, made the first time it is asked for.
///
/// # Errors
/// When the database fails or the system has no randomness to give.
pub async fn key(store: &Store, name: &str) -> Result<[u8; blake3::KEY_LEN]> {
    if Entity::find_by_id(name.to_owned()).one(store.reader()).await?.is_none() {
        let row = ActiveModel { name: Set(name.to_owned()), value: Set(ids::token("").map_err(anyhow::Error::from)?) };
        let keep = OnConflict::column(Column::Name).do_nothing().to_owned();
        Entity::insert(row).on_conflict(keep).exec_without_returning(store.writer()).await?;
    }
    let stored = Entity::find_by_id(name.to_owned()).one(store.writer()).await?;
    let secret = stored.context("a secret was written and is not there").map_err(Error::from)?;
    Ok(*blake3::hash(secret.value.as_bytes()).as_bytes())
}
