//! From whatever an SDK sent to one [`Event`]: every accepted shape is brought to one, what is too long is cut, what
//! is broken is dropped and noted. Never fails.

mod agent;
mod breadcrumbs;
mod exceptions;
mod frames;
mod lists;
mod message;
mod request;
#[cfg(test)]
mod tests;
mod text;
pub mod timestamp;
mod trim;
mod user;

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::event::{CspReport, Event, Level, Note, Sdk, Thread};
use super::json::{Fields, Json};
use super::{csp, drift, mapped, names, remarks};

pub(super) use self::text::{clean, id, text_of};

/// Longest transaction, logger, server name or platform, characters.
const NAME_CHARS: usize = 200;
/// Longest tag key and value, characters.
const TAG_CHARS: usize = 200;
/// Tags of one event.
const MAX_TAGS: usize = 100;
/// Parts of a client fingerprint.
const MAX_FINGERPRINT: usize = 16;
/// Debug images that are read; a native process loads a few hundred libraries.
const MAX_IMAGES: usize = 1_000;
/// Notes of one event: after these, more would tell a developer nothing new.
const MAX_NOTES: usize = 50;

/// The names of interfaces in SDKs from before 2018, beside today's.
const OLD_NAMES: [(&str, &str); 7] = [
    ("exception", "sentry.interfaces.Exception"),
    ("logentry", "sentry.interfaces.Message"),
    ("stacktrace", "sentry.interfaces.Stacktrace"),
    ("breadcrumbs", "sentry.interfaces.Breadcrumbs"),
    ("request", "sentry.interfaces.Http"),
    ("user", "sentry.interfaces.User"),
    ("csp", "sentry.interfaces.Csp"),
];

/// What is known of an event before it is read.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub event_id: Uuid,
    /// Unix milliseconds.
    pub received_at: i64,
    /// The address the event came from, for clients that ask us to fill it in.
    pub client_ip: Option<&'a str>,
}

/// How much of an event is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// Everything that is shown.
    #[default]
    Whole,
    /// What names, groups, maps, filters and finds it: neither what surrounds its frames nor what happened before.
    Outline,
}

/// Collects what was dropped or changed.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    extent: Extent,
}

impl Notes {
    pub(super) fn add(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        if self.list.len() < MAX_NOTES {
            self.list.push(Note { path: path.into(), reason: reason.into() });
        }
    }
}

/// Normalises an event. Anything but a JSON object gives an empty event with a note.
pub fn event<'a>(payload: impl Into<Json<'a>>, arrival: &Arrival<'_>) -> Event {
    let mut notes = Notes::default();
    let mut fields = fields(payload.into(), &mut notes);
    let mut event = outlined(&mut fields, arrival, &mut notes);
    event.breadcrumbs = breadcrumbs::breadcrumbs(fields.remove("breadcrumbs"), &mut notes);
    event.extra = lists::map(fields.remove("extra"), "extra", &mut notes);
    event.modules = lists::texts(fields.remove("modules"), "modules", &mut notes);
    event.taken_out = remarks::read(fields.remove("_meta").map(Json::into_value));
    note_errors_of_sdk(fields.remove("errors"), &mut notes);
    event.notes = notes.list;
    event
}

/// Normalises what an event is admitted by, which is a small part of it: what names, groups, maps, filters and
/// finds it. Each
/// field is as [`event`] makes it, or empty.
pub fn outline(payload: Json<'_>, arrival: &Arrival<'_>) -> Event {
    let mut notes = Notes { extent: Extent::Outline, ..Notes::default() };
    let mut fields = fields(payload, &mut notes);
    outlined(&mut fields, arrival, &mut notes)
}

fn outlined(fields: &mut Fields<'_>, arrival: &Arrival<'_>, notes: &mut Notes) -> Event {
    let mapped = mapped::take(fields);
    rename_old(fields);
    let mut event = head(fields, arrival, notes);
    event.message = message::message(fields, notes);
    event.exceptions = exceptions::exceptions(fields.remove("exception"), notes);
    event.threads = exceptions::threads(fields.remove("threads"), notes);
    adopt_stacktrace(&mut event, fields.remove("stacktrace"), notes);
    adopt_thread(&mut event);
    mapped::apply(&mut event, &mapped);
    event.request = request::request(fields.remove("request"), notes);
    event.user = user::user(fields, &event, arrival, notes);
    event.tags = tags(fields.remove("tags"), notes);
    event.contexts = contexts(fields.remove("contexts"), notes);
    agent::add_contexts(&mut event);
    event.sdk = fields.remove("sdk").and_then(sdk);
    event.fingerprint = fingerprint(fields.remove("fingerprint"));
    event.images = images(fields.remove("debug_meta"), notes);
    event.csp = security_report(fields.remove("csp"), notes);
    event
}

fn fields<'a>(payload: Json<'a>, notes: &mut Notes) -> Fields<'a> {
    if let Json::Object(fields) = payload {
        return fields;
    }
    notes.add("", "the event is not a JSON object");
    Fields::default()
}

fn rename_old(fields: &mut Fields<'_>) {
    for (name, old) in OLD_NAMES {
        if let Some(value) = fields.remove(old) {
            fields.entry(name, || value);
        }
    }
}

/// The plain fields.
fn head(fields: &mut Fields<'_>, arrival: &Arrival<'_>, notes: &mut Notes) -> Event {
    let timestamp = timestamp::of_event(fields.remove("timestamp"), arrival.received_at, notes);
    let mut take = |name: &str| fields.remove(name).and_then(|value| text::short(value, NAME_CHARS));
    Event {
        event_id: arrival.event_id,
        timestamp,
        level: take("level").map_or(Level::Error, |level| text::level(&level)),
        platform: take("platform").map_or_else(|| "other".to_owned(), |name| name.to_ascii_lowercase()),
        logger: take("logger"),
        transaction: take("transaction").or_else(|| take("culprit")),
        server_name: take("server_name"),
        release: named(fields, "release", names::release, notes),
        dist: named(fields, "dist", names::dist, notes),
        environment: named(fields, "environment", names::environment, notes),
        ..Event::default()
    }
}

/// A name that becomes a row; what had to be changed about it is noted, as counts are kept by it.
fn named(
    fields: &mut Fields<'_>,
    field: &str,
    repair: fn(&str) -> Option<String>,
    notes: &mut Notes,
) -> Option<String> {
    let sent = fields.remove(field).and_then(text::text)?;
    let kept = repair(&sent);
    if kept.as_deref().unwrap_or_default() != sent.trim() {
        notes.add(field, "held characters that a name cannot have, or too many");
    }
    kept
}

/// A stack trace beside the exception, as old clients send it, belongs to the exception, else to a thread of its own.
fn adopt_stacktrace(event: &mut Event, stacktrace: Option<Json<'_>>, notes: &mut Notes) {
    let frames = frames::frames(stacktrace, "stacktrace", notes);
    if frames.is_empty() {
        return;
    }
    match event.exceptions.last_mut() {
        Some(exception) if exception.frames.is_empty() => exception.frames = frames,
        Some(_) => {}
        None => event.threads.push(Thread { current: true, frames, ..Thread::default() }),
    }
}

/// Clients that send every thread leave the stack trace of the exception there: it is that of the thread it names,
/// else of the one that crashed, else of the current one.
fn adopt_thread(event: &mut Event) {
    let Some(exception) = event.exceptions.last_mut().filter(|exception| exception.frames.is_empty()) else { return };
    let threads = || event.threads.iter().filter(|thread| !thread.frames.is_empty());
    let named = threads().find(|thread| thread.id.is_some() && thread.id == exception.thread_id);
    let thread = named.or_else(|| threads().find(|thread| thread.crashed));
    if let Some(thread) = thread.or_else(|| threads().find(|thread| thread.current)) {
        exception.frames = thread.frames.clone();
    }
}

/// An object, or a list of pairs as older clients send it.
fn tags(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    let pairs = lists::pairs(value, "tags", notes);
    if pairs.len() > MAX_TAGS {
        notes.add("tags", format!("only the first {MAX_TAGS} of {} are kept", pairs.len()));
    }
    for (key, value) in pairs.into_iter().take(MAX_TAGS) {
        let (Some(key), Some(value)) = (clean(key, TAG_CHARS), text::short(value, TAG_CHARS)) else { continue };
        match tags.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => tags.push((key, value)),
        }
    }
    tags
}

/// Objects by name; a context that is anything else says nothing that could be shown.
fn contexts(value: Option<Json<'_>>, notes: &mut Notes) -> BTreeMap<String, Value> {
    let mut contexts = lists::map(value, "contexts", notes);
    contexts.retain(|name, context| {
        if !context.is_object() && !context.is_null() {
            notes.add(format!("contexts.{name}"), "not an object");
        }
        context.is_object()
    });
    contexts
}

fn sdk(value: Json<'_>) -> Option<Sdk> {
    let Json::Object(mut fields) = value else { return None };
    let mut take = |name: &str| fields.remove(name).and_then(|value| text::short(value, NAME_CHARS));
    Some(Sdk { name: take("name")?, version: take("version") })
}

fn fingerprint(value: Option<Json<'_>>) -> Vec<String> {
    let parts = match value {
        Some(Json::Array(parts)) => parts,
        Some(part @ Json::String(_)) => vec![part],
        _ => Vec::new(),
    };
    parts.into_iter().take(MAX_FINGERPRINT).filter_map(|part| text::short(part, NAME_CHARS)).collect()
}

fn images(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<Value> {
    let mut meta = lists::object(value, "debug_meta", notes).unwrap_or_default();
    let Some(Json::Array(images)) = meta.remove("images") else { return Vec::new() };
    let images = images.into_iter().filter(Json::is_object).take(MAX_IMAGES);
    images.map(|image| lists::bounded(image, "debug_meta.images", notes)).collect()
}

fn security_report(value: Option<Json<'_>>, notes: &mut Notes) -> Option<CspReport> {
    let value = value.filter(|value| !value.is_null())?;
    let report = csp::report(&value.into_value());
    if report.is_none() {
        notes.add("csp", "not a report: it names no directive");
    }
    report
}

/// What the SDK itself had to drop, as far as it says so, and what was corrected on arrival.
fn note_errors_of_sdk(value: Option<Json<'_>>, notes: &mut Notes) {
    let Some(Json::Array(errors)) = value else { return };
    for error in errors.iter().take(MAX_NOTES) {
        let text = |name: &str| error.get(name).cloned().and_then(|value| text::short(value, NAME_CHARS));
        let Some(kind) = text("type") else { continue };
        let reason = match text("value") {
            Some(value) if kind == drift::NOTE => format!("the client's clock is wrong: it said {value}"),
            _ => format!("the client reports: {kind}"),
        };
        notes.add(text("name").unwrap_or_default(), reason);
    }
}
