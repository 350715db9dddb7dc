//! What a merged issue is made of. An issue without parts is of one piece, and costs nothing; one with parts is the sum
//! of them. Each part keeps its own counters, which ingestion goes on counting, so that a part can leave again with
//! exactly what is its own: what it brought, and what arrived for its hashes since.
//!
//! The statements are written by hand, since they copy whole counters inside the database; every value in them is a
//! number of ours.

use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{issue, issue_part};

/// The counters of issues and parts, by the end of their tables' names.
const COUNTERS: [&str; 4] = ["hour", "release", "environment", "user"];

/// The parts of an issue, oldest first; an issue of one piece becomes an issue of one part.
pub(super) async fn ensure(tx: &Tx, issue: &issue::Model) -> Result<Vec<issue_part::Model>> {
    let found = of(tx, issue.id).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let part = insert(tx, issue, issue.id).await?;
    let (project, id, part_id) = (issue.project_id, issue.id, part.id);
    let from = format!("WHERE project_id = {project} AND issue_id = {id}");
    for (counter, columns) in [
        ("hour", "hour, release_id, environment_id, events"),
        ("release", "release_id, events, first_seen, last_seen"),
        ("environment", "environment_id, last_seen"),
        ("user", "user_hash, release_id"),
    ] {
        run(
            tx,
            &format!(
                "INSERT INTO part_{counter} (project_id, part_id, {columns})
                 SELECT project_id, {part_id}, {columns} FROM issue_{counter} {from}"
            ),
        )
        .await?;
    }
    run(tx, &format!("UPDATE group_hash SET part_id = {part_id} {from}")).await?;
    Ok(vec![part])
}

/// The parts of an issue, oldest first; none while it is of one piece.
pub(super) async fn of(db: &impl ConnectionTrait, issue_id: i64) -> Result<Vec<issue_part::Model>> {
    let parts = issue_part::Entity::find().filter(issue_part::Column::IssueId.eq(issue_id));
    Ok(parts.order_by_asc(issue_part::Column::Id).all(db).await?)
}

/// Removes the parts of an issue that is deleted, with the issues that are away in it.
pub(super) async fn delete_of(tx: &Tx, issue: &issue::Model) -> Result<()> {
    let (project, id) = (issue.project_id, issue.id);
    let parts = format!("(SELECT id FROM issue_part WHERE issue_id = {id})");
    let away = format!("(SELECT home_issue_id FROM issue_part WHERE issue_id = {id} AND home_issue_id <> {id})");
    for counter in COUNTERS {
        run(tx, &format!("DELETE FROM part_{counter} WHERE project_id = {project} AND part_id IN {parts}")).await?;
    }
    run(tx, &format!("DELETE FROM issue WHERE project_id = {project} AND status = 'merged' AND id IN {away}")).await?;
    run(tx, &format!("DELETE FROM issue_merge WHERE into_issue_id = {id}")).await?;
    run(tx, &format!("DELETE FROM issue_part WHERE issue_id = {id}")).await
}

/// A part without counters yet.
pub(super) async fn insert(tx: &Tx, issue: &issue::Model, home_issue_id: i64) -> Result<issue_part::Model> {
    let row = issue_part::ActiveModel {
        id: NotSet,
        project_id: Set(issue.project_id),
        issue_id: Set(issue.id),
        home_issue_id: Set(home_issue_id),
        first_release_id: Set(issue.first_release_id),
    };
    Ok(issue_part::Entity::insert(row).exec_with_returning(tx).await?)
}

/// Moves parts with their hashes to another issue.
pub(super) async fn lead_to(tx: &Tx, project_id: i64, part_ids: &[i64], issue_id: i64) -> Result<()> {
    if part_ids.is_empty() {
        return Ok(());
    }
    let parts = list(part_ids);
    run(tx, &format!("UPDATE issue_part SET issue_id = {issue_id} WHERE id IN ({parts})")).await?;
    run(
        tx,
        &format!(
            "UPDATE group_hash SET issue_id = {issue_id} WHERE project_id = {project_id} AND part_id IN ({parts})"
        ),
    )
    .await
}

/// Counts an issue anew as the sum of its parts.
pub(super) async fn sum_up(tx: &Tx, project_id: i64, issue_id: i64) -> Result<()> {
    clear(tx, project_id, issue_id).await?;
    let parts = format!(
        "WHERE project_id = {project_id} AND part_id IN (SELECT id FROM issue_part WHERE issue_id = {issue_id})"
    );
    for statement in [
        format!(
            "INSERT INTO issue_hour (project_id, issue_id, hour, release_id, environment_id, events)
             SELECT project_id, {issue_id}, hour, release_id, environment_id, SUM(events) FROM part_hour {parts}
             GROUP BY project_id, hour, release_id, environment_id"
        ),
        format!(
            "INSERT INTO issue_user (project_id, issue_id, user_hash, release_id)
             SELECT DISTINCT project_id, {issue_id}, user_hash, release_id FROM part_user {parts}"
        ),
        format!(
            "INSERT INTO issue_environment (project_id, issue_id, environment_id, last_seen)
             SELECT project_id, {issue_id}, environment_id, MAX(last_seen) FROM part_environment {parts}
             GROUP BY project_id, environment_id"
        ),
        format!(
            "INSERT INTO issue_release (project_id, issue_id, release_id, events, users, first_seen, last_seen)
             SELECT project_id, {issue_id}, release_id, SUM(events),
                 (SELECT COUNT(*) FROM issue_user WHERE issue_user.project_id = {project_id}
                  AND issue_user.issue_id = {issue_id} AND issue_user.release_id = part_release.release_id),
                 MIN(first_seen), MAX(last_seen)
             FROM part_release {parts} GROUP BY project_id, release_id"
        ),
    ] {
        run(tx, &statement).await?;
    }
    total(tx, project_id, issue_id).await
}

/// The figures in the issue's own row, from its counters.
async fn total(tx: &Tx, project_id: i64, issue_id: i64) -> Result<()> {
    let seen = format!("FROM issue_release WHERE project_id = {project_id} AND issue_id = {issue_id}");
    let statement = format!(
        "UPDATE issue SET
            events = COALESCE((SELECT SUM(events) {seen}), 0),
            users = (SELECT COUNT(DISTINCT user_hash) FROM issue_user
                     WHERE project_id = {project_id} AND issue_id = {issue_id}),
            first_seen = COALESCE((SELECT MIN(first_seen) {seen}), first_seen),
            last_seen = COALESCE((SELECT MAX(last_seen) {seen}), last_seen),
            first_release_id = COALESCE((SELECT issue_part.first_release_id FROM issue_part
                JOIN part_release ON part_release.project_id = {project_id} AND part_release.part_id = issue_part.id
                WHERE issue_part.issue_id = {issue_id}
                ORDER BY part_release.first_seen, issue_part.id LIMIT 1), 0),
            last_release_id = COALESCE((SELECT release_id {seen} AND release_id <> 0
                ORDER BY last_seen DESC, release_id DESC LIMIT 1), 0)
         WHERE id = {issue_id}"
    );
    run(tx, &statement).await
}

/// Takes an issue's counters away.
pub(super) async fn clear(tx: &Tx, project_id: i64, issue_id: i64) -> Result<()> {
    for counter in COUNTERS {
        run(tx, &format!("DELETE FROM issue_{counter} WHERE project_id = {project_id} AND issue_id = {issue_id}"))
            .await?;
    }
    Ok(())
}

/// An issue whose only part is its own is of one piece again, and is no longer counted twice.
pub(super) async fn simplify(tx: &Tx, project_id: i64, issue_id: i64) -> Result<()> {
    let parts = of(tx, issue_id).await?;
    let [only] = parts.as_slice() else { return Ok(()) };
    if only.home_issue_id != issue_id {
        return Ok(());
    }
    for counter in COUNTERS {
        run(tx, &format!("DELETE FROM part_{counter} WHERE project_id = {project_id} AND part_id = {}", only.id))
            .await?;
    }
    run(tx, &format!("UPDATE group_hash SET part_id = NULL WHERE project_id = {project_id} AND part_id = {}", only.id))
        .await?;
    run(tx, &format!("DELETE FROM issue_part WHERE id = {}", only.id)).await
}

/// Runs a statement made of our own words and numbers.
pub(super) async fn run(tx: &Tx, statement: &str) -> Result<()> {
    tx.execute_unprepared(statement).await?;
    Ok(())
}

/// Numbers as SQL lists them.
pub(super) fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
