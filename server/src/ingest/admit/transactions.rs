//! Transactions and spans: only where, how long and whether well is kept.

use std::collections::BTreeMap;

use super::{Admitted, Door, MAX_EVENT_BYTES};
use crate::ingest::arrival::{Fate, NewTransaction, Place};
use crate::latency;
use crate::protocol::transaction::{self, Clocks, Transaction};

/// Largest item with spans, bytes; Sentry's own limit.
const MAX_SPANS_BYTES: usize = 10 * 1024 * 1024;

/// What an item with spans holds.
#[derive(Debug, Default)]
pub(super) struct Spans {
    pub(super) segments: Vec<NewTransaction>,
    /// Spans within a segment.
    pub(super) others: usize,
    /// Segments that could not be read, by reason.
    pub(super) faults: BTreeMap<&'static str, usize>,
}

impl Admitted {
    pub(super) fn transaction(&mut self, payload: &[u8], door: &Door) -> Result<(), &'static str> {
        let transaction = admit(payload, door)?;
        self.count(Fate::Accepted, "transaction", "", 1);
        self.parcel.transactions.push(transaction);
        Ok(())
    }

    /// Spans that are the root of their service's work count as transactions; the others are not kept.
    pub(super) fn spans(&mut self, spans: Spans) {
        let quantity = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.count(Fate::Accepted, "span", "", quantity(spans.segments.len()));
        self.count(Fate::Skipped, "span", "", quantity(spans.others));
        for (reason, count) in spans.faults {
            self.drop_one("span", reason, count);
        }
        self.parcel.transactions.extend(spans.segments);
    }
}

fn admit(bytes: &[u8], door: &Door) -> Result<NewTransaction, &'static str> {
    if bytes.len() > MAX_EVENT_BYTES {
        return Err("too_large");
    }
    transaction::read(bytes, clocks(door)).map(new)
}

pub(super) fn admit_spans(bytes: &[u8], door: &Door) -> Result<Spans, &'static str> {
    if bytes.len() > MAX_SPANS_BYTES {
        return Err("too_large");
    }
    let mut spans = Spans::default();
    for span in transaction::spans(bytes, clocks(door))? {
        match span {
            Ok(Some(segment)) => spans.segments.push(new(segment)),
            Ok(None) => spans.others += 1,
            Err(reason) => *spans.faults.entry(reason).or_default() += 1,
        }
    }
    Ok(spans)
}

fn clocks(door: &Door) -> Clocks {
    Clocks { received_at: door.received_at, drift: door.drift }
}

fn new(read: Transaction) -> NewTransaction {
    NewTransaction {
        place: Place { release: read.release, environment: read.environment },
        at: read.at,
        name: latency::name(&read.name, read.source.as_deref()),
        micros: read.micros,
        failed: read.failed,
    }
}
