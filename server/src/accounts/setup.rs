//! The first visit: organization, owner and first project, once.
//!
//! Who holds the token that was printed at the start may do it; nobody else, and nobody twice.

use fieldfare_app::api::Role;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, PaginatorTrait};

use super::members::{self, NewMember};
use super::passwords::Password;
use crate::error::{Error, Result};
use crate::ids;
use crate::slug;
use crate::store::entities::{installation_setting, member, organization};
use crate::store::{Store, Tx};

/// The setting that holds the hash of the token.
const TOKEN_SETTING: &str = "setup_token";
/// Longest name of an organization, characters; what fits the account menu.
const NAME_MAX: usize = 100;

/// What a person writes on the first visit.
#[derive(Clone, Debug)]
pub struct Setup {
    pub organization: String,
    pub name: String,
    pub email: String,
    pub password: Password,
}

/// Whether anybody can sign in yet.
///
/// # Errors
/// When the database fails.
pub async fn is_set_up(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(member::Entity::find().count(db).await? > 0)
}

/// A new token for the first visit; the one before is worth nothing from now on.
///
/// # Errors
/// When the database fails.
pub async fn new_setup_token(store: &Store) -> Result<String> {
    let token = ids::token("").map_err(anyhow::Error::from)?;
    let row = installation_setting::ActiveModel { name: Set(TOKEN_SETTING.to_owned()), value: Set(hash(&token)) };
    let conflict = OnConflict::column(installation_setting::Column::Name)
        .update_column(installation_setting::Column::Value)
        .to_owned();
    installation_setting::Entity::insert(row).on_conflict(conflict).exec_without_returning(store.writer()).await?;
    Ok(token)
}

/// Whether this token opens the first visit.
///
/// # Errors
/// When the database fails.
pub async fn setup_token_is_right(db: &impl ConnectionTrait, token: &str) -> Result<bool> {
    let stored = installation_setting::Entity::find_by_id(TOKEN_SETTING.to_owned()).one(db).await?;
    Ok(stored.is_some_and(|row| row.value == hash(token)) && !is_set_up(db).await?)
}

/// Makes the organization and its owner; answers the owner's id. Ends the token.
///
/// # Errors
/// [`Error::Forbidden`] when the token is wrong or used, [`Error::Invalid`] when a field is not acceptable.
pub async fn set_up(tx: &Tx, now: i64, token: &str, setup: Setup) -> Result<i64> {
    // The row goes first: of two at once, one waits for the other here and then finds nothing.
    let taken = installation_setting::Entity::delete_by_id(TOKEN_SETTING.to_owned());
    if !setup_token_is_right(tx, token).await? || taken.exec(tx).await?.rows_affected == 0 {
        return Err(Error::Forbidden);
    }
    let Setup { organization, name, email, password } = setup;
    let organization_id = ensure_organization(tx, now, &organization).await?;
    let owner = NewMember { email, name, password, role: Role::Owner };
    Ok(members::add(tx, now, organization_id, &owner).await?.id)
}

/// The organization of the installation, made under this name if there is none.
///
/// # Errors
/// When the name is empty or too long.
pub async fn ensure_organization(tx: &Tx, now: i64, name: &str) -> Result<i64> {
    if let Some(found) = organization::Entity::find().one(tx).await? {
        return Ok(found.id);
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("organization", format!("must be 1 to {NAME_MAX} characters on one line")));
    }
    let slug = Set(slug::from_name(name, "organization"));
    let row = organization::ActiveModel { id: NotSet, slug, name: Set(name.to_owned()), created_at: Set(now) };
    Ok(row.insert(tx).await?.id)
}

fn hash(token: &str) -> String {
    ids::token_hash(token).iter().map(|byte| format!("{byte:02x}")).collect()
}
