//! A recording as it is understood, in a text a developer can read.

use fieldfare::protocol::check_in::{self, CheckIn};
use fieldfare::protocol::drift::Drift;
use fieldfare::protocol::envelope::{self, Envelope, Item};
use fieldfare::protocol::feedback::{self, Feedback};
use fieldfare::protocol::normalise::Arrival;
use fieldfare::protocol::transaction::Clocks;
use fieldfare::protocol::{client_report, session, transaction};
use fieldfare_tests::recording::{Recording, Request};
use serde_json::Value;
use uuid::Uuid;

use super::event;

/// What became of every request of a recording.
pub(super) fn of(recording: &Recording) -> String {
    let mut lines = Vec::new();
    for (number, request) in (1..).zip(&recording.requests) {
        let path = request.path.split('?').next().unwrap_or_default();
        let coding = request.headers.get("content-encoding").map(|coding| format!(" {coding}")).unwrap_or_default();
        lines.push(format!("#{number} {} {path}{coding}", request.method));
        lines.extend(items(request).into_iter().map(|line| format!("  {line}")));
        lines.push(String::new());
    }
    lines.join("\n")
}

fn items(request: &Request) -> Vec<String> {
    let body = request.decoded().expect("a body");
    if request.is_store() {
        let payload = json(&body);
        let id = payload["event_id"].as_str().and_then(|id| Uuid::try_parse(id).ok()).expect("an id");
        return event::told(payload, &arrival(id, request));
    }
    let envelope = envelope::parse(&body).expect("an envelope");
    let faults = envelope.faults.iter().map(|fault| format!("fault: {fault}"));
    faults.chain(envelope.items.iter().flat_map(|one| item(one, &envelope, request))).collect()
}

fn item(item: &Item<'_>, envelope: &Envelope<'_>, request: &Request) -> Vec<String> {
    let arrival = arrival(envelope.header.event_id.unwrap_or_default(), request);
    let payload = || json(item.payload);
    match item.header.kind.as_str() {
        "event" => event::told(payload(), &arrival),
        "feedback" => said(&feedback::feedback(payload().into(), &arrival).expect("feedback")),
        "user_report" => said(&feedback::user_report(&payload(), &arrival).expect("a report")),
        "session" => one_session(&payload(), request.at),
        "sessions" => sessions(&payload(), request.at),
        "transaction" => vec![timed(&transaction::read(item.payload, clocks(request.at)).expect("a transaction"))],
        "span" => spans(item.payload, request.at),
        "check_in" => vec![checked_in(&check_in::read(&payload()).expect("a check-in"))],
        "client_report" => discarded(&payload()),
        other => vec![format!("{other}: not kept, {} of them", item.header.item_count.unwrap_or(1))],
    }
}

/// By the clocks of the recording, which were right.
pub(super) fn clocks(at: i64) -> Clocks {
    Clocks { received_at: at, drift: Drift::default() }
}

fn arrival(event_id: Uuid, request: &Request) -> Arrival<'static> {
    Arrival { event_id, received_at: request.at, client_ip: None }
}

fn said(feedback: &Feedback) -> Vec<String> {
    let by = [&feedback.name, &feedback.email, &feedback.url].map(|text| text.as_deref().unwrap_or("-"));
    let about = if feedback.associated_event_id.is_some() { ", about an event" } else { "" };
    let event = &feedback.event;
    let place = [&event.release, &event.environment].map(|text| text.as_deref().unwrap_or("-"));
    let mut lines = vec![
        format!("feedback: {:?}{about}", feedback.message),
        format!("  by {}", by.join(", ")),
        format!("  of {}", place.join(", ")),
    ];
    lines.extend(event.notes.iter().map(|note| format!("  note: {}: {}", note.path, note.reason)));
    lines
}

fn one_session(payload: &Value, at: i64) -> Vec<String> {
    let session = session::update(payload, at).expect("a session");
    let environment = session.attributes.environment.unwrap_or_default();
    let (status, errors, release) = (session.status, session.errors, session.attributes.release);
    vec![format!("session: {status:?} with {errors} errors, {release} {environment}, user {:?}", session.did)]
}

fn sessions(payload: &Value, at: i64) -> Vec<String> {
    let told = |sum: session::Aggregate| {
        let (release, environment) = (sum.attributes.release, sum.attributes.environment.unwrap_or_default());
        let counts = [sum.exited, sum.errored, sum.unhandled, sum.crashed, sum.abnormal];
        format!("sessions: exited, errored, unhandled, crashed, abnormal {counts:?}, {release} {environment}")
    };
    session::aggregates(payload, at).expect("sessions").into_iter().map(told).collect()
}

fn spans(payload: &[u8], at: i64) -> Vec<String> {
    let spans = transaction::spans(payload, clocks(at)).expect("spans");
    let told = |span: Result<Option<transaction::Transaction>, &str>| match span {
        Ok(Some(root)) => timed(&root),
        Ok(None) => "span within another: not kept".to_owned(),
        Err(reason) => format!("span: {reason}"),
    };
    spans.into_iter().map(told).collect()
}

fn timed(timed: &transaction::Transaction) -> String {
    let place = [&timed.release, &timed.environment].map(|text| text.as_deref().unwrap_or("-"));
    let fate = if timed.failed { "failed" } else { "went well" };
    format!("transaction: {:?} {fate}, {}", timed.name, place.join(" "))
}

fn checked_in(check_in: &CheckIn) -> String {
    let (slug, environment, status) = (&check_in.slug, &check_in.environment, check_in.status);
    let schedule = match &check_in.config {
        Some(Ok(_)) => "with a schedule",
        Some(Err(_)) => "with a schedule that cannot be read",
        None => "without a schedule",
    };
    format!("check-in: {slug} {environment} {status:?}, {schedule}")
}

fn discarded(payload: &Value) -> Vec<String> {
    let told = |one: client_report::Discarded| format!("discarded: {} {}, {}", one.quantity, one.category, one.reason);
    client_report::parse(payload).into_iter().map(told).collect()
}

fn json(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).expect("JSON")
}
