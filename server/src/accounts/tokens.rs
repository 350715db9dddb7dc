//! Tokens for programs that act for a member.

use fieldfare_app::api::Viewer;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::members;
use crate::error::Result;
use crate::ids;
use crate::store::Store;
use crate::store::entities::api_token;

/// How our tokens begin, so that people and secret scanners know one when they see it.
const PREFIX: &str = "ff_";

/// Makes a token for a member and answers it; only its hash is kept.
///
/// # Errors
/// When the database fails.
pub async fn create_token(db: &impl ConnectionTrait, now: i64, member_id: i64, label: &str) -> Result<String> {
    let token = ids::token(PREFIX).map_err(anyhow::Error::from)?;
    let row = api_token::ActiveModel {
        id: NotSet,
        token_hash: Set(ids::token_hash(&token)),
        member_id: Set(member_id),
        label: Set(label.to_owned()),
        created_at: Set(now),
    };
    api_token::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

/// For whom a program with this token acts, if it is one of ours.
///
/// # Errors
/// When the database fails.
pub async fn viewer_for_api_token(store: &Store, token: &str) -> Result<Option<Viewer>> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let is_this = api_token::Column::TokenHash.eq(ids::token_hash(token));
    let Some(found) = api_token::Entity::find().filter(is_this).one(store.reader()).await? else { return Ok(None) };
    members::viewer(store.reader(), found.member_id).await.map(Some)
}
