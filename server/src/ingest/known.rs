//! What the tables know already of a batch: which of its events are stored, where its hashes lead, and how those issues
//! stand. One question for all of it, since each costs a hand-over to the database's thread and back.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use uuid::Uuid;

use super::arrival::NewFeedback;
use super::batch::Batch;
use super::placing;
use crate::error::Result;
use crate::store::Tx;

/// Ids in one question: one bind each.
const IDS_PER_QUERY: usize = 10_000;

/// How an issue stands before the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) substatus: Option<String>,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    pub(super) events: i64,
    pub(super) first_release_id: i64,
    pub(super) last_release_id: i64,
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

/// The two kinds of rows have the same columns: an event only says that it is there.
const STORED: &str = "SELECT event_id AS id, CAST(NULL AS BIGINT) AS issue_id, CAST(NULL AS BIGINT) AS part_id, \
    '' AS kind, '' AS status, CAST(NULL AS TEXT) AS substatus, CAST(NULL AS BIGINT) AS first_seen, \
    CAST(NULL AS BIGINT) AS last_seen, CAST(NULL AS BIGINT) AS events, CAST(NULL AS BIGINT) AS first_release_id, \
    CAST(NULL AS BIGINT) AS last_release_id FROM event WHERE project_id = $1 AND event_id IN ";
const HASHES: &str = "SELECT group_hash.hash AS id, group_hash.issue_id, group_hash.part_id, issue.kind, issue.status, \
    issue.substatus, issue.first_seen, issue.last_seen, issue.events, issue.first_release_id, issue.last_release_id \
    FROM group_hash JOIN issue ON issue.id = group_hash.issue_id \
    WHERE group_hash.project_id = $1 AND group_hash.hash IN ";

/// Looks up the events of a batch and every hash of theirs and of `feedback`.
pub(super) async fn load(tx: &Tx, batch: &Batch<'_>, feedback: &[&NewFeedback]) -> Result<Known> {
    let arrived = || batch.parcels.iter().flat_map(|parcel| &parcel.events);
    let events: Vec<Uuid> = unique(arrived().map(|event| event.event_id));
    let of_events = arrived().flat_map(|event| placing::event_hashes(event).chain(placing::former_hashes(event)));
    let hashes: Vec<Uuid> = unique(of_events.chain(feedback.iter().map(|one| one.hash)));
    let mut known = Known::default();
    let (mut events, mut hashes) = (events.as_slice(), hashes.as_slice());
    while !events.is_empty() || !hashes.is_empty() {
        let (some_events, rest) = events.split_at(events.len().min(IDS_PER_QUERY));
        let (some_hashes, other_hashes) = hashes.split_at(hashes.len().min(IDS_PER_QUERY));
        for row in tx.query_all_raw(question(tx, batch.project_id, some_events, some_hashes)).await? {
            known.add(&row)?;
        }
        (events, hashes) = (rest, other_hashes);
    }
    Ok(known)
}

fn unique(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    ids.collect::<HashSet<_>>().into_iter().collect()
}

fn question(tx: &Tx, project_id: i64, events: &[Uuid], hashes: &[Uuid]) -> Statement {
    let mut parts = Vec::with_capacity(2);
    if !events.is_empty() {
        parts.push(format!("{STORED}{}", places(2, events.len())));
    }
    if !hashes.is_empty() {
        parts.push(format!("{HASHES}{}", places(2 + events.len(), hashes.len())));
    }
    let ids = events.iter().chain(hashes).map(|id| Value::from(*id));
    let values = std::iter::once(Value::from(project_id)).chain(ids);
    Statement::from_sql_and_values(tx.get_database_backend(), parts.join(" UNION ALL "), values)
}

/// `($2, $3)`
fn places(from: usize, count: usize) -> String {
    let places: Vec<String> = (from..from + count).map(|place| format!("${place}")).collect();
    format!("({})", places.join(", "))
}

impl Known {
    fn add(&mut self, row: &QueryResult) -> Result<()> {
        let id: Uuid = row.try_get_by_index(0)?;
        let Some(issue_id): Option<i64> = row.try_get_by_index(1)? else {
            self.stored.insert(id);
            return Ok(());
        };
        self.hashes.insert(id, (issue_id, row.try_get_by_index(2)?));
        if !self.standings.contains_key(&issue_id) {
            let standing = Standing {
                id: issue_id,
                kind: row.try_get_by_index(3)?,
                status: row.try_get_by_index(4)?,
                substatus: row.try_get_by_index(5)?,
                first_seen: row.try_get_by_index(6)?,
                last_seen: row.try_get_by_index(7)?,
                events: row.try_get_by_index(8)?,
                first_release_id: row.try_get_by_index(9)?,
                last_release_id: row.try_get_by_index(10)?,
            };
            self.standings.insert(issue_id, standing);
        }
        Ok(())
    }
}
