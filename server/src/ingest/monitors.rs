//! Monitors: what check-ins and their absence do to them, inside the writer's transaction.
//!
//! Everything a batch touches is loaded into a [`Ledger`], decided there, and saved. What a monitor has to report
//! becomes an event of the batch, so that it is grouped, counted, found and mailed as any other. Whether a monitor is
//! overdue is asked again here, under the writer's lock, so it does not matter how many processes noticed.

mod ledger;
mod report;
mod rows;

use super::arrival::{Fate, NewCheckIn, Outcome, Parcel};
use super::batch::Batch;
use super::names::Names;
use crate::error::Result;
use crate::grouping::Hash;
use crate::issues::recovery;
use crate::store::Tx;
use ledger::Ledger;

/// Events monitors add to one batch; more failures at once than these is a client that loops, and making their events
/// would keep the others waiting.
const REPORTS_MAX: usize = 500;

/// What monitors add to a batch.
#[derive(Debug, Default)]
pub(super) struct Monitored {
    /// Their events, and what became of the check-ins.
    pub(super) reports: Parcel,
    recovered: Vec<Recovered>,
}

/// A monitor whose job runs well again.
#[derive(Debug)]
struct Recovered {
    hash: uuid::Uuid,
    at: i64,
}

/// Applies the check-ins of a batch, then finds what is overdue.
pub(super) async fn write(tx: &Tx, names: &Names, batch: &Batch<'_>) -> Result<Monitored> {
    let check_ins: Vec<&NewCheckIn> = batch.parcels.iter().flat_map(|parcel| &parcel.check_ins).collect();
    let watch = batch.parcels.iter().filter_map(|parcel| parcel.watch.as_ref()).max_by_key(|watch| watch.at);
    if check_ins.is_empty() && watch.is_none() {
        return Ok(Monitored::default());
    }
    let mut ledger = Ledger::new(batch.project_id);
    let overdue = watch.map(|_| batch.now);
    rows::load(tx, names, &mut ledger, &check_ins, overdue).await?;
    if watch.is_some_and(|watch| watch.set_back) {
        rows::load_ahead(tx, &mut ledger, batch.now).await?;
        ledger.come_back(batch.now);
    }
    rows::make_missing(tx, names, &mut ledger, &check_ins).await?;
    let mut reports = Parcel { project_id: batch.project_id, received_at: batch.now, ..Parcel::default() };
    for check_in in check_ins {
        let ids = names.ids(batch.project_id, &check_in.place);
        let monitor_id = ledger.monitor_of(check_in, ids.1);
        let taken = monitor_id.and_then(|monitor_id| ledger.check_in(monitor_id, check_in, ids.0));
        reports.outcomes.push(outcome(taken));
    }
    if let Some(watch) = watch {
        ledger.overdue(watch, batch.now);
    }
    let mut told = std::mem::take(&mut ledger.reports);
    let surplus = told.len().saturating_sub(REPORTS_MAX);
    told.truncate(REPORTS_MAX);
    reports.outcomes.extend((surplus > 0).then(|| dropped_reports(surplus)));
    for report in told {
        let mut event = report::event(&report, batch.project_id, batch.now)?;
        // A monitor that was renamed goes on in the issue it had.
        let former = ledger.remember_issue(report.monitor_id, event.hash.into());
        event.former_hashes.extend(former.map(Hash::from));
        reports.events.push(event);
    }
    rows::save(tx, &ledger).await?;
    Ok(Monitored { reports, recovered: ledger.recovered() })
}

/// Resolves the issues of monitors that have recovered; answers which. After the reports of the batch are written, since
/// an issue may open and close within it.
pub(super) async fn resolve(tx: &Tx, batch: &Batch<'_>, monitored: &Monitored) -> Result<Vec<i64>> {
    let mut resolved = Vec::new();
    for recovered in &monitored.recovered {
        let (hash, at) = (recovered.hash, recovered.at);
        resolved.extend(recovery::resolve(tx, batch.now, (batch.project_id, hash), at).await?);
    }
    Ok(resolved)
}

fn dropped_reports(surplus: usize) -> Outcome {
    let quantity = i64::try_from(surplus).unwrap_or(i64::MAX);
    Outcome { fate: Fate::Dropped, category: "error".to_owned(), reason: "too_many_reports".to_owned(), quantity }
}

fn outcome(taken: Result<(), &'static str>) -> Outcome {
    let (fate, reason) = match taken {
        Ok(()) => (Fate::Accepted, ""),
        Err(reason) => (Fate::Dropped, reason),
    };
    Outcome { fate, category: "monitor".to_owned(), reason: reason.to_owned(), quantity: 1 }
}
