//! How much of what a recording holds.

use std::collections::{BTreeMap, BTreeSet};

use fieldfare::protocol::envelope::{self, Envelope, Item};
use fieldfare::protocol::{category, client_report, session, transaction};
use fieldfare_tests::recording::Request;
use serde_json::Value;

use super::story::clocks;

/// How much there is of each category, as the statistics of a project say it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    accepted: BTreeMap<String, u64>,
    skipped: BTreeMap<String, u64>,
    /// By category and reason.
    dropped: BTreeMap<(String, String), u64>,
}

/// What a recording holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Dropped is only what the client itself discarded.
    pub(super) counts: Counts,
    pub(super) event_ids: BTreeSet<String>,
    pub(super) feedback: BTreeSet<String>,
}

impl Counts {
    pub(super) fn said_by(stats: &Value) -> Self {
        let counts = |name: &str| {
            let counts = stats[name].as_object().into_iter().flatten();
            counts.map(|(category, count)| (category.clone(), count.as_u64().expect("a count"))).collect()
        };
        let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
        let dropped =
            stats["dropped"].as_array().into_iter().flatten().map(|row| {
                ((text(row, "category"), text(row, "reason")), row["quantity"].as_u64().expect("a quantity"))
            });
        Self { accepted: counts("accepted"), skipped: counts("skipped"), dropped: dropped.collect() }
    }
}

impl Held {
    pub(super) fn add(&mut self, request: &Request) {
        let body = request.decoded().expect("a body");
        if request.is_store() {
            return self.event(&json(&body), None);
        }
        let envelope = envelope::parse(&body).expect("an envelope");
        assert_eq!(envelope.faults, [], "the framing is whole");
        for item in &envelope.items {
            self.item(item, &envelope, request.at);
        }
    }

    fn item(&mut self, item: &Item<'_>, envelope: &Envelope<'_>, at: i64) {
        let kind = item.header.kind.as_str();
        let header_id = envelope.header.event_id.map(|id| id.simple().to_string());
        match kind {
            "event" => self.event(&json(item.payload), header_id),
            "sessions" => self.accept(kind, aggregated(&json(item.payload), at)),
            "client_report" => self.report(&json(item.payload)),
            "span" => self.spans(item.payload, at),
            "feedback" => {
                self.feedback.insert(header_id.expect("an id"));
                self.accept(kind, 1);
            }
            "user_report" => {
                self.feedback.insert(String::from_utf8_lossy(item.payload).into_owned());
                self.accept(kind, 1);
            }
            "check_in" => self.check_in(&json(item.payload)),
            "session" | "transaction" | "attachment" => self.accept(kind, 1),
            other => {
                *self.counts.skipped.entry(other.to_owned()).or_default() += item.header.item_count.unwrap_or(1) as u64
            }
        }
    }

    fn event(&mut self, payload: &Value, header_id: Option<String>) {
        let own = || payload["event_id"].as_str().map(|id| id.replace('-', ""));
        self.event_ids.insert(header_id.or_else(own).expect("an id"));
        self.accept("event", 1);
    }

    fn accept(&mut self, kind: &str, quantity: u64) {
        *self.counts.accepted.entry(category::of_item(kind).to_owned()).or_default() += quantity;
    }

    /// A run that failed makes an event of the server's own.
    fn check_in(&mut self, payload: &Value) {
        self.accept("check_in", 1);
        if payload["status"] == "error" {
            self.accept("event", 1);
        }
    }

    /// Root spans count as transactions do, the others are left.
    fn spans(&mut self, payload: &[u8], at: i64) {
        let spans = transaction::spans(payload, clocks(at)).expect("spans");
        for span in spans {
            match span.expect("a sound span") {
                Some(_) => self.accept("span", 1),
                None => *self.counts.skipped.entry("span".to_owned()).or_default() += 1,
            }
        }
    }

    fn report(&mut self, payload: &Value) {
        for discarded in client_report::parse(payload) {
            let key = (discarded.category, format!("client: {}", discarded.reason));
            *self.counts.dropped.entry(key).or_default() += u64::try_from(discarded.quantity).expect("a count");
        }
    }
}

fn aggregated(payload: &Value, at: i64) -> u64 {
    let sums = session::aggregates(payload, at).expect("sessions");
    let sum = sums.iter().map(|sum| sum.exited + sum.errored + sum.unhandled + sum.crashed + sum.abnormal).sum::<i64>();
    u64::try_from(sum).expect("a count")
}

fn json(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).expect("JSON")
}
