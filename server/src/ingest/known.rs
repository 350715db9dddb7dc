//! What the tables know already of a batch: which of its events are stored, where its hashes lead, and how those issues
//! stand. One question for all of it, since each costs a hand-over to the database's thread and back.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};

use sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult, Statement};
use uuid::Uuid;
use uuid::fmt::Simple;

use super::arrival::NewFeedback;
use super::batch::Batch;
use super::placing;
use crate::error::Result;
use crate::issues::archive::Waits;
use crate::store::Tx;
use crate::store::bulk::{Kind, document, joined_to_rows, rows};

/// How an issue stands before the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) id: i64,
    pub(super) project_id: i64,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    pub(super) events: i64,
    pub(super) users: i64,
    pub(super) first_release_id: i64,
    pub(super) last_release_id: i64,
    /// What holds it in its state; nothing while it is new.
    pub(super) held: Option<Held>,
}

/// The part of an issue's state that arrivals are measured by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) how: Option<String>,
    pub(super) release_id: Option<i64>,
    pub(super) since: i64,
    pub(super) waits: Waits,
}

/// What is known of a batch.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Events that are stored.
    pub(super) stored: HashSet<Uuid>,
    /// The issue a hash leads to, and its part of it for issues that are made of parts.
    pub(super) hashes: HashMap<Uuid, (i64, Option<i64>)>,
    /// The issues hashes lead to.
    pub(super) standings: HashMap<i64, Standing>,
}

/// An id that is asked for.
const IDS: [(&str, Kind); 1] = [("id", Kind::Uuid)];
/// The two kinds of answers have the same columns: an event only says that it is there.
const STORED: &str = "SELECT event.event_id AS id, CAST(NULL AS BIGINT) AS issue_id, CAST(NULL AS BIGINT) AS part_id, \
    '' AS kind, '' AS status, CAST(NULL AS BIGINT) AS first_seen, CAST(NULL AS BIGINT) AS last_seen, \
    CAST(NULL AS BIGINT) AS events, CAST(NULL AS BIGINT) AS users, CAST(NULL AS BIGINT) AS first_release_id, \
    CAST(NULL AS BIGINT) AS last_release_id, CAST(NULL AS BIGINT) AS since, CAST(NULL AS TEXT) AS how, \
    CAST(NULL AS BIGINT) AS release_id, CAST(NULL AS BIGINT) AS from_events, CAST(NULL AS BIGINT) AS from_users, \
    CAST(NULL AS BIGINT) AS more_events, CAST(NULL AS BIGINT) AS more_users FROM ";
const STORED_OF: &str = "event ON event.project_id = $1 AND event.event_id = rows.id";
const HASHES: &str = " UNION ALL SELECT group_hash.hash, group_hash.issue_id, group_hash.part_id, issue.kind, issue.status, \
    issue.first_seen, issue.last_seen, issue.events, issue.users, issue.first_release_id, issue.last_release_id, \
    issue_state.since, issue_state.how, issue_state.release_id, issue_state.from_events, issue_state.from_users, \
    issue_state.more_events, issue_state.more_users FROM ";
const HASHES_OF: &str = "group_hash ON group_hash.project_id = $1 AND group_hash.hash = rows.id \
    JOIN issue ON issue.id = group_hash.issue_id LEFT JOIN issue_state ON issue_state.issue_id = issue.id";

/// Looks up the events of a batch and every hash of theirs and of `feedback`.
pub(super) async fn load(tx: &Tx, batch: &Batch<'_>, feedback: &[&NewFeedback]) -> Result<Known> {
    let mut known = Known::default();
    let arrived = || batch.parcels.iter().flat_map(|parcel| &parcel.events);
    let events = unique(arrived().map(|event| event.event_id));
    let of_events = arrived().flat_map(|event| placing::event_hashes(event).chain(placing::former_hashes(event)));
    let hashes = unique(of_events.chain(feedback.iter().map(|one| one.hash)));
    if events.is_empty() && hashes.is_empty() {
        return Ok(known);
    }
    let (backend, sql) = (tx.get_database_backend(), question(tx.get_database_backend()));
    let values = [batch.project_id.into(), document(&events)?.into(), document(&hashes)?.into()];
    for row in tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await? {
        known.add(batch.project_id, &row)?;
    }
    Ok(known)
}

/// Takes the project and two documents of ids: those of events, and hashes.
pub(super) fn question(backend: DatabaseBackend) -> String {
    let join = joined_to_rows(backend);
    let (events, hashes) = (rows(backend, &IDS, 2), rows(backend, &IDS, 3));
    [STORED, &events, join, STORED_OF, HASHES, &hashes, join, HASHES_OF].concat()
}

fn unique(ids: impl Iterator<Item = Uuid>) -> Vec<[Simple; 1]> {
    ids.collect::<HashSet<_>>().into_iter().map(|id| [id.simple()]).collect()
}

impl Known {
    fn add(&mut self, project_id: i64, row: &QueryResult) -> Result<()> {
        let id: Uuid = row.try_get_by_index(0)?;
        let Some(issue_id): Option<i64> = row.try_get_by_index(1)? else {
            self.stored.insert(id);
            return Ok(());
        };
        self.hashes.insert(id, (issue_id, row.try_get_by_index(2)?));
        if let Entry::Vacant(unknown) = self.standings.entry(issue_id) {
            unknown.insert(Standing {
                id: issue_id,
                project_id,
                kind: row.try_get_by_index(3)?,
                status: row.try_get_by_index(4)?,
                first_seen: row.try_get_by_index(5)?,
                last_seen: row.try_get_by_index(6)?,
                events: row.try_get_by_index(7)?,
                users: row.try_get_by_index(8)?,
                first_release_id: row.try_get_by_index(9)?,
                last_release_id: row.try_get_by_index(10)?,
                held: held(row)?,
            });
        }
        Ok(())
    }
}

fn held(row: &QueryResult) -> Result<Option<Held>> {
    let Some(since): Option<i64> = row.try_get_by_index(11)? else { return Ok(None) };
    let waits = Waits {
        from_events: row.try_get_by_index(14)?,
        from_users: row.try_get_by_index(15)?,
        more_events: row.try_get_by_index(16)?,
        more_users: row.try_get_by_index(17)?,
    };
    Ok(Some(Held { how: row.try_get_by_index(12)?, release_id: row.try_get_by_index(13)?, since, waits }))
}
