//! One event from the bytes of a client to what the writer takes: mended, scrubbed, corrected, normalised, grouped,
//! named. An input is the JSON of an event, or nearly so.

use fieldfare::grouping::{self, Rules};
use fieldfare::ingest::admit::{self, Admitted, Door};
use fieldfare::ingest::arrival::NewEvent;
use fieldfare::protocol::event::{Event, Frame};
use fieldfare::protocol::json::Json;
use fieldfare::protocol::normalise::{self, Arrival};
use fieldfare::protocol::{mapped, repair, title};
use fieldfare::search::EventText;
use fieldfare::store::payload;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::door::{ID, NOW, PLAIN, STRICT, door, late_door};
use crate::stored;

/// Longest explanation of one component, characters.
const SHOWN_CHARS: usize = 300;
/// Everything of [`planted`] that must be gone when it is stored.
const SECRETS: [&str; 10] = [
    "planted-hunter2",
    "planted-ap1-key",
    "planted-b3arer-t0ken",
    "planted-c0ntext",
    "planted-c00kie",
    "planted-qu3ry",
    "planted-crumb9",
    "planted-v4r",
    "planted-f0rm",
    "4111 1111 1111 1111",
];

/// Asks of one event.
pub fn check(input: &[u8]) {
    mending(input);
    for door in [door(&PLAIN), late_door(&STRICT)] {
        admission(input, &door);
    }
    let Some(value) = read(input) else { return };
    let event = normalise::event(value.clone(), &arrival(ID));
    normalised(&event);
    grouped(&event);
    outlined(&value, &event);
    secrets_go(value);
}

/// What an event is admitted by is what it is shown by.
fn outlined(value: &Value, event: &Event) {
    let outline = normalise::outline(Json::from(value.clone()), &arrival(ID));
    assert_eq!(title::title(&outline), title::title(event));
    assert_eq!(title::culprit(&outline), title::culprit(event));
    assert_eq!(EventText::of(&outline), EventText::of(event));
    assert_eq!(outline.images, event.images);
    assert_eq!((&outline.user, &outline.release, outline.timestamp), (&event.user, &event.release, event.timestamp));
    assert_eq!(grouping::group(&outline, &PLAIN.grouping).primary, grouping::group(event, &PLAIN.grouping).primary);
}

/// As admission reads it.
fn read(input: &[u8]) -> Option<Value> {
    serde_json::from_slice(input).or_else(|_| serde_json::from_str(&repair::repair(input))).ok()
}

fn arrival(event_id: Uuid) -> Arrival<'static> {
    Arrival { event_id, received_at: NOW, client_ip: None }
}

/// What can be read stays readable, and is not mended twice.
fn mending(input: &[u8]) {
    assert_eq!(Json::parse(input).map(Json::into_value).ok(), serde_json::from_slice::<Value>(input).ok());
    let mended = repair::repair(input);
    assert!(mended.len() <= input.len() * 6 + 16);
    assert_eq!(repair::repair(mended.as_bytes()), mended);
    if serde_json::from_slice::<Value>(input).is_ok() {
        assert!(serde_json::from_str::<Value>(&mended).is_ok());
    }
}

/// Admits it twice, to the same end.
pub(crate) fn admission(input: &[u8], door: &Door) -> Option<Admitted> {
    let [first, second] = [(); 2].map(|()| admit::store(input, door, ID));
    let (first, second) = match (first, second) {
        (Ok(first), Ok(second)) => (first, second),
        (first, second) => {
            assert_eq!(first.err(), second.err());
            return None;
        }
    };
    stored::check(&first);
    assert_eq!(first.parcel.events.len() + first.parcel.outcomes.len(), 1, "kept or counted");
    for (first, second) in first.parcel.events.iter().zip(&second.parcel.events) {
        assert_eq!(essence(first), essence(second));
    }
    Some(first)
}

fn essence(event: &NewEvent) -> impl PartialEq + std::fmt::Debug {
    let keys = (event.event_id, event.hash, event.other_hashes.clone(), event.user_key.clone());
    (keys, event.title.clone(), event.culprit.clone(), event.text.clone(), event.payload.clone(), event.happened_at)
}

/// What is left of an event is within the limits of the normaliser.
fn normalised(event: &Event) {
    assert!(event.exceptions.len() <= 50 && event.threads.len() <= 257 && event.breadcrumbs.len() <= 100);
    assert!(event.tags.len() <= 100 && event.fingerprint.len() <= 16 && event.images.len() <= 1_000);
    assert!(event.extra.len() <= 100 && event.contexts.len() <= 110 && event.modules.len() <= 1_000);
    assert!(event.notes.len() <= 50);
    assert!(event.timestamp <= NOW);
    let names = [&event.logger, &event.transaction, &event.server_name, &event.release, &event.dist];
    names.into_iter().flatten().for_each(|name| stored::text("a name", name, 200));
    event.tags.iter().flat_map(|(key, value)| [key, value]).for_each(|part| stored::text("a tag", part, 200));
    event.message.iter().for_each(|message| stored::text("a message", &message.formatted, 8_192));
    for exception in &event.exceptions {
        exception.value.iter().for_each(|value| stored::text("an exception", value, 8_192));
        exception.kind.iter().for_each(|kind| stored::text("a type", kind, 512));
    }
    for stack in mapped::stacks(event) {
        assert!(stack.len() <= 250);
        stack.iter().for_each(frame);
    }
    no_nul(&serde_json::to_value(event).expect("it can be written"));
    assert!(title::title(event).chars().count() <= 200);
}

fn frame(frame: &Frame) {
    let names = [&frame.filename, &frame.abs_path, &frame.function, &frame.module, &frame.package];
    names.into_iter().flatten().for_each(|name| stored::text("a frame", name, 512));
    assert!(frame.pre_context.len() <= 10 && frame.post_context.len() <= 10);
}

fn no_nul(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.contains('\0'), "{text:?} holds a NUL"),
        Value::Array(items) => items.iter().for_each(no_nul),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            assert!(!key.contains('\0'), "the key {key:?} holds a NUL");
            no_nul(value);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The group of an event is the same every time, and owes nothing to when it happened, to whom, or after what.
fn grouped(event: &Event) {
    let rules = Rules::default();
    let grouping = grouping::group(event, &rules);
    assert_eq!(grouping, grouping::group(&event.clone(), &rules));
    let other = Event {
        event_id: Uuid::nil(),
        timestamp: 0,
        breadcrumbs: Vec::new(),
        user: None,
        extra: Default::default(),
        notes: Vec::new(),
        ..event.clone()
    };
    assert_eq!(grouping.primary, grouping::group(&other, &rules).primary);
    assert_ne!(grouping.system, Some(grouping.primary));
    for component in &grouping.explanation.components {
        let shown = [component.from.as_deref(), component.reason.as_deref()];
        shown.into_iter().flatten().for_each(|text| assert!(text.chars().count() <= SHOWN_CHARS, "{text:?}"));
    }
    let strict = grouping::group(event, &STRICT.grouping);
    assert_eq!(strict, grouping::group(event, &STRICT.grouping));
}

/// Secrets among whatever else an event holds are not stored.
fn secrets_go(mut value: Value) {
    // A fuzzer that has seen them writes them elsewhere, where they are no secrets.
    if SECRETS.iter().any(|secret| contains(value.to_string().as_bytes(), secret)) {
        return;
    }
    plant(&mut value);
    for policy in [&*PLAIN, &*STRICT] {
        let Some(admitted) = admission(value.to_string().as_bytes(), &door(policy)) else { continue };
        for event in &admitted.parcel.events {
            let json = payload::unpack_bytes(&event.payload).expect("it can be read back");
            let kept = format!("{} {:?} {:?} {:?}", event.title, event.culprit, event.user_key, event.text);
            for secret in SECRETS {
                assert!(!contains(&json, secret), "{secret} is stored: {}", String::from_utf8_lossy(&json));
                assert!(!kept.contains(secret), "{secret} is in {kept}");
            }
        }
    }
}

fn contains(json: &[u8], secret: &str) -> bool {
    json.windows(secret.len()).any(|window| window == secret.as_bytes())
}

/// Puts secrets where programs have them, beside what is there.
fn plant(value: &mut Value) {
    let event = object(value);
    let extra = object(event.entry("extra").or_insert(Value::Null));
    extra.insert("password".to_owned(), json!("planted-hunter2"));
    extra.insert("nested".to_owned(), json!({"deep": [{"api_key": "planted-ap1-key"}]}));
    extra.insert("log".to_owned(), json!("sent Authorization: Bearer planted-b3arer-t0ken twice"));
    let contexts = object(event.entry("contexts").or_insert(Value::Null));
    object(contexts.entry("app").or_insert(Value::Null)).insert("secret_key".to_owned(), json!("planted-c0ntext"));
    let request = object(event.entry("request").or_insert(Value::Null));
    object(request.entry("headers").or_insert(Value::Null)).insert("Cookie".to_owned(), json!("sid=planted-c00kie"));
    object(request.entry("data").or_insert(Value::Null)).insert("password".to_owned(), json!("planted-f0rm"));
    request.insert("query_string".to_owned(), json!("api_key=planted-qu3ry&page=2"));
    list(event.entry("breadcrumbs").or_insert(Value::Null)).push(json!({"data": {"access_token": "planted-crumb9"}}));
    list(event.entry("exception").or_insert(Value::Null)).push(json!({
        "type": "PaymentError", "value": "card 4111 1111 1111 1111 refused",
        "stacktrace": {"frames": [{"function": "pay", "vars": {"password": "planted-v4r"}}]},
    }));
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it was just made one")
}

/// A list, or the one in the `values` of an object.
fn list(value: &mut Value) -> &mut Vec<Value> {
    let list = if value.get("values").is_some() { &mut value["values"] } else { value };
    if !list.is_array() {
        *list = json!([]);
    }
    list.as_array_mut().expect("it was just made one")
}
