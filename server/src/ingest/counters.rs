//! Counters that pages read instead of events: by hour, by release, by environment.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::tally::Tally;
use super::users::NewUsers;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{issue_environment, issue_hour, issue_release};

/// Rows in one INSERT: seven binds each at most.
const ROWS_PER_INSERT: usize = 2_000;

/// Adds the tallies of a batch to every counter.
pub(super) async fn add(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>, new: &NewUsers) -> Result<()> {
    add_hours(tx, project_id, tallies).await?;
    add_releases(tx, project_id, tallies, new).await?;
    add_environments(tx, project_id, tallies).await
}

async fn add_hours(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    let rows: Vec<_> = tallies
        .iter()
        .flat_map(|(&issue_id, tally)| tally.hours.iter().map(move |(key, events)| (issue_id, *key, *events)))
        .map(|(issue_id, (hour, release_id, environment_id), events)| issue_hour::ActiveModel {
            project_id: Set(project_id),
            issue_id: Set(issue_id),
            hour: Set(hour),
            release_id: Set(release_id),
            environment_id: Set(environment_id),
            events: Set(events),
        })
        .collect();
    let conflict = OnConflict::columns([
        issue_hour::Column::ProjectId,
        issue_hour::Column::IssueId,
        issue_hour::Column::Hour,
        issue_hour::Column::ReleaseId,
        issue_hour::Column::EnvironmentId,
    ])
    .value(issue_hour::Column::Events, Expr::cust("issue_hour.events + excluded.events"))
    .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = issue_hour::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_releases(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>, new: &NewUsers) -> Result<()> {
    let rows: Vec<_> = tallies
        .iter()
        .flat_map(|(&issue_id, tally)| {
            tally.releases.iter().map(move |(release_id, span)| (issue_id, *release_id, *span))
        })
        .map(|(issue_id, release_id, span)| issue_release::ActiveModel {
            project_id: Set(project_id),
            issue_id: Set(issue_id),
            release_id: Set(release_id),
            events: Set(span.events),
            users: Set(new.by_release.get(&(issue_id, release_id)).copied().unwrap_or(0)),
            first_seen: Set(span.first_seen),
            last_seen: Set(span.last_seen),
        })
        .collect();
    let later = "CASE WHEN excluded.last_seen > issue_release.last_seen THEN excluded.last_seen ELSE issue_release.last_seen END";
    let earlier = "CASE WHEN excluded.first_seen < issue_release.first_seen THEN excluded.first_seen ELSE issue_release.first_seen END";
    let conflict = OnConflict::columns([
        issue_release::Column::ProjectId,
        issue_release::Column::IssueId,
        issue_release::Column::ReleaseId,
    ])
    .value(issue_release::Column::Events, Expr::cust("issue_release.events + excluded.events"))
    .value(issue_release::Column::Users, Expr::cust("issue_release.users + excluded.users"))
    .value(issue_release::Column::FirstSeen, Expr::cust(earlier))
    .value(issue_release::Column::LastSeen, Expr::cust(later))
    .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = issue_release::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_environments(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<()> {
    let rows: Vec<_> = tallies
        .iter()
        .flat_map(|(&issue_id, tally)| tally.environments.iter().map(move |(id, last)| (issue_id, *id, *last)))
        .map(|(issue_id, environment_id, last_seen)| issue_environment::ActiveModel {
            project_id: Set(project_id),
            issue_id: Set(issue_id),
            environment_id: Set(environment_id),
            last_seen: Set(last_seen),
        })
        .collect();
    let later = "CASE WHEN excluded.last_seen > issue_environment.last_seen THEN excluded.last_seen ELSE issue_environment.last_seen END";
    let conflict = OnConflict::columns([
        issue_environment::Column::ProjectId,
        issue_environment::Column::IssueId,
        issue_environment::Column::EnvironmentId,
    ])
    .value(issue_environment::Column::LastSeen, Expr::cust(later))
    .to_owned();
    for chunk in rows.chunks(ROWS_PER_INSERT) {
        let insert = issue_environment::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}
