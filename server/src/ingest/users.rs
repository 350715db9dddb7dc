//! Who was hit: distinct users by issue and by release, as exact rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseBackend, EntityTrait, QueryResult, Statement};

use super::tally::Tally;
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulk::{Kind, document, joined_to_rows, rows};
use crate::store::entities::issue_user::{self, Column};

/// Users in one query or INSERT: four binds each at most.
const ROWS_PER_STATEMENT: usize = 2_000;

/// A user met an issue in a release: issue, user, release.
type Meeting = (i64, i64, i64);

/// Users who were not known yet.
#[derive(Debug, Default)]
pub(super) struct NewUsers {
    pub(super) by_issue: BTreeMap<i64, i64>,
    pub(super) by_release: BTreeMap<(i64, i64), i64>,
}

/// Records the users of a batch and counts those that are new to their issue or release.
pub(super) async fn record(tx: &Tx, project_id: i64, tallies: &BTreeMap<i64, Tally>) -> Result<NewUsers> {
    let meetings: Vec<Meeting> = tallies
        .iter()
        .flat_map(|(&issue_id, tally)| tally.users.iter().map(move |&(user, release)| (issue_id, user, release)))
        .collect();
    let known = known(tx, project_id, &meetings).await?;
    let (new, unknown) = count_new(&meetings, &known);
    for chunk in unknown.chunks(ROWS_PER_STATEMENT) {
        insert(tx, project_id, chunk).await?;
    }
    Ok(new)
}

/// The columns of a pair of issue and user.
const PAIRS: [(&str, Kind); 2] = [("issue_id", Kind::Integer), ("user_hash", Kind::Integer)];

/// What is stored of the same issues and users. One query for the whole batch: a query per issue cost a third of it.
async fn known(tx: &Tx, project_id: i64, meetings: &[Meeting]) -> Result<HashSet<Meeting>> {
    let pairs: BTreeSet<(i64, i64)> = meetings.iter().map(|&(issue_id, user, _)| (issue_id, user)).collect();
    if pairs.is_empty() {
        return Ok(HashSet::new());
    }
    let (backend, sql) = (tx.get_database_backend(), question(tx.get_database_backend()));
    let values = [project_id.into(), document(&pairs.into_iter().collect::<Vec<_>>())?.into()];
    let found = tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let meeting = |row: QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?));
    found.into_iter().map(meeting).collect()
}

/// Takes the project and a document of pairs.
pub(super) fn question(backend: DatabaseBackend) -> String {
    format!(
        "SELECT issue_user.issue_id, issue_user.user_hash, issue_user.release_id FROM {}{}issue_user \
         ON issue_user.project_id = $1 AND issue_user.issue_id = rows.issue_id AND issue_user.user_hash = rows.user_hash",
        rows(backend, &PAIRS, 2),
        joined_to_rows(backend)
    )
}

/// Counts the meetings that are not known, and lists them.
fn count_new(meetings: &[Meeting], known: &HashSet<Meeting>) -> (NewUsers, Vec<Meeting>) {
    let mut new = NewUsers::default();
    let mut met: HashSet<(i64, i64)> = known.iter().map(|&(issue_id, user, _)| (issue_id, user)).collect();
    let unknown: Vec<Meeting> = meetings.iter().copied().filter(|meeting| !known.contains(meeting)).collect();
    for &(issue_id, user, release_id) in &unknown {
        *new.by_release.entry((issue_id, release_id)).or_default() += 1;
        if met.insert((issue_id, user)) {
            *new.by_issue.entry(issue_id).or_default() += 1;
        }
    }
    (new, unknown)
}

async fn insert(tx: &Tx, project_id: i64, meetings: &[Meeting]) -> Result<()> {
    let rows = meetings.iter().map(|&(issue_id, user_hash, release_id)| issue_user::ActiveModel {
        project_id: Set(project_id),
        issue_id: Set(issue_id),
        user_hash: Set(user_hash),
        release_id: Set(release_id),
    });
    let conflict = OnConflict::columns([Column::ProjectId, Column::IssueId, Column::UserHash, Column::ReleaseId])
        .do_nothing()
        .to_owned();
    issue_user::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_new_to_an_issue_once_and_to_each_release_once() {
        let known = HashSet::from([(1, 7, 10)]);
        let (new, unknown) = count_new(&[(1, 7, 10), (1, 7, 11), (1, 8, 10), (1, 8, 11), (2, 7, 10)], &known);
        assert_eq!(unknown, [(1, 7, 11), (1, 8, 10), (1, 8, 11), (2, 7, 10)]);
        assert_eq!(new.by_issue, BTreeMap::from([(1, 1), (2, 1)]));
        assert_eq!(new.by_release, BTreeMap::from([((1, 10), 1), ((1, 11), 2), ((2, 10), 1)]));
    }
}
