//! The last release of a project that is known now.

use sea_orm::sea_query::{Expr, NullOrdering, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::order::{ReleaseOrder, is_later};
use crate::error::Result;
use crate::store::entities::release;

/// The latest release of a project: the highest version, or the newest of those whose names are no versions, whichever
/// of the two is the later. `None` while there are no releases.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &impl ConnectionTrait, project_id: i64) -> Result<Option<release::Model>> {
    let of_project = release::Entity::find().filter(release::Column::ProjectId.eq(project_id));
    let highest = of_project
        .clone()
        .filter(release::Column::SortKey.is_not_null())
        .order_by_with_nulls(release::Column::SortKey, Order::Desc, NullOrdering::Last)
        .one(db)
        .await?;
    let newest = of_project
        .filter(release::Column::SortKey.is_null())
        .order_by_desc(Expr::cust("COALESCE(released_at, first_seen)"))
        .one(db)
        .await?;
    Ok(match (highest, newest) {
        (Some(highest), Some(newest)) => Some(later(highest, newest)),
        (highest, newest) => highest.or(newest),
    })
}

fn later(highest: release::Model, newest: release::Model) -> release::Model {
    if is_later(&ReleaseOrder::from(&newest), &ReleaseOrder::from(&highest)).is_some() { newest } else { highest }
}
