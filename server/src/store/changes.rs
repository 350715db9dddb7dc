//! The change sequence: what search indexes follow.
//!
//! A number of the sequence becomes visible only after every lower one: SQLite has one writer, and on PostgreSQL
//! every transaction that writes changes holds one advisory lock from before its first number to its commit.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::bulk::{Bulk, Kind, Writes};
use super::entities::{change, installation_setting};
use super::{CHANGE_LOCK, Tx};
use crate::error::Result;

const APPEND: Bulk = Bulk {
    head: "INSERT INTO change (kind, project_id, subject_id, event_id) SELECT kind, project_id, subject_id, event_id FROM ",
    columns: &[
        ("kind", Kind::Text),
        ("project_id", Kind::Integer),
        ("subject_id", Kind::Integer),
        ("event_id", Kind::Uuid),
    ],
    tail: "",
};

/// The setting that says up to which number changes are gone.
const TRIMMED_TO: &str = "changes_trimmed_to";

/// Something whose document in the search index must be made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Event { project_id: i64, event_id: Uuid },
    Feedback { project_id: i64, feedback_id: i64 },
    Issue { project_id: i64, issue_id: i64 },
    Comment { project_id: i64, comment_id: i64 },
    Incident { incident_id: i64 },
}

/// Takes the lock that orders changes. Must come before the first write of a transaction that records changes.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx) -> Result<()> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({CHANGE_LOCK})")).await?;
    }
    Ok(())
}

/// Appends to the sequence, in order.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &Tx, changes: &[Change]) -> Result<()> {
    let mut writes = Writes::default();
    add(&mut writes, changes)?;
    writes.send(tx).await
}

/// The same among other writes of the transaction.
///
/// # Errors
/// Never in practice: a change can be written as JSON.
pub fn add(writes: &mut Writes, changes: &[Change]) -> Result<()> {
    writes.add(APPEND, &changes.iter().copied().map(row).collect::<Vec<_>>())
}

/// The changes after `seq`, in order, at most `limit`, each with its number.
///
/// # Errors
/// When the database fails.
pub async fn after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<(i64, Change)>> {
    let rows = change::Entity::find()
        .filter(change::Column::Seq.gt(seq))
        .order_by_asc(change::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.seq, from_row(&row)?))).collect())
}

/// The highest number given so far, 0 if none.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &impl ConnectionTrait) -> Result<i64> {
    let newest = change::Entity::find().order_by_desc(change::Column::Seq).one(db).await?;
    Ok(newest.map_or(0, |row| row.seq))
}

/// Up to which number changes are gone. Whoever stands before it cannot follow, and begins anew from the tables.
///
/// # Errors
/// When the database fails.
pub async fn trimmed_to(db: &impl ConnectionTrait) -> Result<i64> {
    let row = installation_setting::Entity::find_by_id(TRIMMED_TO.to_owned()).one(db).await?;
    Ok(row.and_then(|row| row.value.parse().ok()).unwrap_or(0))
}

/// Notes that every change before this number is going to be removed.
///
/// # Errors
/// When the database fails.
pub async fn note_trimmed_to(db: &impl ConnectionTrait, seq: i64) -> Result<()> {
    let row = installation_setting::ActiveModel { name: Set(TRIMMED_TO.to_owned()), value: Set(seq.to_string()) };
    let conflict = OnConflict::column(installation_setting::Column::Name)
        .update_column(installation_setting::Column::Value)
        .to_owned();
    installation_setting::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(())
}

fn row(what: Change) -> (&'static str, i64, i64, Option<uuid::fmt::Simple>) {
    match what {
        Change::Event { project_id, event_id } => ("event", project_id, 0, Some(event_id.simple())),
        Change::Feedback { project_id, feedback_id } => ("feedback", project_id, feedback_id, None),
        Change::Issue { project_id, issue_id } => ("issue", project_id, issue_id, None),
        Change::Comment { project_id, comment_id } => ("comment", project_id, comment_id, None),
        Change::Incident { incident_id } => ("incident", 0, incident_id, None),
    }
}

fn from_row(row: &change::Model) -> Option<Change> {
    let (project_id, subject_id) = (row.project_id, row.subject_id);
    match row.kind.as_str() {
        "event" => row.event_id.map(|event_id| Change::Event { project_id, event_id }),
        "feedback" => Some(Change::Feedback { project_id, feedback_id: subject_id }),
        "issue" => Some(Change::Issue { project_id, issue_id: subject_id }),
        "comment" => Some(Change::Comment { project_id, comment_id: subject_id }),
        "incident" => Some(Change::Incident { incident_id: subject_id }),
        _ => None,
    }
}
