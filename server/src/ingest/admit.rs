//! Admission: from the items of a request to what the writer keeps. Each item stands for itself: a broken one is
//! counted and dropped, its siblings stay.

mod blobs;
mod check_ins;
mod crashes;
mod events;
mod feedback;
mod metered;
mod protect;
mod security;
mod sent;
mod sessions;
mod transactions;
mod whereabouts;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use self::sent::Sent;
use super::arrival::{Fate, Outcome, Parcel};
use super::policy::Policy;
use super::quota::{Budget, Limits, Meter};
use crate::filters::Reason;
use crate::protocol::category;
use crate::protocol::check_in::CheckIn;
use crate::protocol::csp::Sender;
use crate::protocol::drift::Drift;
use crate::protocol::envelope::{Envelope, Item};

pub use blobs::{File, Upload, attachments, store_blobs};
pub use crashes::{CrashReport, crash};
pub(super) use events::{new_event, own as own_event};
pub use feedback::user_report;
pub use security::{MAX_SECURITY_BYTES, security};
pub use whereabouts::place_reports;

/// Largest event, bytes; Sentry's own limit.
const MAX_EVENT_BYTES: usize = 1024 * 1024;
/// Largest session, session aggregate or client report, bytes.
const MAX_SMALL_BYTES: usize = 256 * 1024;
/// Items of one envelope that are looked at. Clients send a handful; what comes after is counted and dropped.
const MAX_ITEMS: usize = 1_000;
/// Sessions, and client reports, of one envelope; Sentry's limit for each.
const MAX_ITEMS_OF_KIND: usize = 100;
/// Largest number of entries one item may claim to hold; more is a broken client, and would overflow what it is added to.
const MAX_ITEM_COUNT: usize = 1_000_000;

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
    /// How wrong the client's clock is.
    pub drift: Drift,
    /// What the request may use of the quotas.
    pub budget: Budget,
}

/// The ids of a request.
struct Ids<F> {
    /// From the envelope's header, which wins over the payload's.
    header: Option<Uuid>,
    /// For an event without an id anywhere, and the attachments beside it.
    fallback: Uuid,
    /// Makes ids for whatever else comes without one.
    new: F,
}

/// What is to be committed, and files that still have to be put into the blob store.
#[derive(Debug, Default)]
pub struct Admitted {
    pub parcel: Parcel,
    /// What the project wants done with it.
    pub policy: Arc<Policy>,
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
    let header = envelope.header.event_id;
    let ids = Ids { header, fallback: header.unwrap_or_else(&new_id), new: new_id };
    admitted.event_id = header;
    let items = &envelope.items[..envelope.items.len().min(MAX_ITEMS)];
    let dump = items.iter().find(|item| blobs::is_minidump(item)).map(|item| item.payload);
    let mut counts = BTreeMap::new();
    for item in items {
        let count: &mut usize = counts.entry(item.header.kind.as_str()).or_default();
        *count += 1;
        if *count > most_of(&item.header.kind) {
            admitted.drop_one(category::of_item(&item.header.kind), "too_many_items", 1);
        } else {
            admitted.item(item, door, &ids, dump);
        }
    }
    if let Some(dump) = dump.filter(|_| !counts.contains_key("event")) {
        admitted.crash_alone(dump, door, &ids);
    }
    admitted.drop_one("default", "too_many_items", envelope.items.len() - items.len());
    admitted.drop_one("default", "malformed_item", envelope.faults.len());
    admitted.finished(door)
}

/// How many items of a kind one envelope may hold.
fn most_of(kind: &str) -> usize {
    match kind {
        "session" | "sessions" | "client_report" => MAX_ITEMS_OF_KIND,
        _ => MAX_ITEMS,
    }
}

/// Admits the one event of a request to the store endpoint.
///
/// # Errors
/// When it is too large or not a JSON object; says which.
pub fn store(json: &[u8], door: &Door, fallback: Uuid) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    match events::admit(Sent::read(json, MAX_EVENT_BYTES)?, door, None, fallback) {
        Ok(event) => {
            admitted.event_id = Some(event.event_id);
            admitted.keep_event(event, door);
        }
        // Nothing was wrong with it: clients must not learn to try again.
        Err(reason) if Reason::is(reason) => admitted.drop_one("error", reason, 1),
        Err(reason) => return Err(reason),
    }
    Ok(admitted.finished(door))
}

/// Admits the one check-in of a plain request.
pub fn check_in(check_in: CheckIn, door: &Door) -> Admitted {
    let mut admitted = Admitted::new(door);
    admitted.event_id = check_in.id;
    if admitted.take(Meter::Monitor, Uuid::nil(), door) {
        admitted.parcel.check_ins.push(check_ins::new(check_in, door));
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
        Self { parcel, policy: Arc::clone(&door.policy), ..Self::default() }
    }

    fn item<F: Fn() -> Uuid>(&mut self, item: &Item<'_>, door: &Door, ids: &Ids<F>, dump: Option<&[u8]>) {
        let kind = item.header.kind.as_str();
        if !self.is_within_quota(item, door, ids.header.unwrap_or(ids.fallback)) {
            return;
        }
        let result = match kind {
            "event" => self.event(item.payload, door, ids, dump),
            "feedback" => feedback::admit(item.payload, door, ids.header, ids.fallback)
                .map(|feedback| self.parcel.feedback.push(feedback)),
            "user_report" => {
                feedback::admit_report(item.payload, door).map(|feedback| self.parcel.feedback.push(feedback))
            }
            "session" => self.session(item.payload, door),
            "sessions" => self.sessions(item.payload, door),
            "transaction" => self.transaction(item.payload, door),
            "span" => transactions::admit_spans(item.payload, door).map(|spans| self.spans(spans)),
            "check_in" => check_ins::admit(item.payload, door, self.parcel.check_ins.len())
                .map(|check_in| self.parcel.check_ins.push(check_in)),
            "attachment" => blobs::of_item(item).map(|file| self.file(file, self.event_id.unwrap_or(ids.fallback))),
            "raw_security" => self.security_reports(item.payload, &Sender::default(), door, &ids.new),
            "client_report" => self.client_report(item.payload),
            other => {
                let count = item.header.item_count.unwrap_or(1).min(MAX_ITEM_COUNT);
                self.count(Fate::Skipped, other, "", i64::try_from(count).unwrap_or(1));
                Ok(())
            }
        };
        if let Err(reason) = result {
            self.drop_one(category::of_item(kind), reason, 1);
        }
    }

    fn event<F>(&mut self, payload: &[u8], door: &Door, ids: &Ids<F>, dump: Option<&[u8]>) -> Result<(), &'static str> {
        let mut sent = Sent::read(payload, MAX_EVENT_BYTES)?;
        if let Some(dump) = dump {
            sent = sent.changed(|event| crashes::explain(event, dump));
        }
        self.keep_event(events::admit(sent, door, ids.header, ids.fallback)?, door);
        Ok(())
    }

    /// An envelope that holds a minidump and no event is a crash all the same.
    fn crash_alone<F>(&mut self, dump: &[u8], door: &Door, ids: &Ids<F>) {
        let event = crashes::event_of(dump).and_then(|sent| events::admit(sent, door, ids.header, ids.fallback));
        match event {
            Ok(event) => self.keep_event(event, door),
            Err(reason) => self.drop_one("error", reason, 1),
        }
    }

    /// What a client says it did not send is counted beside what we drop ourselves.
    fn client_report(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        let report = crate::protocol::client_report::parse(&Sent::read(payload, MAX_SMALL_BYTES)?.value.into_value());
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
