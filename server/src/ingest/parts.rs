//! What arrives for an issue that is made of parts counts for its part too, so that the part can leave again with it.
//! Other issues cost nothing here.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::placing::Placed;
use super::tally::{self, Occurrence, Tally};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{part_environment, part_hour, part_release, part_user};

/// Rows in one INSERT: six binds each at most.
const ROWS_PER_INSERT: usize = 2_000;

/// Adds what arrived, each with its hash, to the counters of parts.
pub(super) async fn count(
    tx: &Tx,
    project_id: i64,
    placed: &Placed,
    arrived: impl Iterator<Item = (Uuid, &Occurrence)>,
) -> Result<()> {
    let of_parts: Vec<Occurrence> =
        arrived.filter_map(|(hash, one)| Some(Occurrence { issue_id: placed.part_of(hash)?, ..one.clone() })).collect();
    if of_parts.is_empty() {
        return Ok(());
    }
    let tallies = tally::by_issue(&of_parts);
    add_hours(tx, project_id, &tallies).await?;
    add_releases(tx, project_id, &tallies).await?;
    add_environments(tx, project_id, &tallies).await?;
    add_users(tx, project_id, &tallies).await
}

async fn add_hours(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    use part_hour::Column as C;
    let rows = tallies.iter().flat_map(|(&part_id, tally)| tally.hours.iter().map(move |row| (part_id, row)));
    let rows: Vec<_> = rows
        .map(|(part_id, (&(hour, release_id, environment_id), &events))| part_hour::ActiveModel {
            project_id: Set(project_id),
            part_id: Set(part_id),
            hour: Set(hour),
            release_id: Set(release_id),
            environment_id: Set(environment_id),
            events: Set(events),
        })
        .collect();
    let conflict = OnConflict::columns([C::ProjectId, C::PartId, C::Hour, C::ReleaseId, C::EnvironmentId])
        .value(C::Events, Expr::cust("part_hour.events + excluded.events"))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = part_hour::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_releases(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    use part_release::Column as C;
    let rows = tallies.iter().flat_map(|(&part_id, tally)| tally.releases.iter().map(move |row| (part_id, row)));
    let rows: Vec<_> = rows
        .map(|(part_id, (&release_id, span))| part_release::ActiveModel {
            project_id: Set(project_id),
            part_id: Set(part_id),
            release_id: Set(release_id),
            events: Set(span.events),
            first_seen: Set(span.first_seen),
            last_seen: Set(span.last_seen),
        })
        .collect();
    let earlier = "CASE WHEN excluded.first_seen < part_release.first_seen THEN excluded.first_seen ELSE part_release.first_seen END";
    let later =
        "CASE WHEN excluded.last_seen > part_release.last_seen THEN excluded.last_seen ELSE part_release.last_seen END";
    let conflict = OnConflict::columns([C::ProjectId, C::PartId, C::ReleaseId])
        .value(C::Events, Expr::cust("part_release.events + excluded.events"))
        .value(C::FirstSeen, Expr::cust(earlier))
        .value(C::LastSeen, Expr::cust(later))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = part_release::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_environments(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    use part_environment::Column as C;
    let rows = tallies.iter().flat_map(|(&part_id, tally)| tally.environments.iter().map(move |row| (part_id, row)));
    let rows: Vec<_> = rows
        .map(|(part_id, (&environment_id, &last_seen))| part_environment::ActiveModel {
            project_id: Set(project_id),
            part_id: Set(part_id),
            environment_id: Set(environment_id),
            last_seen: Set(last_seen),
        })
        .collect();
    let later = "CASE WHEN excluded.last_seen > part_environment.last_seen THEN excluded.last_seen ELSE part_environment.last_seen END";
    let conflict = OnConflict::columns([C::ProjectId, C::PartId, C::EnvironmentId])
        .value(C::LastSeen, Expr::cust(later))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = part_environment::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_users(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    use part_user::Column as C;
    let rows = tallies.iter().flat_map(|(&part_id, tally)| tally.users.iter().map(move |row| (part_id, row)));
    let rows: Vec<_> = rows
        .map(|(part_id, &(user_hash, release_id))| part_user::ActiveModel {
            project_id: Set(project_id),
            part_id: Set(part_id),
            user_hash: Set(user_hash),
            release_id: Set(release_id),
        })
        .collect();
    let conflict = OnConflict::columns([C::ProjectId, C::PartId, C::UserHash, C::ReleaseId]).do_nothing().to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = part_user::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}
