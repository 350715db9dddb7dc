//! Transactions and spans: only where, how long and whether well is kept.

use std::collections::BTreeMap;

use super::{Door, MAX_EVENT_BYTES};
use crate::ingest::arrival::{NewTransaction, Place};
use crate::latency;
use crate::protocol::transaction::{self, Transaction};

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

pub(super) fn admit(bytes: &[u8], door: &Door) -> Result<NewTransaction, &'static str> {
    if bytes.len() > MAX_EVENT_BYTES {
        return Err("too_large");
    }
    transaction::read(bytes, door.received_at).map(new)
}

pub(super) fn admit_spans(bytes: &[u8], door: &Door) -> Result<Spans, &'static str> {
    if bytes.len() > MAX_SPANS_BYTES {
        return Err("too_large");
    }
    let mut spans = Spans::default();
    for span in transaction::spans(bytes, door.received_at)? {
        match span {
            Ok(Some(segment)) => spans.segments.push(new(segment)),
            Ok(None) => spans.others += 1,
            Err(reason) => *spans.faults.entry(reason).or_default() += 1,
        }
    }
    Ok(spans)
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
