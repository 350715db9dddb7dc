//! Admission: from the items of a request to what the writer keeps. Each item stands for itself: a broken one is
//! counted and dropped, its siblings stay.

mod blobs;
mod events;
mod feedback;
mod protect;
mod sessions;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::arrival::{Fate, Outcome, Parcel};
use super::policy::Policy;
use super::quota::Quotas;
use crate::filters::Reason;
use crate::protocol::category;
use crate::protocol::envelope::{Envelope, Item};
use crate::protocol::repair;

pub use blobs::{Upload, store_blobs};

/// Largest event, bytes; Sentry's own limit.
const MAX_EVENT_BYTES: usize = 1024 * 1024;
/// Largest session, session aggregate or client report, bytes.
const MAX_SMALL_BYTES: usize = 256 * 1024;
/// Items of one envelope that are looked at. Clients send a handful; what comes after is counted and dropped.
const MAX_ITEMS: usize = 1_000;

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
}

/// What is to be committed, and files that still have to be put into the blob store.
#[derive(Debug, Default)]
pub struct Admitted {
    pub parcel: Parcel,
    pub uploads: Vec<Upload>,
    /// The id to answer with, if anything had one.
    pub event_id: Option<Uuid>,
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
    admitted
}

/// Admits the one event of a request to the store endpoint.
///
/// # Errors
/// When it is too large or not a JSON object; says which.
pub fn store(json: &[u8], door: &Door, fallback: Uuid) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    match events::admit(json, door, None, fallback) {
        Ok(event) => {
            admitted.event_id = Some(event.event_id);
            admitted.parcel.events.push(event);
        }
        // Nothing was wrong with it: clients must not learn to try again.
        Err(reason) if Reason::is(reason) => admitted.drop_one("error", reason, 1),
        Err(reason) => return Err(reason),
    }
    Ok(admitted)
}

/// Drops what is over the quota of its project and says whether anything was.
pub fn apply_quota(admitted: &mut Admitted, quotas: &Quotas) -> bool {
    let wanted = admitted.parcel.events.len();
    let granted = quotas.take(admitted.parcel.project_id, wanted, admitted.parcel.received_at);
    admitted.parcel.events.truncate(granted);
    admitted.drop_one("error", "quota", wanted - granted);
    granted < wanted
}

impl Admitted {
    fn new(door: &Door) -> Self {
        let parcel = Parcel { project_id: door.project_id, received_at: door.received_at, ..Parcel::default() };
        Self { parcel, ..Self::default() }
    }

    fn item(&mut self, item: &Item<'_>, door: &Door, header_id: Option<Uuid>, fallback: Uuid) {
        let kind = item.header.kind.as_str();
        let result = match kind {
            "event" => events::admit(item.payload, door, header_id, fallback).map(|event| {
                self.event_id.get_or_insert(event.event_id);
                self.parcel.events.push(event);
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
