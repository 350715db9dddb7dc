//! Keeps the index up to date with the tables, by following the change sequence.
//!
//! Every server process follows it for its own index. What it indexes is read from the tables, never from the change,
//! so that applying a change twice, or after a later one, ends in the same index.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::{EntityTrait, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::Search;
use super::document::Key;
use super::{comments, source};
use crate::error::Result;
use crate::store::entities::{comment, feedback, incident, issue};
use crate::store::{Store, changes};

/// Changes read and applied at once; their payloads are in memory together.
const BATCH: u64 = 2_000;
/// Changes in one commit at most, so that a long backlog becomes visible step by step.
const CHANGES_PER_COMMIT: usize = 20_000;
/// Shortest time between two commits; each makes a segment that must be merged later.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);
/// How often the sequence is looked at when nobody wakes the follower, as when another process writes.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// First and longest wait after a failure.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How many documents a rebuild made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub events: u64,
    pub feedback: u64,
    pub issues: u64,
    pub comments: u64,
    pub incidents: u64,
}

/// Follows the sequence until told to stop. Survives failures: the next try begins where the last commit ended.
pub async fn run(search: Search, store: Store, stop: CancellationToken) {
    let mut failures = Failures::default();
    while !stop.is_cancelled() {
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = catch_up(&search, &store) => outcome,
        };
        let wait = failures.note(&outcome);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        if matches!(outcome, Ok(0)) {
            tokio::select! {
                () = stop.cancelled() => return,
                () = search.woken() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }
}

/// Indexes everything up to now and answers how many changes that was. Fills an empty index from the tables first, and
/// one that is ahead of the tables, which were then put back to an older state, or so far behind that the changes it
/// needs are gone.
///
/// # Errors
/// When the database or the disk fails; what was not committed is forgotten and will be done again.
pub async fn catch_up(search: &Search, store: &Store) -> Result<usize> {
    let mut unfinished = begin(search).await?;
    let newest = changes::latest(store.reader()).await?;
    *unfinished = true;
    let trimmed_to = changes::trimmed_to(store.reader()).await?;
    let can_follow = |position: &i64| *position <= newest && *position + 1 >= trimmed_to;
    let done = match search.position().filter(can_follow) {
        Some(from) => follow(search, store, from).await?,
        None => rebuild(search, store).await.map(|_| 1)?,
    };
    *unfinished = false;
    Ok(done)
}

/// Rebuilds the whole index from the tables. Searches keep seeing the old one until the new one is complete.
///
/// # Errors
/// When the database or the disk fails; the old index is then still there.
pub async fn reindex(search: &Search, store: &Store) -> Result<Counts> {
    let mut unfinished = begin(search).await?;
    *unfinished = true;
    let counts = rebuild(search, store).await?;
    *unfinished = false;
    Ok(counts)
}

/// Takes the turn to write, and forgets what the one before left behind by failing or being stopped.
async fn begin(search: &Search) -> Result<tokio::sync::MutexGuard<'_, bool>> {
    let unfinished = search.turn().await;
    if *unfinished {
        blocking(search, Search::rollback).await?;
    }
    Ok(unfinished)
}

/// The position is read first: what changes meanwhile is indexed again by following.
async fn rebuild(search: &Search, store: &Store) -> Result<Counts> {
    let position = changes::latest(store.reader()).await?;
    blocking(search, Search::clear).await?;
    let counts = fill(search, store).await?;
    blocking(search, move |search| search.commit(position)).await?;
    Ok(counts)
}

async fn follow(search: &Search, store: &Store, from: i64) -> Result<usize> {
    let (mut position, mut done) = (from, 0);
    while done < CHANGES_PER_COMMIT {
        let batch = changes::after(store.reader(), position, BATCH).await?;
        let Some((last, _)) = batch.last() else { break };
        position = *last;
        done += batch.len();
        let mut unique: HashSet<Key> = batch.iter().map(|(_, change)| Key::from(*change)).collect();
        unique.extend(comments::of_issues(store.reader(), &unique).await?);
        apply(search, store, unique.into_iter().collect()).await?;
    }
    if done > 0 {
        blocking(search, move |search| search.commit(position)).await?;
    }
    Ok(done)
}

async fn apply(search: &Search, store: &Store, keys: Vec<Key>) -> Result<()> {
    let documents = source::load(store.reader(), &keys, search.expected(&keys)).await?;
    blocking(search, move |search| search.replace(&keys, &documents)).await
}

async fn fill(search: &Search, store: &Store) -> Result<Counts> {
    let issues = issue::Entity::find().select_only().column(issue::Column::Id);
    let feedback = feedback::Entity::find().select_only().column(feedback::Column::Id);
    let incidents = incident::Entity::find().select_only().column(incident::Column::Id);
    let issues: Vec<i64> = issues.into_tuple().all(store.reader()).await?;
    let feedback: Vec<i64> = feedback.into_tuple().all(store.reader()).await?;
    let incidents: Vec<i64> = incidents.into_tuple().all(store.reader()).await?;
    let comments = comment::Entity::find().select_only().column(comment::Column::Id);
    let comments: Vec<i64> = comments.into_tuple().all(store.reader()).await?;
    Ok(Counts {
        issues: add(search, store, issues.into_iter().map(Key::Issue).collect()).await?,
        feedback: add(search, store, feedback.into_iter().map(Key::Feedback).collect()).await?,
        comments: add(search, store, comments.into_iter().map(Key::Comment).collect()).await?,
        incidents: add(search, store, incidents.into_iter().map(Key::Incident).collect()).await?,
        events: add_events(search, store).await?,
    })
}

/// Adds documents to an index that holds none of them.
async fn add(search: &Search, store: &Store, keys: Vec<Key>) -> Result<u64> {
    let mut count = 0;
    for keys in keys.chunks(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
        let documents = source::load(store.reader(), keys, search.expected(keys)).await?;
        count += documents.len() as u64;
        blocking(search, move |search| search.replace(&[], &documents)).await?;
    }
    Ok(count)
}

async fn add_events(search: &Search, store: &Store) -> Result<u64> {
    let (mut count, mut last) = (0, None);
    loop {
        let keys = source::event_keys_after(store.reader(), last, BATCH).await?;
        let Some(end) = keys.last().copied() else { return Ok(count) };
        last = Some(end);
        count += add(search, store, keys).await?;
    }
}

/// Runs what blocks where blocking is allowed.
async fn blocking<F>(search: &Search, work: F) -> Result<()>
where
    F: FnOnce(&Search) -> tantivy::Result<()> + Send + 'static,
{
    let search = search.clone();
    let outcome = tokio::task::spawn_blocking(move || work(&search)).await;
    Ok(outcome.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
}

/// How long to wait before the next try, and what to log of it: the first failure and the recovery.
#[derive(Default)]
struct Failures(u32);

impl Failures {
    fn note(&mut self, outcome: &Result<usize>) -> Duration {
        match outcome {
            Ok(done) => {
                if std::mem::take(&mut self.0) > 0 {
                    tracing::info!("the search index follows again");
                }
                if *done == 0 { Duration::ZERO } else { COMMIT_INTERVAL }
            }
            Err(error) => {
                if self.0 == 0 {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the search index cannot follow and will keep trying"
                    );
                }
                self.0 = self.0.saturating_add(1);
                BACK_OFF.0.saturating_mul(1 << (self.0 - 1).min(10)).min(BACK_OFF.1)
            }
        }
    }
}
