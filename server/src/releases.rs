//! Releases: their order, their counts, their health. Knows sessions and issues as counters only; takes no decision
//! about issues and writes nothing but the rows of releases that tools announce.

mod archive;
mod counts;
mod detail;
mod health;
mod latest;
mod list;
pub mod order;
mod register;
pub mod tools;
mod transactions;

use fieldfare_app::api::Release;
use sea_orm::ConnectionTrait;

pub use archive::set_status;
pub use detail::{find, get, health};
pub use latest::latest;
pub use list::list;
use order::ReleaseOrder;
pub use register::register;
pub use transactions::transactions;

use crate::error::Result;
use crate::store::entities::release;

impl<'a> From<&'a release::Model> for ReleaseOrder<'a> {
    fn from(row: &'a release::Model) -> Self {
        Self { version: &row.version, released_at: row.released_at, first_seen: row.first_seen }
    }
}

/// The releases of these rows with their counts, in this order.
///
/// # Errors
/// When the database fails.
pub async fn rows(db: &impl ConnectionTrait, now: i64, rows: Vec<release::Model>) -> Result<Vec<Release>> {
    counts::counted(db, now, rows, None).await
}
