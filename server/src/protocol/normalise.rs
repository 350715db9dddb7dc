//! From whatever an SDK sent to one [`Event`]: every accepted shape is brought to one, what is too long is cut, what
//! is broken is dropped and noted. Never fails.

mod breadcrumbs;
mod exceptions;
mod lists;
mod request;
mod text;
pub mod timestamp;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::event::{Event, Level, LogMessage, Note, Sdk, Thread, User};

pub(super) use self::text::{clean, id, release as release_name, text_of};

/// Longest release name, characters.
const RELEASE_CHARS: usize = 200;
/// Longest environment or dist, characters.
const ENVIRONMENT_CHARS: usize = 64;
/// Longest transaction, logger, server name or platform, characters.
const NAME_CHARS: usize = 200;
/// Longest message, characters: Sentry's own limit.
const MESSAGE_CHARS: usize = 8_192;
/// Longest tag key and value, characters.
const TAG_CHARS: usize = 200;
/// Tags of one event.
const MAX_TAGS: usize = 100;
/// Parts of a client fingerprint.
const MAX_FINGERPRINT: usize = 16;
/// Debug images that are read; a native process loads a few hundred libraries.
const MAX_IMAGES: usize = 1_000;

/// What is known of an event before it is read.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub event_id: Uuid,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The address the event came from, for clients that ask us to fill it in.
    pub client_ip: Option<&'a str>,
}

/// Collects what was dropped or changed.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    pub(super) fn add(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Note { path: path.into(), reason: reason.into() });
    }
}

/// Normalises an event. Anything but a JSON object gives an empty event with a note.
pub fn event(payload: Value, arrival: &Arrival<'_>) -> Event {
    let mut notes = Notes::default();
    let mut fields = match payload {
        Value::Object(fields) => fields,
        _ => {
            notes.add("", "the event is not a JSON object");
            Map::new()
        }
    };
    let mut event = head(&mut fields, arrival, &mut notes);
    event.message = message(&mut fields, &mut notes);
    event.exceptions = exceptions::exceptions(fields.remove("exception"), &mut notes);
    event.threads = exceptions::threads(fields.remove("threads"), &mut notes);
    if let Some(stacktrace) = fields.remove("stacktrace") {
        adopt_stacktrace(&mut event, stacktrace, &mut notes);
    }
    event.breadcrumbs = breadcrumbs::breadcrumbs(fields.remove("breadcrumbs"), &mut notes);
    event.request = request::request(fields.remove("request"), &mut notes);
    event.user = user(fields.remove("user"), &event, arrival, &mut notes);
    event.tags = tags(fields.remove("tags"), &mut notes);
    event.extra = lists::map(fields.remove("extra"), "extra", &mut notes);
    event.contexts = lists::map(fields.remove("contexts"), "contexts", &mut notes);
    event.modules = lists::texts(fields.remove("modules"), "modules", &mut notes);
    event.sdk = fields.remove("sdk").and_then(sdk);
    event.fingerprint = fingerprint(fields.remove("fingerprint"));
    event.images = images(fields.remove("debug_meta"));
    event.notes = notes.0;
    event
}

/// The plain fields.
fn head(fields: &mut Map<String, Value>, arrival: &Arrival<'_>, notes: &mut Notes) -> Event {
    let mut take = |name: &str, chars: usize| fields.remove(name).and_then(|value| text::short(value, chars));
    let platform = take("platform", NAME_CHARS).map_or_else(|| "other".to_owned(), |name| name.to_ascii_lowercase());
    let release = take("release", RELEASE_CHARS).and_then(|release| text::release(&release));
    let environment = take("environment", ENVIRONMENT_CHARS).map(|name| name.replace(['/', '\n'], "-"));
    let level = take("level", NAME_CHARS).map_or(Level::Error, |level| text::level(&level));
    let transaction = take("transaction", NAME_CHARS).or_else(|| take("culprit", NAME_CHARS));
    let (logger, server_name, dist) =
        (take("logger", NAME_CHARS), take("server_name", NAME_CHARS), take("dist", ENVIRONMENT_CHARS));
    Event {
        event_id: arrival.event_id,
        timestamp: timestamp::of_event(fields.remove("timestamp"), arrival.received_at, notes),
        level,
        platform,
        logger,
        transaction,
        server_name,
        release,
        dist,
        environment,
        ..Event::default()
    }
}

/// `logentry`, or the older `message`, which may be a text or the same object.
fn message(fields: &mut Map<String, Value>, notes: &mut Notes) -> Option<LogMessage> {
    let entry = fields.remove("logentry").filter(|entry| !entry.is_null());
    match entry.or_else(|| fields.remove("message"))? {
        Value::Object(mut entry) => log_message(&mut entry),
        Value::Null => None,
        value @ (Value::Array(_) | Value::Bool(_)) => {
            notes.add("message", "neither a text nor an object");
            drop(value);
            None
        }
        value => text::short(value, MESSAGE_CHARS).map(|formatted| LogMessage {
            template: None,
            formatted,
            params: Vec::new(),
        }),
    }
}

fn log_message(entry: &mut Map<String, Value>) -> Option<LogMessage> {
    let template = entry.remove("message").and_then(|value| text::short(value, MESSAGE_CHARS));
    let formatted = entry.remove("formatted").and_then(|value| text::short(value, MESSAGE_CHARS));
    let params = match entry.remove("params") {
        Some(Value::Array(params)) => params,
        Some(Value::Object(params)) => params.into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    let shown = formatted.or_else(|| template.as_deref().map(|template| text::fill(template, &params)))?;
    Some(LogMessage { template, formatted: shown, params })
}

/// A stack trace beside the exception, as old clients send it, belongs to the exception, else to a thread of its own.
fn adopt_stacktrace(event: &mut Event, stacktrace: Value, notes: &mut Notes) {
    let frames = exceptions::frames(Some(stacktrace), "stacktrace", notes);
    match event.exceptions.last_mut() {
        Some(exception) if exception.frames.is_empty() => exception.frames = frames,
        Some(_) => {}
        None if !frames.is_empty() => {
            event.threads.push(Thread { current: true, frames, ..Thread::default() });
        }
        None => {}
    }
}

fn user(value: Option<Value>, event: &Event, arrival: &Arrival<'_>, notes: &mut Notes) -> Option<User> {
    let mut fields = lists::object(value, "user", notes).unwrap_or_default();
    let mut take = |name: &str| fields.remove(name).and_then(|value| text::short(value, NAME_CHARS));
    let mut user = User {
        id: take("id"),
        email: take("email"),
        username: take("username"),
        name: take("name"),
        ip_address: take("ip_address"),
        data: Default::default(),
    };
    let from_request = event.request.as_ref().and_then(|request| request.env.get("REMOTE_ADDR"));
    if user.ip_address.is_none() {
        user.ip_address = from_request.and_then(Value::as_str).map(str::to_owned);
    }
    if user.ip_address.as_deref() == Some("{{auto}}") {
        user.ip_address = arrival.client_ip.map(str::to_owned);
    }
    user.data = lists::map(Some(Value::Object(fields)), "user", notes);
    (user != User::default()).then_some(user)
}

/// An object, or a list of pairs as older clients send it.
fn tags(value: Option<Value>, notes: &mut Notes) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for (key, value) in lists::pairs(value, "tags", notes) {
        let (Some(key), Some(value)) = (text::short(Value::String(key), TAG_CHARS), text::short(value, TAG_CHARS))
        else {
            continue;
        };
        match tags.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => tags.push((key, value)),
        }
    }
    if tags.len() > MAX_TAGS {
        notes.add("tags", format!("only the first {MAX_TAGS} of {} are kept", tags.len()));
        tags.truncate(MAX_TAGS);
    }
    tags
}

fn sdk(value: Value) -> Option<Sdk> {
    let Value::Object(mut fields) = value else { return None };
    let mut take = |name: &str| fields.remove(name).and_then(|value| text::short(value, NAME_CHARS));
    Some(Sdk { name: take("name")?, version: take("version") })
}

fn fingerprint(value: Option<Value>) -> Vec<String> {
    let parts = match value {
        Some(Value::Array(parts)) => parts,
        Some(part @ Value::String(_)) => vec![part],
        _ => Vec::new(),
    };
    parts.into_iter().take(MAX_FINGERPRINT).filter_map(|part| text::short(part, NAME_CHARS)).collect()
}

fn images(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Object(mut meta)) => match meta.remove("images") {
            Some(Value::Array(images)) => images.into_iter().filter(Value::is_object).take(MAX_IMAGES).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
