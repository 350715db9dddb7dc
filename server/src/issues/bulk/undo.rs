//! Taking back what was done to many issues.

use fieldfare_app::api::{BulkChange, Role, Viewer};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, FromQueryResult, Statement};

use super::{BATCH, kept};
use crate::error::{Error, Result};
use crate::issues::unmerge::unmerge;
use crate::issues::{MERGED, following, state};
use crate::store::entities::bulk_change;
use crate::store::{Store, changes};

/// Puts every issue back that nobody and nothing changed since, says how many those were, and tells whoever follows one.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] when it is unknown or too old, [`Error::Conflict`] when it was
/// undone already.
pub async fn undo(store: &Store, now: i64, viewer: &Viewer, id: i64) -> Result<BulkChange> {
    crate::issues::require(viewer, Role::Developer)?;
    let row = kept::find(store.reader(), id).await?;
    if row.undone_at.is_some() {
        return Err(Error::Conflict("This was undone already.".to_owned()));
    }
    match row.into_issue_id {
        // Splitting tells of itself.
        Some(target) => {
            let put_back = split(store, now, viewer, (id, target)).await?;
            mark(store.writer(), now, id, put_back).await?;
        }
        None => {
            let put_back = put_all_back(store, now, viewer, &row).await?;
            let tx = store.begin().await?;
            mark(&tx, now, id, put_back).await?;
            if put_back > 0 {
                following::acted_on_many(&tx, now, viewer, id, true).await?;
            }
            tx.commit().await?;
        }
    }
    kept::shown(store.reader(), viewer, id).await
}

/// Puts back what was done in part and told to nobody.
///
/// # Errors
/// When the database fails.
pub(super) async fn take_back(store: &Store, now: i64, viewer: &Viewer, id: i64) -> Result<()> {
    let row = kept::find(store.reader(), id).await?;
    let put_back = put_all_back(store, now, viewer, &row).await?;
    mark(store.writer(), now, id, put_back).await
}

async fn mark(db: &impl ConnectionTrait, now: i64, id: i64, put_back: usize) -> Result<()> {
    let undone = bulk_change::ActiveModel {
        id: Set(id),
        undone_at: Set(Some(now)),
        put_back: Set(i64::try_from(put_back).unwrap_or(i64::MAX)),
        ..Default::default()
    };
    undone.update(db).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Untouched {
    issue_id: i64,
    project_id: i64,
}

async fn put_all_back(store: &Store, now: i64, viewer: &Viewer, row: &bulk_change::Model) -> Result<usize> {
    let untouched = untouched(store.reader(), row).await?;
    for batch in untouched.chunks(BATCH) {
        let tx = store.begin().await?;
        changes::lock(&tx).await?;
        let ids: Vec<i64> = batch.iter().map(|issue| issue.issue_id).collect();
        kept::put_back(&tx, row.id, &ids).await?;
        let line = |issue: &Untouched| {
            let what = format!("took back that this was {} with others", row.what);
            (issue.issue_id, Some(viewer.member_id), what)
        };
        state::note(&tx, now, &batch.iter().map(line).collect::<Vec<_>>()).await?;
        let change =
            |issue: &Untouched| changes::Change::Issue { project_id: issue.project_id, issue_id: issue.issue_id };
        changes::record(&tx, &batch.iter().map(change).collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
    Ok(untouched.len())
}

/// Issues that are still as they were left: whatever happens to an issue adds to its activity.
async fn untouched(db: &impl ConnectionTrait, row: &bulk_change::Model) -> Result<Vec<Untouched>> {
    let (id, made_at) = (row.id, row.made_at);
    let statement = format!(
        "SELECT b.issue_id, issue.project_id FROM bulk_issue b JOIN issue ON issue.id = b.issue_id
         WHERE b.bulk_id = {id} AND issue.status <> '{MERGED}' AND NOT EXISTS
            (SELECT 1 FROM activity a WHERE a.issue_id = b.issue_id AND a.happened_at > {made_at})
         ORDER BY b.issue_id"
    );
    let statement = Statement::from_string(db.get_database_backend(), statement);
    Ok(Untouched::find_by_statement(statement).all(db).await?)
}

#[derive(FromQueryResult)]
struct Led {
    hash: uuid::Uuid,
    issue_id: i64,
}

/// Splits off again what was merged, with what arrived for it since.
async fn split(store: &Store, now: i64, viewer: &Viewer, (id, target): (i64, i64)) -> Result<usize> {
    let statement = format!(
        "SELECT h.hash, p.home_issue_id AS issue_id FROM bulk_issue b
         JOIN issue_part p ON p.home_issue_id = b.issue_id AND p.issue_id = {target}
         JOIN group_hash h ON h.part_id = p.id
         WHERE b.bulk_id = {id}"
    );
    let db = store.reader();
    let led = Led::find_by_statement(Statement::from_string(db.get_database_backend(), statement)).all(db).await?;
    if led.is_empty() {
        return Ok(0);
    }
    let hashes: Vec<String> = led.iter().map(|led| led.hash.simple().to_string()).collect();
    unmerge(store, now, viewer, &target.to_string(), &hashes).await?;
    let homes: std::collections::BTreeSet<i64> = led.into_iter().map(|led| led.issue_id).collect();
    Ok(homes.len())
}
