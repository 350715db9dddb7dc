//! Moving events and feedback from one issue to another, so that search follows.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::parts::{list, run};
use crate::clustering;
use crate::error::Result;
use crate::store::Tx;
use crate::store::changes::{self, Change};
use crate::store::entities::{event, feedback, issue};

/// Hashes or ids in one statement, far below SQLite's limit of 32,766 variables.
const PER_STATEMENT: usize = 1_000;

/// Moves everything of one issue to another.
pub(super) async fn all(tx: &Tx, from: &issue::Model, to: i64) -> Result<()> {
    let (project, id) = (from.project_id, from.id);
    let of = format!("FROM event WHERE project_id = {project} AND issue_id = {id}");
    run(
        tx,
        &format!(
            "INSERT INTO change (kind, project_id, subject_id, event_id) SELECT 'event', project_id, 0, event_id {of}"
        ),
    )
    .await?;
    let of = format!("FROM feedback WHERE issue_id = {id}");
    run(
        tx,
        &format!(
            "INSERT INTO change (kind, project_id, subject_id, event_id) SELECT 'feedback', project_id, id, NULL {of}"
        ),
    )
    .await?;
    run(tx, &format!("UPDATE event SET issue_id = {to} WHERE project_id = {project} AND issue_id = {id}")).await?;
    run(tx, &format!("UPDATE feedback SET issue_id = {to} WHERE issue_id = {id}")).await
}

/// Moves what belongs to some hashes.
pub(super) async fn by_hash(tx: &Tx, from: &issue::Model, hashes: &[Uuid], to: i64) -> Result<()> {
    if from.kind == "feedback" {
        return feedback_by_hash(tx, from, hashes, to).await;
    }
    for chunk in hashes.chunks(PER_STATEMENT) {
        let of_hashes = || {
            let of_issue = event::Column::ProjectId.eq(from.project_id).and(event::Column::IssueId.eq(from.id));
            of_issue.and(event::Column::Hash.is_in(chunk.iter().copied()))
        };
        let ids = event::Entity::find().select_only().column(event::Column::EventId).filter(of_hashes());
        let moved: Vec<Change> = ids
            .into_tuple::<Uuid>()
            .all(tx)
            .await?
            .into_iter()
            .map(|event_id| Change::Event { project_id: from.project_id, event_id })
            .collect();
        let update = event::Entity::update_many().col_expr(event::Column::IssueId, to.into());
        update.filter(of_hashes()).exec(tx).await?;
        changes::record(tx, &moved).await?;
    }
    Ok(())
}

async fn feedback_by_hash(tx: &Tx, from: &issue::Model, hashes: &[Uuid], to: i64) -> Result<()> {
    let wanted: HashSet<Uuid> = hashes.iter().copied().collect();
    let ids: Vec<i64> = feedback_hashes(tx, from.id)
        .await?
        .into_iter()
        .filter(|(_, hash)| wanted.contains(hash))
        .map(|(id, _)| id)
        .collect();
    for chunk in ids.chunks(PER_STATEMENT) {
        run(tx, &format!("UPDATE feedback SET issue_id = {to} WHERE id IN ({})", list(chunk))).await?;
        let moved: Vec<Change> =
            chunk.iter().map(|&feedback_id| Change::Feedback { project_id: from.project_id, feedback_id }).collect();
        changes::record(tx, &moved).await?;
    }
    Ok(())
}

/// Each piece of feedback of an issue with its hash, which its words give.
pub(super) async fn feedback_hashes(db: &impl sea_orm::ConnectionTrait, issue_id: i64) -> Result<Vec<(i64, Uuid)>> {
    let select = feedback::Entity::find()
        .select_only()
        .columns([feedback::Column::Id, feedback::Column::Message])
        .filter(feedback::Column::IssueId.eq(issue_id));
    let rows = select.into_tuple::<(i64, String)>().all(db).await?;
    Ok(rows.into_iter().map(|(id, message)| (id, clustering::near_duplicate_key(&message).to_uuid())).collect())
}
