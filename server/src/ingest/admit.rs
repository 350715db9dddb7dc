//! Admission: from the items of a request to what the writer keeps. Each item stands for itself: a broken one is
//! counted and dropped, its siblings stay.

mod blobs;
mod check_ins;
mod events;
mod feedback;
mod sessions;
mod transactions;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::arrival::{Fate, NewEvent, Outcome, Parcel};
use super::policy::Policy;
use super::quota::{Budget, Limit, Limits, Meter};
use crate::protocol::category;
use crate::protocol::check_in::CheckIn;
use crate::protocol::envelope::{Envelope, Item};
use crate::protocol::repair;

pub use blobs::{Upload, store_blobs};
pub(super) use events::{new_event, own as own_event};

/// Largest event, bytes; Sentry's own limit.
const MAX_EVENT_BYTES: usize = 1024 * 1024;
/// Largest session, session aggregate or client report, bytes.
const MAX_SMALL_BYTES: usize = 256 * 1024;
/// Items of one envelope that are looked at. Clients send a handful; what comes after is counted and dropped.
const MAX_ITEMS: usize = 1_000;

/// Why the files of an event that was only counted are dropped.
const SAMPLED: &str = "sampled";

/// Where a request came in.
#[derive(Clone, Debug)]
pub struct Door {
    pub project_id: i64,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The client's address, if known.
    pub client: Option<IpAddr>,
    /// What the project wants done.
    pub policy: Arc<Policy>,
    /// What the request may use of the quotas.
    pub budget: Budget,
}

/// What is to be committed, and files that still have to be put into the blob store.
#[derive(Debug, Default)]
pub struct Admitted {
    pub parcel: Parcel,
    pub uploads: Vec<Upload>,
    /// The id to answer with, if anything had one.
    pub event_id: Option<Uuid>,
    /// Limits that are used up, to be announced.
    pub limits: Limits,
    /// Whether they kept something of this request out.
    pub is_limited: bool,
    /// An event that was not stored, so that its files are not either, and why.
    not_stored: Option<(Uuid, &'static str)>,
}

/// Admits every item of an envelope. `new_id` makes ids for what comes without one.
pub fn envelope(envelope: &Envelope<'_>, door: &Door, new_id: impl Fn() -> Uuid) -> Admitted {
    let mut admitted = Admitted::new(door);
    // An event without an id anywhere gets one, and attachments beside it the same.
    let fallback = envelope.header.event_id.unwrap_or_else(&new_id);
    admitted.event_id = envelope.header.event_id;
    for item in envelope.items.iter().take(MAX_ITEMS) {
        admitted.item(item, door, envelope.header.event_id, fallback);
    }
    admitted.drop_one("default", "too_many_items", envelope.items.len().saturating_sub(MAX_ITEMS));
    admitted.drop_one("default", "malformed_item", envelope.faults.len());
    admitted.finished(door)
}

/// Admits the one event of a request to the store endpoint.
///
/// # Errors
/// When it is too large or not a JSON object; says which.
pub fn store(json: &[u8], door: &Door, fallback: Uuid) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    let event = events::admit(json, door, None, fallback)?;
    admitted.event_id = Some(event.event_id);
    admitted.keep_event(event, door);
    Ok(admitted.finished(door))
}

/// Admits the one check-in of a plain request.
pub fn check_in(check_in: CheckIn, door: &Door) -> Admitted {
    let mut admitted = Admitted::new(door);
    admitted.event_id = check_in.id;
    match door.budget.take(Meter::Monitor, 1) {
        Ok(()) => admitted.parcel.check_ins.push(check_ins::new(check_in, door)),
        Err(limit) => admitted.limited(limit, "monitor", Uuid::nil()),
    }
    admitted.finished(door)
}

/// Counts a plain request that was no check-in.
pub fn refused_check_in(reason: &str, door: &Door) -> Admitted {
    let mut admitted = Admitted::new(door);
    admitted.drop_one("monitor", reason, 1);
    admitted
}

impl Admitted {
    fn new(door: &Door) -> Self {
        let parcel = Parcel { project_id: door.project_id, received_at: door.received_at, ..Parcel::default() };
        Self { parcel, ..Self::default() }
    }

    fn item(&mut self, item: &Item<'_>, door: &Door, header_id: Option<Uuid>, fallback: Uuid) {
        let kind = item.header.kind.as_str();
        if !self.is_within_quota(item, door, header_id.unwrap_or(fallback)) {
            return;
        }
        let result = match kind {
            "event" => events::admit(item.payload, door, header_id, fallback).map(|event| {
                self.event_id.get_or_insert(event.event_id);
                self.keep_event(event, door);
            }),
            "feedback" => feedback::admit(item.payload, door, header_id, fallback)
                .map(|feedback| self.parcel.feedback.push(feedback)),
            "user_report" => {
                feedback::admit_report(item.payload, door).map(|feedback| self.parcel.feedback.push(feedback))
            }
            "session" => sessions::admit(item.payload, door).map(|session| {
                self.count(Fate::Accepted, "session", "", 1);
                self.parcel.sessions.push(session);
            }),
            "sessions" => sessions::admit_aggregates(item.payload, door).map(|sums| {
                let quantity =
                    sums.iter().map(|sum| sum.healthy + sum.errored + sum.unhandled + sum.crashed + sum.abnormal).sum();
                self.count(Fate::Accepted, "session", "", quantity);
                self.parcel.aggregates.extend(sums);
            }),
            "transaction" => transactions::admit(item.payload, door).map(|transaction| {
                self.count(Fate::Accepted, "transaction", "", 1);
                self.parcel.transactions.push(transaction);
            }),
            "span" => transactions::admit_spans(item.payload, door).map(|spans| self.spans(spans)),
            "check_in" => check_ins::admit(item.payload, door, self.parcel.check_ins.len())
                .map(|check_in| self.parcel.check_ins.push(check_in)),
            "attachment" => blobs::admit(item, header_id.unwrap_or(fallback), self.uploads.len())
                .map(|upload| self.uploads.push(upload)),
            "client_report" => self.client_report(item.payload),
            other => {
                self.count(Fate::Skipped, other, "", i64::try_from(item.header.item_count.unwrap_or(1)).unwrap_or(1));
                Ok(())
            }
        };
        if let Err(reason) = result {
            self.drop_one(category::of_item(kind), reason, 1);
        }
    }

    /// Keeps an event, or counts that it is not stored. What a flood is sampled down to takes from the quota; what is
    /// only counted does not, so that other issues can use it.
    fn keep_event(&mut self, event: NewEvent, door: &Door) {
        if !event.is_stored {
            self.count(Fate::Sampled, "error", "", 1);
            self.not_stored = Some((event.event_id, SAMPLED));
        } else if let Err(limit) = door.budget.take(Meter::Error, 1) {
            return self.limited(limit, "error", event.event_id);
        }
        self.parcel.events.push(event);
    }

    /// Whether an item may come in. An event is not read when it may not; when it may, it is charged for once it is
    /// known that it is stored.
    fn is_within_quota(&mut self, item: &Item<'_>, door: &Door, event_id: Uuid) -> bool {
        let category = category::of_item(&item.header.kind);
        let Some(meter) = Meter::of_category(category) else { return true };
        let bytes = i64::try_from(item.payload.len()).unwrap_or(i64::MAX);
        let refused = match meter {
            Meter::Error => door.budget.gone(meter),
            Meter::Attachment => {
                let gone = door.budget.gone(meter);
                let taken =
                    || door.budget.take(meter, 1).and_then(|()| door.budget.take(Meter::AttachmentBytes, bytes));
                gone.or_else(|| taken().err())
            }
            _ => door.budget.take(meter, 1).err(),
        };
        if let Some(limit) = refused {
            self.limited(limit, category, event_id);
        }
        refused.is_none()
    }

    fn limited(&mut self, limit: Limit, category: &str, event_id: Uuid) {
        self.is_limited = true;
        self.limits.add(limit);
        let reason = limit.slot.scope.reason();
        self.drop_one(category, reason, 1);
        if limit.slot.meter == Meter::Error {
            self.not_stored = Some((event_id, reason));
        }
    }

    /// Drops the files of an event that is not stored, unless feedback of the same id needs them, and looks what is
    /// used up by now.
    fn finished(mut self, door: &Door) -> Self {
        if let Some((event_id, reason)) = self.not_stored
            && !self.parcel.feedback.iter().any(|feedback| feedback.event_id == event_id)
        {
            let before = self.uploads.len();
            self.uploads.retain(|upload| upload.event_id != event_id);
            self.drop_one("attachment", reason, before - self.uploads.len());
        }
        self.limits.extend(door.budget.all_gone());
        self
    }

    /// What a client says it did not send is counted beside what we drop ourselves.
    fn client_report(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        let report = crate::protocol::client_report::parse(&json(payload, MAX_SMALL_BYTES)?);
        for discarded in report {
            self.count(
                Fate::Dropped,
                &discarded.category,
                &format!("client: {}", discarded.reason),
                discarded.quantity,
            );
        }
        Ok(())
    }

    /// Spans that are the root of their service's work count as transactions; the others are not kept.
    fn spans(&mut self, spans: transactions::Spans) {
        let quantity = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.count(Fate::Accepted, "span", "", quantity(spans.segments.len()));
        self.count(Fate::Skipped, "span", "", quantity(spans.others));
        for (reason, count) in spans.faults {
            self.drop_one("span", reason, count);
        }
        self.parcel.transactions.extend(spans.segments);
    }

    fn count(&mut self, fate: Fate, category: &str, reason: &str, quantity: i64) {
        let outcome = Outcome { fate, category: category.to_owned(), reason: reason.to_owned(), quantity };
        self.parcel.outcomes.push(outcome);
    }

    fn drop_one(&mut self, category: &str, reason: &str, quantity: usize) {
        if quantity > 0 {
            self.count(Fate::Dropped, category, reason, i64::try_from(quantity).unwrap_or(i64::MAX));
        }
    }
}

/// Reads the JSON of an item.
fn json(payload: &[u8], max_bytes: usize) -> Result<Value, &'static str> {
    readable(payload, max_bytes).map(|(value, _)| value)
}

/// Reads the JSON of an item, and answers its text as anybody can read it: mended where the client wrote it wrongly.
fn readable(payload: &[u8], max_bytes: usize) -> Result<(Value, Cow<'_, [u8]>), &'static str> {
    if payload.len() > max_bytes {
        return Err("too_large");
    }
    match serde_json::from_slice(payload) {
        Ok(value @ Value::Object(_)) => return Ok((value, Cow::Borrowed(payload))),
        Ok(_) => return Err("not_an_object"),
        Err(_) => {}
    }
    let mended = repair::repair(payload);
    match serde_json::from_str(&mended) {
        Ok(value @ Value::Object(_)) => Ok((value, Cow::Owned(mended.into_bytes()))),
        _ => Err("invalid_json"),
    }
}
