//! Signing in and staying signed in.

use std::net::IpAddr;

use fieldfare_app::api::Viewer;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{Attempts, members, passwords};
use crate::clock::DAY_MS;
use crate::error::{Error, Result};
use crate::ids;
use crate::store::Store;
use crate::store::entities::login;

/// Days without a visit after which a login ends.
pub const LOGIN_DAYS: i64 = 30;
/// How much of a login must be used up before it is prolonged, so that not every request writes.
const PROLONG_AFTER_MS: i64 = DAY_MS;

/// Checks who somebody says they are and answers the token of a new login. An unknown address and a wrong password
/// cannot be told apart, neither by the answer nor by how long it takes.
///
/// # Errors
/// [`Error::Invalid`] when the two do not belong together, [`Error::Conflict`] after too many attempts.
pub async fn sign_in(
    store: &Store,
    attempts: &Attempts,
    now: i64,
    from: IpAddr,
    (email, password): (&str, &str),
) -> Result<String> {
    let email = email.trim().to_lowercase();
    if !attempts.take(now, from, &email) {
        return Err(Error::Conflict("Too many attempts. Try again in a quarter of an hour.".to_owned()));
    }
    let found = members::find_by_email(store.reader(), &email).await?;
    let stored = found.as_ref().map(|member| member.password_hash.as_str());
    let is_right = passwords::matches(password, stored).await?;
    let Some(member) = found.filter(|_| is_right) else {
        return Err(Error::invalid("email", "The e-mail address or the password is wrong."));
    };
    attempts.forgive(from, &email);
    start_login(store.writer(), now, member.id).await
}

/// Starts a login of a member and answers its token.
///
/// # Errors
/// When the database fails.
pub async fn start_login(db: &impl ConnectionTrait, now: i64, member_id: i64) -> Result<String> {
    let token = ids::token("").map_err(anyhow::Error::from)?;
    let row = login::ActiveModel {
        token_hash: Set(ids::token_hash(&token)),
        member_id: Set(member_id),
        created_at: Set(now),
        expires_at: Set(now + LOGIN_DAYS * DAY_MS),
    };
    login::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

/// Ends the login of a token, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(store: &Store, token: &str) -> Result<()> {
    login::Entity::delete_by_id(ids::token_hash(token)).exec(store.writer()).await?;
    Ok(())
}

/// Who is signed in with this token, if anybody. A visit prolongs the login. One that has ended is removed by retention,
/// which knows whether the clock can be believed.
///
/// # Errors
/// When the database fails.
pub async fn viewer_for_login(store: &Store, now: i64, token: &str) -> Result<Option<Viewer>> {
    let found = login::Entity::find_by_id(ids::token_hash(token)).one(store.reader()).await?;
    let Some(found) = found.filter(|login| login.expires_at > now) else { return Ok(None) };
    let viewer = members::viewer(store.reader(), found.member_id).await?;
    let expires_at = now + LOGIN_DAYS * DAY_MS;
    // Shortened, too, where a clock that was ahead had prolonged it.
    if (expires_at - found.expires_at).abs() > PROLONG_AFTER_MS {
        let mut row: login::ActiveModel = found.into();
        row.expires_at = Set(expires_at);
        row.update(store.writer()).await?;
    }
    Ok(Some(viewer))
}

/// Ends every login of a member but the one of `kept`.
pub(super) async fn end_others(db: &impl ConnectionTrait, member_id: i64, kept: Option<&str>) -> Result<()> {
    let mut theirs = login::Entity::delete_many().filter(login::Column::MemberId.eq(member_id));
    if let Some(token) = kept {
        theirs = theirs.filter(login::Column::TokenHash.ne(ids::token_hash(token)));
    }
    theirs.exec(db).await?;
    Ok(())
}
