//! What the writer is handed: within the limits, and nothing in it that a database refuses.

use fieldfare::ingest::admit::Admitted;
use fieldfare::ingest::arrival::{NewCheckIn, NewEvent, NewFeedback, NewTransaction, Place, SessionAggregate};
use fieldfare::monitors::Config;
use fieldfare::store::payload;
use serde_json::Value;

use crate::door::NOW;

/// Attachments of one request.
const FILES: usize = 10;
/// Sessions of one request, and buckets of each.
const SESSIONS: usize = 100;
/// The largest event, and how much of it may be said in more bytes than it was sent in: a broken byte becomes three.
const PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// Asks of everything that is to be kept.
pub(crate) fn check(admitted: &Admitted) {
    let parcel = &admitted.parcel;
    assert!(admitted.uploads.len() <= FILES);
    parcel.events.iter().for_each(event);
    parcel.feedback.iter().for_each(feedback);
    assert!(parcel.sessions.len() <= SESSIONS && parcel.aggregates.len() <= SESSIONS * SESSIONS);
    for session in &parcel.sessions {
        place(&session.place);
        assert!((0..=1_000_000).contains(&session.errors) && session.started <= NOW);
    }
    parcel.aggregates.iter().for_each(aggregate);
    parcel.transactions.iter().for_each(transaction);
    parcel.check_ins.iter().for_each(check_in);
    let total: i64 = parcel.outcomes.iter().map(|outcome| outcome.quantity).fold(0, i64::saturating_add);
    assert!(total < i64::MAX && parcel.outcomes.iter().all(|outcome| outcome.quantity >= 0));
}

/// Nothing in it that PostgreSQL refuses, and no longer than this, characters.
pub(crate) fn text(what: &str, text: &str, chars: usize) {
    assert!(!text.contains('\0'), "{what} holds a NUL: {text:?}");
    assert!(text.chars().nth(chars).is_none(), "{what} is longer than {chars} characters: {text:?}");
}

fn optional(what: &str, value: Option<&str>, chars: usize) {
    if let Some(value) = value {
        text(what, value, chars);
    }
}

fn place(place: &Place) {
    optional("a release", place.release.as_deref(), 200);
    optional("an environment", place.environment.as_deref(), 64);
}

fn event(event: &NewEvent) {
    place(&event.place);
    text("a title", &event.title, 200);
    optional("a culprit", event.culprit.as_deref(), 200);
    optional("a user", event.user_key.as_deref(), 200);
    assert!(event.happened_at <= NOW && event.happened_at > NOW - 31 * 24 * 3_600_000);
    assert!(["debug", "info", "warning", "error", "fatal"].contains(&event.level.as_str()));
    assert!(!event.other_hashes.contains(&event.hash) && event.other_hashes.len() <= 1);
    assert!(event.is_stored, "nothing is sampled here");
    json(&event.payload);
}

/// A payload as its column holds it.
fn json(packed: &[u8]) {
    let bytes = payload::unpack_bytes(packed).expect("a payload can be read back");
    assert!(bytes.len() <= PAYLOAD_BYTES);
    let value: Value = serde_json::from_slice(&bytes).expect("a stored payload is JSON");
    assert!(value.is_object());
}

fn feedback(feedback: &NewFeedback) {
    place(&feedback.place);
    text("a message", &feedback.message, 8_192);
    text("a title", &feedback.title, 300);
    for (what, value, chars) in [
        ("a name", &feedback.name, 256),
        ("an address", &feedback.email, 256),
        ("a page", &feedback.url, 2_048),
        ("a source", &feedback.source, 256),
        ("a user", &feedback.user_key, 256),
    ] {
        optional(what, value.as_deref(), chars);
    }
    assert!(feedback.rating.is_none_or(|rating| (1..=5).contains(&rating)));
    assert!(feedback.created_at <= NOW);
    json(&feedback.payload);
}

fn aggregate(sum: &SessionAggregate) {
    place(&sum.place);
    let counts = [sum.healthy, sum.errored, sum.unhandled, sum.crashed, sum.abnormal];
    assert!(counts.iter().all(|count| (0..=1_000_000).contains(count)) && sum.started <= NOW);
}

fn transaction(transaction: &NewTransaction) {
    place(&transaction.place);
    text("a transaction", &transaction.name, 200);
    assert!(transaction.micros <= 86_400_000_000 && transaction.at <= NOW);
}

fn check_in(check_in: &NewCheckIn) {
    place(&check_in.place);
    text("a monitor", &check_in.sent.slug, 50);
    assert!(check_in.sent.duration_ms.is_none_or(|ms| (0..=366 * 86_400_000).contains(&ms)));
    if let Some(Ok(wanted)) = &check_in.sent.config {
        config(wanted);
    }
}

/// What is kept of a monitor's settings says the same when it is read back, and when the job is expected next.
pub(crate) fn config(config: &Config) {
    let stored = config.stored();
    text("settings", &stored, 2_000);
    let (again, schedule) = Config::from_stored(&stored).expect("what is stored can be read");
    assert_eq!(&again, config);
    let mut at = NOW;
    for _ in 0..3 {
        let next = schedule.next_after(at);
        assert!(next > at, "{stored} is never expected after {at}");
        at = next;
    }
    assert!(!fieldfare::monitors::in_words(config, &schedule).is_empty());
}
