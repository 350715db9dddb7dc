//! Conditions on issues that addresses and other lists ask for beside a query; what a query asks is in `search::tables`.

use fieldfare_app::api::Status;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, Query as Sql, SelectStatement};

pub(crate) use crate::search::tables::{in_environment, in_release};
use crate::store::entities::{environment, issue};

/// Issues of one state.
pub(crate) fn of_status(status: Status) -> Expr {
    issue::Column::Status.eq(status.as_str())
}

/// Ids of the environments of this name, in all projects.
pub(crate) fn environments(name: &str) -> SelectStatement {
    Sql::select()
        .column(environment::Column::Id.as_column_ref())
        .from(environment::Entity)
        .and_where(environment::Column::Name.eq(name))
        .to_owned()
}
