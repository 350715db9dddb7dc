//! What arrived and what became of it.

use fieldfare_app::api::{Dropped, Stats, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::store::entities::outcome_hour::{Column, Entity};

/// How far back statistics go, days.
pub(super) const STATS_DAYS: i64 = 30;

#[derive(Debug, FromQueryResult)]
struct Total {
    outcome: String,
    category: String,
    reason: String,
    quantity: i64,
}

/// Quantities of the last 30 days, of one project or of all.
///
/// # Errors
/// When the database fails.
pub async fn stats(db: &impl ConnectionTrait, now: i64, _viewer: &Viewer, project_id: Option<i64>) -> Result<Stats> {
    let mut rows = Entity::find()
        .select_only()
        .columns([Column::Outcome, Column::Category, Column::Reason])
        .column_as(Expr::expr(Column::Quantity.sum()).cast_as(Alias::new("BIGINT")), "quantity")
        .filter(Column::Hour.gt((now - STATS_DAYS * DAY_MS) / HOUR_MS))
        .group_by(Column::Outcome)
        .group_by(Column::Category)
        .group_by(Column::Reason);
    if let Some(project_id) = project_id {
        rows = rows.filter(Column::ProjectId.eq(project_id));
    }
    Ok(summary(rows.into_model().all(db).await?))
}

fn summary(mut totals: Vec<Total>) -> Stats {
    totals.sort_by(|a, b| (&a.category, &a.reason).cmp(&(&b.category, &b.reason)));
    let mut stats = Stats::default();
    for Total { outcome, category, reason, quantity } in totals {
        let quantity = u64::try_from(quantity).unwrap_or(0);
        match outcome.as_str() {
            "accepted" => *stats.accepted.entry(category).or_default() += quantity,
            "sampled" => *stats.sampled.entry(category).or_default() += quantity,
            "evicted" => stats.evicted.push(Dropped { category, reason, quantity }),
            "skipped" => *stats.skipped.entry(category).or_default() += quantity,
            _ => stats.dropped.push(Dropped { category, reason, quantity }),
        }
    }
    stats
}
