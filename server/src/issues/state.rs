//! The state an issue is in, and entering another: the words in its own row, what ends it in `issue_state`, and a line of
//! activity that says what happened. Any number of issues enter states in one round trip.

use fieldfare_app::api::{ArchivedUntil, IssueState, ResolvedIn, Status, Substatus, Timestamp};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::names;
use super::rows::count;
use crate::clock::DAY_MS;
use crate::error::Result;
use crate::store::Tx;
use crate::store::bulk::{Bulk, Kind, Writes};
use crate::store::changes::Change;
use crate::store::entities::issue::Model as Issue;
use crate::store::entities::issue_state::{Entity, Model};

/// How long an issue is new, back, or escalating. After a week it is part of the furniture: ongoing.
pub(super) const NEWS_FOR_MS: i64 = 7 * DAY_MS;

/// Writes the words of a state.
pub(crate) const ENTER: Bulk = Bulk {
    head: "UPDATE issue SET status = rows.status, substatus = rows.substatus, status_reason = rows.reason FROM ",
    columns: &[("id", Kind::Integer), ("status", Kind::Text), ("substatus", Kind::Text), ("reason", Kind::Text)],
    tail: " WHERE issue.id = rows.id",
};
const KEEP: Bulk = Bulk {
    head: "INSERT INTO issue_state (issue_id, project_id, how, since, member_id, release_id, commit_sha, due_at, \
           from_events, from_users, more_events, more_users) SELECT issue_id, project_id, how, since, member_id, \
           release_id, commit_sha, due_at, from_events, from_users, more_events, more_users FROM ",
    columns: &[
        ("issue_id", Kind::Integer),
        ("project_id", Kind::Integer),
        ("how", Kind::Text),
        ("since", Kind::Integer),
        ("member_id", Kind::Integer),
        ("release_id", Kind::Integer),
        ("commit_sha", Kind::Text),
        ("due_at", Kind::Integer),
        ("from_events", Kind::Integer),
        ("from_users", Kind::Integer),
        ("more_events", Kind::Integer),
        ("more_users", Kind::Integer),
    ],
    tail: " WHERE true ON CONFLICT (issue_id) DO UPDATE SET how = excluded.how, since = excluded.since, \
           member_id = excluded.member_id, release_id = excluded.release_id, commit_sha = excluded.commit_sha, \
           due_at = excluded.due_at, from_events = excluded.from_events, from_users = excluded.from_users, \
           more_events = excluded.more_events, more_users = excluded.more_users",
};
const NOTE: Bulk = Bulk {
    head: "INSERT INTO activity (issue_id, member_id, happened_at, what) \
           SELECT issue_id, member_id, happened_at, what FROM ",
    columns: &[
        ("issue_id", Kind::Integer),
        ("member_id", Kind::Integer),
        ("happened_at", Kind::Integer),
        ("what", Kind::Text),
    ],
    tail: "",
};

/// What holds an issue in its state, and what ends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// How it is resolved or until when it is archived, as stored.
    pub how: Option<&'static str>,
    pub release_id: Option<i64>,
    pub commit_sha: Option<String>,
    pub due_at: Option<i64>,
    pub more_events: Option<i64>,
    pub more_users: Option<i64>,
}

/// An issue that enters a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub issue: Subject,
    pub status: Status,
    pub substatus: Option<Substatus>,
    pub terms: Terms,
    /// Since when it counts; an arrival in a batch may say something earlier than now.
    pub since: i64,
    /// Who decided; nobody when Fieldfare did.
    pub member_id: Option<i64>,
    /// Why it is in its state, as the issue shows it.
    pub reason: String,
    /// What happened, without its subject.
    pub what: String,
}

/// An issue with the counts a state begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub id: i64,
    pub project_id: i64,
    pub events: i64,
    pub users: i64,
}

impl From<&Issue> for Subject {
    fn from(row: &Issue) -> Self {
        Self { id: row.id, project_id: row.project_id, events: row.events, users: row.users }
    }
}

impl Entry {
    /// Without anybody's doing, an issue is unresolved and in a state that passes in time.
    pub fn unresolved(issue: Subject, now: i64, substatus: Substatus, (reason, what): (String, String)) -> Self {
        let passes = substatus != Substatus::Ongoing;
        Self {
            issue,
            status: Status::Unresolved,
            substatus: Some(substatus),
            terms: Terms { due_at: passes.then_some(now + NEWS_FOR_MS), ..Terms::default() },
            since: now,
            member_id: None,
            reason,
            what,
        }
    }

    /// What search is told of it.
    pub fn change(&self) -> Change {
        Change::Issue { project_id: self.issue.project_id, issue_id: self.issue.id }
    }
}

/// How an issue is resolved, as stored.
pub(super) fn how_resolved(resolved: &ResolvedIn) -> &'static str {
    match resolved {
        ResolvedIn::Now => "now",
        ResolvedIn::Release(_) => "release",
        ResolvedIn::NextRelease => "next_release",
        ResolvedIn::Commit(_) => "commit",
    }
}

/// Until when an issue is archived, as stored.
pub(super) fn how_archived(until: &ArchivedUntil) -> &'static str {
    match until {
        ArchivedUntil::Forever => "forever",
        ArchivedUntil::Escalating => ESCALATING,
        ArchivedUntil::Events(_) => "events",
        ArchivedUntil::Users(_) => "users",
        ArchivedUntil::Date(_) => "date",
    }
}

/// How an issue is archived that returns when it escalates.
pub(super) const ESCALATING: &str = "escalating";

/// Lets issues enter their states. The caller records the changes for search.
///
/// # Errors
/// When the database fails.
pub async fn enter(tx: &Tx, now: i64, entries: &[Entry]) -> Result<()> {
    let mut writes = Writes::default();
    let words = |entry: &Entry| (entry.issue.id, entry.status, entry.substatus, entry.reason.clone());
    writes.add(ENTER, &entries.iter().map(words).collect::<Vec<_>>())?;
    writes.add(KEEP, &entries.iter().map(row).collect::<Vec<_>>())?;
    let lines = entries.iter().map(|entry| (entry.issue.id, entry.member_id, now, entry.what.as_str()));
    writes.add(NOTE, &lines.collect::<Vec<_>>())?;
    writes.send(tx).await
}

/// Adds lines to the activity of issues that change nothing else: issue, who, what.
///
/// # Errors
/// When the database fails.
pub async fn note(tx: &Tx, now: i64, lines: &[(i64, Option<i64>, String)]) -> Result<()> {
    let mut writes = Writes::default();
    let rows = lines.iter().map(|(issue_id, member_id, what)| (*issue_id, *member_id, now, what.as_str()));
    writes.add(NOTE, &rows.collect::<Vec<_>>())?;
    writes.send(tx).await
}

type Row<'a> = (
    i64,
    i64,
    Option<&'a str>,
    i64,
    Option<i64>,
    Option<i64>,
    Option<&'a str>,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
);

fn row(entry: &Entry) -> Row<'_> {
    let Entry { issue, terms, .. } = entry;
    (
        issue.id,
        issue.project_id,
        terms.how,
        entry.since,
        entry.member_id,
        terms.release_id,
        terms.commit_sha.as_deref(),
        terms.due_at,
        issue.events,
        issue.users,
        terms.more_events,
        terms.more_users,
    )
}

/// An archived issue whose counts changed by a merge or a split goes on to wait for as many events as before.
///
/// # Errors
/// When the database fails.
pub(super) async fn shift(tx: &Tx, before: &Issue) -> Result<()> {
    let Issue { id, events, users, .. } = before;
    let statement = format!(
        "UPDATE issue_state SET
            from_events = from_events + (SELECT events FROM issue WHERE id = {id}) - {events},
            from_users = from_users + (SELECT users FROM issue WHERE id = {id}) - {users}
         WHERE issue_id = {id}"
    );
    super::parts::run(tx, &statement).await
}

/// The state of an issue as its page and the API show it.
///
/// # Errors
/// When the database fails.
pub(super) async fn shown(db: &impl ConnectionTrait, issue: &Issue) -> Result<Option<IssueState>> {
    let Some(row) = Entity::find_by_id(issue.id).one(db).await? else { return Ok(None) };
    let by = names::members(db, row.member_id).await?.into_values().next();
    let release = names::releases(db, row.release_id).await?.into_values().next();
    let (awaited, arrived) = progress(&row, issue);
    Ok(Some(IssueState {
        since: Timestamp(row.since),
        by,
        how: row.how,
        release,
        commit: row.commit_sha,
        until: row.due_at.map(Timestamp),
        awaited: awaited.map(count),
        arrived: arrived.map(count),
    }))
}

/// How many events or users it waits for, and how many have come.
fn progress(row: &Model, issue: &Issue) -> (Option<i64>, Option<i64>) {
    match (row.more_events, row.more_users) {
        (Some(events), _) => (Some(events), Some(issue.events - row.from_events)),
        (None, Some(users)) => (Some(users), Some(issue.users - row.from_users)),
        (None, None) => (None, None),
    }
}
