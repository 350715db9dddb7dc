//! What issues were before something was done to many of them.

use fieldfare_app::api::{BulkChange, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use crate::error::{Error, Result};
use crate::issues::parts::{list, run};
use crate::issues::rows::count;
use crate::store::Tx;
use crate::store::entities::bulk_change;

/// Keeps what these issues are now.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(tx: &Tx, bulk_id: i64, issues: &[i64]) -> Result<()> {
    let statement = format!(
        "INSERT INTO bulk_issue (bulk_id, issue_id, status, substatus, status_reason, priority, priority_reason,
            priority_member_id, assignee_id, team_id, how, since, member_id, release_id, commit_sha, due_at, from_events,
            from_users, more_events, more_users)
         SELECT {bulk_id}, issue.id, issue.status, issue.substatus, issue.status_reason, issue.priority,
            issue.priority_reason, issue.priority_member_id, issue.assignee_id, issue.team_id, s.how, s.since, s.member_id,
            s.release_id, s.commit_sha, s.due_at, s.from_events, s.from_users, s.more_events, s.more_users
         FROM issue LEFT JOIN issue_state s ON s.issue_id = issue.id
         WHERE issue.id IN ({})",
        list(issues)
    );
    run(tx, &statement).await
}

/// Lets these issues be what they were.
///
/// # Errors
/// When the database fails.
pub(super) async fn put_back(tx: &Tx, bulk_id: i64, issues: &[i64]) -> Result<()> {
    let ids = list(issues);
    let of_issue = format!(
        "UPDATE issue SET status = b.status, substatus = b.substatus, status_reason = b.status_reason,
            priority = b.priority, priority_reason = b.priority_reason, priority_member_id = b.priority_member_id,
            assignee_id = b.assignee_id, team_id = b.team_id
         FROM bulk_issue b WHERE b.bulk_id = {bulk_id} AND b.issue_id = issue.id AND issue.id IN ({ids})"
    );
    let without = format!("DELETE FROM issue_state WHERE issue_id IN ({ids})");
    let of_state = format!(
        "INSERT INTO issue_state (issue_id, project_id, how, since, member_id, release_id, commit_sha, due_at, from_events,
            from_users, more_events, more_users)
         SELECT b.issue_id, issue.project_id, b.how, b.since, b.member_id, b.release_id, b.commit_sha, b.due_at,
            b.from_events, b.from_users, b.more_events, b.more_users
         FROM bulk_issue b JOIN issue ON issue.id = b.issue_id
         WHERE b.bulk_id = {bulk_id} AND b.since IS NOT NULL AND b.issue_id IN ({ids})"
    );
    for statement in [of_issue, without, of_state] {
        run(tx, &statement).await?;
    }
    Ok(())
}

/// Forgets what was done before a time, and with it how to undo it.
///
/// # Errors
/// When the database fails.
pub(super) async fn forget_before(tx: &Tx, before: i64) -> Result<()> {
    let old = format!("SELECT id FROM bulk_change WHERE made_at < {before}");
    run(tx, &format!("DELETE FROM bulk_issue WHERE bulk_id IN ({old})")).await?;
    bulk_change::Entity::delete_many().filter(bulk_change::Column::MadeAt.lt(before)).exec(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Counted {
    issues: i64,
}

/// What was done, as it stands now.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown, or too old to be.
pub async fn shown(db: &impl ConnectionTrait, _viewer: &Viewer, id: i64) -> Result<BulkChange> {
    let row = find(db, id).await?;
    let statement = format!("SELECT COUNT(*) AS issues FROM bulk_issue WHERE bulk_id = {id}");
    let statement = Statement::from_string(db.get_database_backend(), statement);
    let counted = Counted::find_by_statement(statement).one(db).await?;
    Ok(BulkChange {
        id: row.id,
        what: row.what,
        issues: count(counted.map_or(0, |counted| counted.issues)),
        undone: row.undone_at.is_some(),
        put_back: count(row.put_back),
    })
}

/// The row of something that was done.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown, or too old to be.
pub(super) async fn find(db: &impl ConnectionTrait, id: i64) -> Result<bulk_change::Model> {
    bulk_change::Entity::find_by_id(id).one(db).await?.ok_or_else(|| Error::NotFound("such change".to_owned()))
}
