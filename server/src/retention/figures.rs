//! What is stored of a project and what went, for the page of its limits.

use anyhow::Context;
use fieldfare_app::api::{EvictedDay, Stored, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Statement,
};

use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::store::Store;
use crate::store::entities::event;
use crate::store::entities::outcome_hour::{Column, Entity};

/// How far back it is shown what went, days.
const SHOWN_DAYS: i64 = 30;
const HOURS_PER_DAY: i64 = DAY_MS / HOUR_MS;

/// What is stored of a project.
///
/// # Errors
/// When the database fails.
pub async fn stored(store: &Store, now: i64, project_id: i64) -> Result<Stored> {
    let of_project = event::Entity::find().filter(event::Column::ProjectId.eq(project_id));
    Ok(Stored {
        events: of_project.count(store.reader()).await?,
        oldest: oldest(store, project_id).await?.map(Timestamp),
        database_bytes: database_bytes(store).await?,
        evicted: evicted(store, now, project_id).await?,
    })
}

/// Asked issue by issue, since that is how events are in order of their time.
async fn oldest(store: &Store, project_id: i64) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT MIN((SELECT MIN(happened_at) FROM event WHERE event.issue_id = issue.id)) AS oldest \
         FROM issue WHERE project_id = {project_id}"
    );
    let row = store.reader().query_one_raw(Statement::from_string(store.backend(), sql)).await?;
    Ok(row.context("no answer on the oldest event")?.try_get("", "oldest")?)
}

async fn database_bytes(store: &Store) -> Result<u64> {
    let sql = match store.backend() {
        DatabaseBackend::Postgres => "SELECT pg_database_size(current_database()) AS bytes",
        _ => "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    };
    let row = store.reader().query_one_raw(Statement::from_string(store.backend(), sql)).await?;
    let bytes: i64 = row.context("no answer on the size of the database")?.try_get("", "bytes")?;
    Ok(u64::try_from(bytes).unwrap_or(0))
}

async fn evicted(store: &Store, now: i64, project_id: i64) -> Result<Vec<EvictedDay>> {
    let sum = Expr::expr(Column::Quantity.sum()).cast_as(Alias::new("BIGINT"));
    let hours: Vec<(i64, String, String, i64)> = Entity::find()
        .select_only()
        .columns([Column::Hour, Column::Category, Column::Reason])
        .column_as(sum, "quantity")
        .filter(Column::ProjectId.eq(project_id))
        .filter(Column::Outcome.eq("evicted"))
        .filter(Column::Hour.gt((now - SHOWN_DAYS * DAY_MS) / HOUR_MS))
        .group_by(Column::Hour)
        .group_by(Column::Category)
        .group_by(Column::Reason)
        .into_tuple()
        .all(store.reader())
        .await?;
    Ok(by_day(hours))
}

/// Adds up hours, newest day first.
fn by_day(hours: Vec<(i64, String, String, i64)>) -> Vec<EvictedDay> {
    let mut days = std::collections::BTreeMap::<_, u64>::new();
    for (hour, category, reason, quantity) in hours {
        let key = (std::cmp::Reverse(hour.div_euclid(HOURS_PER_DAY)), category, reason);
        *days.entry(key).or_default() += u64::try_from(quantity).unwrap_or(0);
    }
    let day = |((day, category, reason), quantity): ((std::cmp::Reverse<i64>, String, String), u64)| EvictedDay {
        day: Timestamp(day.0 * DAY_MS),
        category,
        reason,
        quantity,
    };
    days.into_iter().map(day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_add_up_to_days_newest_first() {
        let hour = |hour, reason: &str, quantity| (hour, "error".to_owned(), reason.to_owned(), quantity);
        let days = by_day(vec![hour(5, "age", 1), hour(23, "age", 2), hour(24, "age", 4), hour(25, "budget", 8)]);
        let short: Vec<_> = days.iter().map(|day| (day.day.0 / DAY_MS, &*day.reason, day.quantity)).collect();
        assert_eq!(short, [(1, "age", 4), (1, "budget", 8), (0, "age", 3)]);
    }
}
