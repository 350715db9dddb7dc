//! What was counted of an issue without being stored: a flood, which is sampled before it eats the quota of the others
//! (docs/decisions/015-quotas-and-sampled-floods.md).
//!
//! It is noted by hash, so that it follows every merge and every split by itself.

use std::collections::BTreeMap;

use fieldfare_app::api::{Sampling, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter};
use uuid::Uuid;

use super::names::fetch;
use super::rows::count;
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{group_hash, issue, sampled_hour};

/// Rows in one INSERT: six binds each.
const ROWS_PER_INSERT: usize = 1_000;
/// A pause after which what is sampled again is another flood.
const FLOOD_PAUSE_MS: i64 = HOUR_MS;

/// Adds what arrived at `now` and is only counted: how many events of each hash.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &Tx, project_id: i64, now: i64, counted: &BTreeMap<Uuid, i64>) -> Result<()> {
    let row = |(&hash, &events): (&Uuid, &i64)| sampled_hour::Model {
        project_id,
        hash,
        hour: now.div_euclid(HOUR_MS),
        events,
        first_at: now,
        last_at: now,
    };
    insert(tx, counted.iter().map(row).collect()).await
}

async fn insert(tx: &Tx, rows: Vec<sampled_hour::Model>) -> Result<()> {
    use sampled_hour::Column as C;
    let earlier =
        "CASE WHEN excluded.first_at < sampled_hour.first_at THEN excluded.first_at ELSE sampled_hour.first_at END";
    let later = "CASE WHEN excluded.last_at > sampled_hour.last_at THEN excluded.last_at ELSE sampled_hour.last_at END";
    let conflict = OnConflict::columns([C::ProjectId, C::Hash, C::Hour])
        .value(C::Events, Expr::cust("sampled_hour.events + excluded.events"))
        .value(C::FirstAt, Expr::cust(earlier))
        .value(C::LastAt, Expr::cust(later))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let rows = chunk.iter().map(|row| sampled_hour::ActiveModel {
            project_id: Set(row.project_id),
            hash: Set(row.hash),
            hour: Set(row.hour),
            events: Set(row.events),
            first_at: Set(row.first_at),
            last_at: Set(row.last_at),
        });
        let insert = sampled_hour::Entity::insert_many(rows).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

/// What of an issue was only counted; `None` when all of it was stored as it arrived.
pub(super) async fn of(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Option<Sampling>> {
    use sampled_hour::Column as C;
    let leads = Expr::col(group_hash::Column::Hash.as_column_ref()).equals(C::Hash.as_column_ref());
    let same_project = Expr::col(group_hash::Column::ProjectId.as_column_ref()).equals(C::ProjectId.as_column_ref());
    let select = Query::select()
        .expr_as(Expr::cust("CAST(SUM(sampled_hour.events) AS BIGINT)"), "events")
        .expr_as(Expr::cust("MIN(sampled_hour.first_at)"), "first_at")
        .expr_as(Expr::cust("MAX(sampled_hour.last_at)"), "last_at")
        .from(sampled_hour::Entity)
        .inner_join(group_hash::Entity, leads.and(same_project))
        .and_where(C::ProjectId.eq(issue.project_id))
        .and_where(group_hash::Column::IssueId.eq(issue.id))
        .group_by_col(C::Hour.as_column_ref())
        .order_by(C::Hour.as_column_ref(), Order::Asc)
        .to_owned();
    Ok(summary(issue.events, &fetch::<Counted>(db, &select).await?))
}

/// What was only counted in one hour.
#[derive(FromQueryResult)]
struct Counted {
    events: i64,
    first_at: i64,
    last_at: i64,
}

/// `hours` in order of time.
fn summary(events: i64, hours: &[Counted]) -> Option<Sampling> {
    let goes_on = |a: &Counted, b: &Counted| b.first_at - a.last_at < FLOOD_PAUSE_MS;
    let floods: Vec<&[Counted]> = hours.chunk_by(goes_on).collect();
    let latest = floods.last()?;
    let counted_only: i64 = hours.iter().map(|hour| hour.events).sum();
    Some(Sampling {
        stored: count(events.saturating_sub(counted_only)),
        counted_only: count(counted_only),
        floods: u32::try_from(floods.len()).unwrap_or(u32::MAX),
        from: Timestamp(latest.first()?.first_at),
        until: Timestamp(latest.last()?.last_at),
    })
}

/// Leaves what was counted of hashes that are split off with one that stays, as the counters are: they are told apart
/// by the events that are stored.
pub(super) async fn leave(tx: &Tx, project_id: i64, split_off: &[Uuid], stays: Uuid) -> Result<()> {
    let rows = of_hashes(tx, project_id, split_off).await?;
    forget(tx, project_id, split_off).await?;
    for row in rows {
        // One at a time: two of them may be of the same hour.
        insert(tx, vec![sampled_hour::Model { hash: stays, ..row }]).await?;
    }
    Ok(())
}

async fn of_hashes(tx: &Tx, project_id: i64, hashes: &[Uuid]) -> Result<Vec<sampled_hour::Model>> {
    let of_project = sampled_hour::Entity::find().filter(sampled_hour::Column::ProjectId.eq(project_id));
    Ok(of_project.filter(sampled_hour::Column::Hash.is_in(hashes.iter().copied())).all(tx).await?)
}

/// Forgets what was counted of hashes.
pub(super) async fn forget(tx: &Tx, project_id: i64, hashes: &[Uuid]) -> Result<()> {
    for chunk in hashes.chunks(ROWS_PER_INSERT) {
        let of_project = sampled_hour::Entity::delete_many().filter(sampled_hour::Column::ProjectId.eq(project_id));
        of_project.filter(sampled_hour::Column::Hash.is_in(chunk.iter().copied())).exec(tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_on_end_are_one_flood_and_the_latest_is_told_of() {
        let hour = |events, first_at: i64, last_at: i64| Counted {
            events,
            first_at: first_at * 60_000,
            last_at: last_at * 60_000,
        };
        for (events, hours, expected) in [
            (9, vec![], None),
            (9, vec![hour(4, 5, 40)], Some((5, 4, 1, 5, 40))),
            (99, vec![hour(4, 50, 59), hour(40, 60, 119), hour(2, 120, 121)], Some((53, 46, 1, 50, 121))),
            (99, vec![hour(4, 50, 59), hour(40, 180, 190)], Some((55, 44, 2, 180, 190))),
            (3, vec![hour(4, 5, 40)], Some((0, 4, 1, 5, 40))),
        ] {
            let told = summary(events, &hours)
                .map(|told| (told.stored, told.counted_only, told.floods, told.from.0 / 60_000, told.until.0 / 60_000));
            assert_eq!(told, expected);
        }
    }
}
