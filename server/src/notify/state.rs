//! Where mail stands, for the settings page.

use fieldfare_app::api::MailDelivery;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::mailer::MailSettings;
use crate::error::Result;
use crate::store::entities::notification::{Column, Entity};

/// Counts what is waiting, delivered and given up, and says where mail goes. Never shows a password.
///
/// # Errors
/// When the database fails.
pub async fn state(db: &impl ConnectionTrait, settings: &MailSettings) -> Result<MailDelivery> {
    let open = Column::DeliveredAt.is_null();
    let waiting = Entity::find().filter(open.clone()).filter(Column::GivenUpAt.is_null()).count(db).await?;
    let delivered = Entity::find().filter(Column::DeliveredAt.is_not_null()).count(db).await?;
    let given_up = Entity::find().filter(Column::GivenUpAt.is_not_null()).count(db).await?;
    let failed = Entity::find().filter(open).filter(Column::LastError.is_not_null());
    let failed = failed.order_by_desc(Column::Id).one(db).await?;
    let smtp = settings.server()?.map(|server| server.to_string());
    Ok(MailDelivery {
        directory: smtp.is_none().then(|| settings.directory.display().to_string()),
        smtp,
        from: settings.from.clone(),
        waiting,
        delivered,
        given_up,
        last_error: failed.and_then(|row| row.last_error),
    })
}
