//! Where mail goes and how much of it has gone, for the settings page.

use std::path::Path;

use fieldfare_app::api::MailDelivery;
use http::Uri;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::config::Mail;
use crate::error::Result;
use crate::store::entities::notification::{Column, Entity};

/// How mail is delivered and what became of what was owed.
///
/// # Errors
/// When the database fails.
pub async fn delivery(db: &impl ConnectionTrait, mail: &Mail, data: &Path) -> Result<MailDelivery> {
    let troubled = Entity::find()
        .filter(Column::LastError.is_not_null())
        .filter(Column::DeliveredAt.is_null())
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    Ok(MailDelivery {
        smtp: mail.smtp_url.as_deref().map(described),
        from: mail.from.to_string(),
        directory: mail.smtp_url.is_none().then(|| data.join("mail").display().to_string()),
        waiting: waiting(db).await?,
        delivered: Entity::find().filter(Column::DeliveredAt.is_not_null()).count(db).await?,
        given_up: Entity::find().filter(Column::GivenUpAt.is_not_null()).count(db).await?,
        last_error: troubled.and_then(|row| row.last_error),
    })
}

/// Messages that are owed and neither delivered nor given up.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<u64> {
    let owed = Entity::find().filter(Column::DeliveredAt.is_null()).filter(Column::GivenUpAt.is_null());
    Ok(owed.count(db).await?)
}

/// Host, port and protection of a mail server, without the password.
fn described(url: &str) -> String {
    let Ok(uri) = url.parse::<Uri>() else { return "not understood".to_owned() };
    let tls = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("tls=")));
    let (port, protection) = match (uri.scheme_str(), tls) {
        (Some("smtps"), _) => (465, "TLS"),
        (_, Some("required")) => (587, "STARTTLS"),
        (_, Some("opportunistic")) => (587, "STARTTLS if offered"),
        _ => (25, "not encrypted"),
    };
    format!("{}:{} ({protection})", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(port))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mail_server_is_described_without_its_password() {
        let cases = [
            ("smtps://me:secret@mail.example", "mail.example:465 (TLS)"),
            ("smtp://me:secret@mail.example:2525?tls=required", "mail.example:2525 (STARTTLS)"),
            ("smtp://localhost", "localhost:25 (not encrypted)"),
        ];
        for (url, text) in cases {
            assert_eq!(super::described(url), text);
        }
    }
}
