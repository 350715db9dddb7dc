//! One batch, step by step, inside the writer's transaction.

use std::collections::BTreeMap;

use super::arrival::Parcel;
use super::names::Names;
use super::tally::Occurrence;
use super::{
    counters, events, feedback, issues, known, monitors, outcomes, parts, placing, sampled, sessions, tally,
    transactions, users,
};
use crate::error::Result;
use crate::store::bulk::Writes;
use crate::store::{Tx, changes};

/// Writes parcels of any projects. All or nothing: the caller rolls back on error.
pub(super) async fn write(tx: &Tx, names: &mut Names, parcels: &[&Parcel], now: i64) -> Result<()> {
    let mut by_project: BTreeMap<i64, Vec<&Parcel>> = BTreeMap::new();
    for &parcel in parcels {
        by_project.entry(parcel.project_id).or_default().push(parcel);
    }
    for (project_id, parcels) in by_project {
        write_project(tx, names, &Batch { project_id, now, parcels }).await?;
    }
    Ok(())
}

/// The parcels of one project.
pub(super) struct Batch<'a> {
    pub(super) project_id: i64,
    pub(super) now: i64,
    pub(super) parcels: Vec<&'a Parcel>,
}

impl<'a> Batch<'a> {
    /// The same with one parcel more.
    fn with<'b>(&self, parcel: &'b Parcel) -> Batch<'b>
    where
        'a: 'b,
    {
        let parcels = self.parcels.iter().copied().chain([parcel]).collect();
        Batch { project_id: self.project_id, now: self.now, parcels }
    }
}

async fn write_project(tx: &Tx, names: &mut Names, batch: &Batch<'_>) -> Result<()> {
    let mut writes = Writes::default();
    names.learn(tx, &mut writes, batch).await?;
    // What monitors report is an event among the others. Boxed, as all that is rare, to keep the common future small.
    let monitored = Box::pin(monitors::write(tx, names, batch)).await?;
    let batch = &batch.with(&monitored.reports);

    let fresh_feedback = feedback::fresh(tx, batch).await?;
    let known = known::load(tx, batch, &fresh_feedback).await?;
    let fresh_events = events::fresh(batch, &known);
    let placed = placing::place((tx, names), batch, &known, &fresh_events, &fresh_feedback).await?;
    let (discarded, fresh_events): (Vec<_>, Vec<_>) =
        fresh_events.into_iter().partition(|event| placed.is_discarded(event));

    let occurrences: Vec<Occurrence> = events::occurrences(names, batch, &fresh_events, &placed)
        .chain(feedback::occurrences(names, batch, &fresh_feedback, &placed))
        .collect();
    let tallies = tally::by_issue(&occurrences);
    let new_users = users::record(tx, batch.project_id, &tallies).await?;

    events::insert(tx, names, batch, &fresh_events, &placed).await?;
    Box::pin(sampled::record(tx, batch, &fresh_events)).await?;
    let feedback_ids = feedback::insert(tx, names, batch, &fresh_feedback, &placed).await?;
    feedback::insert_attachments(tx, batch).await?;
    counters::add(&mut writes, batch.project_id, &tallies, &new_users)?;
    let hashes = fresh_events.iter().map(|event| event.hash.into()).chain(fresh_feedback.iter().map(|one| one.hash));
    parts::count(tx, batch.project_id, &placed, hashes.zip(&occurrences)).await?;
    let standings = known.standings;
    let updated = issues::update((tx, &mut writes), batch, (standings, &tallies), &new_users, &placed).await?;
    feedback::tell(tx, batch, &placed, feedback_ids.iter().copied().zip(&fresh_feedback), &updated).await?;
    let recovered = Box::pin(monitors::resolve(tx, batch, &monitored)).await?;
    sessions::write(tx, names, batch).await?;
    Box::pin(transactions::write(tx, names, batch)).await?;
    outcomes::count(&mut writes, batch, (&fresh_events, &discarded), fresh_feedback.len())?;

    let mut written = events::changes(batch.project_id, &fresh_events);
    written.extend(
        feedback_ids.iter().map(|&feedback_id| changes::Change::Feedback { project_id: batch.project_id, feedback_id }),
    );
    written.extend(
        updated
            .touched
            .iter()
            .chain(&recovered)
            .map(|&issue_id| changes::Change::Issue { project_id: batch.project_id, issue_id }),
    );
    changes::add(&mut writes, &written)?;
    writes.send(tx).await
}
