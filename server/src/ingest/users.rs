//! Who was hit: distinct users by issue and by release, as exact rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::tally::Tally;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::issue_user;

/// Users in one query or INSERT: four binds each.
const ROWS_PER_STATEMENT: usize = 2_000;

/// Users who were not known yet.
#[derive(Debug, Default)]
pub(super) struct NewUsers {
    pub(super) by_issue: BTreeMap<i64, i64>,
    pub(super) by_release: BTreeMap<(i64, i64), i64>,
}

/// Records the users of a batch and counts those that are new to their issue or release.
pub(super) async fn record(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<NewUsers> {
    let mut new = NewUsers::default();
    for (&issue_id, tally) in tallies {
        let users: Vec<(i64, i64)> = tally.users.iter().copied().collect();
        for chunk in users.chunks(ROWS_PER_STATEMENT) {
            record_chunk(tx, project_id, issue_id, chunk, &mut new).await?;
        }
    }
    Ok(new)
}

async fn record_chunk(tx: &Tx, project_id: i64, issue_id: i64, users: &[(i64, i64)], new: &mut NewUsers) -> Result<()> {
    let hashes: BTreeSet<i64> = users.iter().map(|(user, _)| *user).collect();
    let rows = issue_user::Entity::find()
        .filter(issue_user::Column::ProjectId.eq(project_id))
        .filter(issue_user::Column::IssueId.eq(issue_id))
        .filter(issue_user::Column::UserHash.is_in(hashes.iter().copied()))
        .all(tx)
        .await?;
    let known: HashSet<(i64, i64)> = rows.iter().map(|row| (row.user_hash, row.release_id)).collect();
    let known_users: HashSet<i64> = rows.iter().map(|row| row.user_hash).collect();
    let unknown: Vec<(i64, i64)> = users.iter().copied().filter(|pair| !known.contains(pair)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let strangers = hashes.iter().filter(|user| !known_users.contains(user)).count();
    *new.by_issue.entry(issue_id).or_default() += i64::try_from(strangers).unwrap_or(i64::MAX);
    for (_, release_id) in &unknown {
        *new.by_release.entry((issue_id, *release_id)).or_default() += 1;
    }
    insert(tx, project_id, issue_id, unknown).await
}

async fn insert(tx: &Tx, project_id: i64, issue_id: i64, users: Vec<(i64, i64)>) -> Result<()> {
    let rows = users.into_iter().map(|(user_hash, release_id)| issue_user::ActiveModel {
        project_id: Set(project_id),
        issue_id: Set(issue_id),
        user_hash: Set(user_hash),
        release_id: Set(release_id),
    });
    let conflict = OnConflict::columns([
        issue_user::Column::ProjectId,
        issue_user::Column::IssueId,
        issue_user::Column::UserHash,
        issue_user::Column::ReleaseId,
    ])
    .do_nothing()
    .to_owned();
    issue_user::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}
