//! Who can sign in.

use fieldfare_app::api::{Member, Role, Timestamp, Viewer};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::passwords::Password;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entities::{login, member, organization};

/// Longest e-mail address SMTP can carry, bytes (RFC 5321).
const EMAIL_MAX_BYTES: usize = 254;
/// Longest name, characters; what fits a list.
const NAME_MAX: usize = 100;

/// Somebody to be let in.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub email: String,
    /// Empty means: what stands before the @.
    pub name: String,
    pub password: Password,
    pub role: Role,
}

/// Every member, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, _viewer: &Viewer) -> Result<Vec<Member>> {
    all(db).await
}

/// Every member, for the operator.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Member>> {
    let rows =
        member::Entity::find().order_by_asc(member::Column::Name).order_by_asc(member::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Adds a member to the organization.
///
/// # Errors
/// When a field is not acceptable or the address is taken.
pub async fn add(tx: &Tx, now: i64, organization_id: i64, new: &NewMember) -> Result<Member> {
    let email = normal_email(&new.email)?;
    if find_by_email(tx, &email).await?.is_some() {
        return Err(Error::invalid("email", "somebody has this address already"));
    }
    let row = member::ActiveModel {
        id: NotSet,
        organization_id: Set(organization_id),
        name: Set(name(&new.name, &email)?),
        email: Set(email),
        password_hash: Set(new.password.clone().into_hash()),
        role: Set(new.role.as_str().to_owned()),
        mail_new_issue: Set(true),
        mail_regression: Set(true),
        mail_feedback: Set(true),
        mail_incident: Set(true),
        mail_followed: Set(true),
        mail_mention: Set(true),
        created_at: Set(now),
    };
    Ok(from_row(row.insert(tx).await?))
}

/// The member of this address, added if there is none. The password of one who exists is left alone.
///
/// # Errors
/// When a field is not acceptable.
pub async fn ensure(tx: &Tx, now: i64, organization_id: i64, new: &NewMember) -> Result<Member> {
    match find_by_email(tx, &normal_email(&new.email)?).await? {
        Some(found) => Ok(from_row(found)),
        None => add(tx, now, organization_id, new).await,
    }
}

/// The member with this address, however it is capitalised.
///
/// # Errors
/// When the database fails.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<member::Model>> {
    Ok(member::Entity::find().filter(member::Column::Email.eq(email.trim().to_lowercase())).one(db).await?)
}

/// Gives a member a new password and ends all their logins.
///
/// # Errors
/// When there is no such member.
pub async fn set_password(tx: &Tx, email: &str, password: Password) -> Result<()> {
    let found = get_by_email(tx, email).await?;
    let id = found.id;
    let mut row: member::ActiveModel = found.into();
    row.password_hash = Set(password.into_hash());
    row.update(tx).await?;
    login::Entity::delete_many().filter(login::Column::MemberId.eq(id)).exec(tx).await?;
    Ok(())
}

/// Gives a member another role. The last owner stays one.
///
/// # Errors
/// When there is no such member, or nobody would own the installation.
pub async fn set_role(tx: &Tx, email: &str, role: Role) -> Result<()> {
    let found = get_by_email(tx, email).await?;
    let owners = member::Entity::find().filter(member::Column::Role.eq(Role::Owner.as_str())).all(tx).await?;
    if role != Role::Owner && matches!(owners.as_slice(), [only] if only.id == found.id) {
        return Err(Error::Conflict("The last owner stays owner: make somebody else one first.".to_owned()));
    }
    let mut row: member::ActiveModel = found.into();
    row.role = Set(role.as_str().to_owned());
    row.update(tx).await?;
    Ok(())
}

/// A member as the person looking.
///
/// # Errors
/// When the member or the organization is gone.
pub async fn viewer(db: &impl ConnectionTrait, member_id: i64) -> Result<Viewer> {
    let found = member::Entity::find_by_id(member_id).one(db).await?;
    let found = found.ok_or_else(|| Error::not_found("member"))?;
    let organization = organization::Entity::find_by_id(found.organization_id).one(db).await?;
    Ok(Viewer {
        member_id,
        role: role(&found),
        organization: organization.ok_or_else(|| Error::not_found("organization"))?.name,
        name: found.name,
        email: found.email,
    })
}

/// What the viewer's organization is called in addresses.
///
/// # Errors
/// When the member or the organization is gone.
pub async fn organization_slug(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<String> {
    let member = member::Entity::find_by_id(viewer.member_id).one(db).await?;
    let member = member.ok_or_else(|| Error::not_found("member"))?;
    let found = organization::Entity::find_by_id(member.organization_id).one(db).await?;
    Ok(found.ok_or_else(|| Error::not_found("organization"))?.slug)
}

async fn get_by_email(db: &impl ConnectionTrait, email: &str) -> Result<member::Model> {
    find_by_email(db, email).await?.ok_or_else(|| Error::not_found(format!("member {email}")))
}

fn from_row(row: member::Model) -> Member {
    let role = role(&row);
    Member { id: row.id, name: row.name, email: row.email, role, created_at: Timestamp(row.created_at) }
}

/// A word nobody wrote grants least.
fn role(row: &member::Model) -> Role {
    row.role.parse().unwrap_or(Role::Viewer)
}

/// Lower case, as it is compared; something on both sides of one @, and nothing that could break a mail's header.
pub(super) fn normal_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let is_address = email.parse::<lettre::Address>().is_ok() && email.len() <= EMAIL_MAX_BYTES;
    if is_address { Ok(email) } else { Err(Error::invalid("email", "is not an e-mail address")) }
}

fn name(name: &str, email: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must be at most {NAME_MAX} characters on one line")));
    }
    let before_at = || email.split('@').next().unwrap_or(email);
    Ok(if name.is_empty() { before_at() } else { name }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_lower_case() {
        assert_eq!(normal_email(" Ada@Example.ORG ").unwrap(), "ada@example.org");
        for wrong in ["", "ada", "ada@", "@example.org", "a b@example.org", "a@b\r\nBcc: c@d"] {
            assert!(normal_email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_a_name_the_address_names() {
        assert_eq!(name("  ", "ada@example.org").unwrap(), "ada");
        assert_eq!(name(" Ada L. ", "ada@example.org").unwrap(), "Ada L.");
        assert!(name("a\nb", "ada@example.org").is_err());
    }
}
