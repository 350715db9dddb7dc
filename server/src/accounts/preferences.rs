//! What a member decides about their own account.

use fieldfare_app::api::{MailPreferences, Viewer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::logins;
use super::passwords::{self, Password};
use crate::error::{Error, Result};
use crate::jobs::outbox::Switch;
use crate::store::Store;
use crate::store::entities::member;

/// Which mails the viewer gets.
///
/// # Errors
/// When the database fails.
pub async fn preferences(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<MailPreferences> {
    let row = own(db, viewer).await?;
    Ok(MailPreferences {
        new_issue: row.mail_new_issue,
        regression: row.mail_regression,
        feedback: row.mail_feedback,
        incident: row.mail_incident,
        followed: row.mail_followed,
        mention: row.mail_mention,
    })
}

/// Decides which mails the viewer gets.
///
/// # Errors
/// When the database fails.
pub async fn save_preferences(db: &impl ConnectionTrait, viewer: &Viewer, preferences: MailPreferences) -> Result<()> {
    let mut row: member::ActiveModel = own(db, viewer).await?.into();
    row.mail_new_issue = Set(preferences.new_issue);
    row.mail_regression = Set(preferences.regression);
    row.mail_feedback = Set(preferences.feedback);
    row.mail_incident = Set(preferences.incident);
    row.mail_followed = Set(preferences.followed);
    row.mail_mention = Set(preferences.mention);
    row.update(db).await?;
    Ok(())
}

/// Whether a member gets mails of a kind.
///
/// # Errors
/// When there is no such member.
pub async fn wants_mail(db: &impl ConnectionTrait, member_id: i64, switch: Switch) -> Result<bool> {
    let is_on = member::Entity::find_by_id(member_id).filter(switch.column().eq(true)).one(db).await?;
    Ok(is_on.is_some())
}

/// Ends mails of a kind to a member.
///
/// # Errors
/// When the database fails.
pub async fn switch_mail_off(db: &impl ConnectionTrait, member_id: i64, switch: Switch) -> Result<()> {
    let off = member::Entity::update_many().col_expr(switch.column(), Expr::value(false));
    off.filter(member::Column::Id.eq(member_id)).exec(db).await?;
    Ok(())
}

/// Changes the viewer's password and ends their other logins; the one of `login` stays.
///
/// # Errors
/// When the current password is wrong or the new one too short.
pub async fn change_password(
    store: &Store,
    viewer: &Viewer,
    login: Option<&str>,
    (current, new): (&str, &str),
) -> Result<()> {
    let row = own(store.reader(), viewer).await?;
    if !passwords::matches(current, Some(&row.password_hash)).await? {
        return Err(Error::invalid("current", "is not your password"));
    }
    let password = Password::new("new", new).await?;
    let tx = store.begin().await?;
    let mut row: member::ActiveModel = row.into();
    row.password_hash = Set(password.into_hash());
    row.update(&tx).await?;
    logins::end_others(&tx, viewer.member_id, login).await?;
    Ok(tx.commit().await?)
}

async fn own(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<member::Model> {
    let found = member::Entity::find_by_id(viewer.member_id).one(db).await?;
    found.ok_or_else(|| Error::not_found("account"))
}
