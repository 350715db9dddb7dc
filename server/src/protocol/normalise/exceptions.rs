//! Exceptions and threads.

use serde_json::Value;

use super::frames::frames;
use super::text::short;
use super::{Notes, lists};
use crate::protocol::event::{Exception, Mechanism, Thread};
use crate::protocol::json::{Fields, Json};

/// Exceptions of one event; chains are short, groups may be long.
const MAX_EXCEPTIONS: usize = 50;
/// Threads of one event.
const MAX_THREADS: usize = 256;
/// Longest exception value, characters.
const VALUE_CHARS: usize = 8_192;
/// Longest type, function, module or path, characters.
const NAME_CHARS: usize = 512;

pub(super) fn exceptions(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<Exception> {
    let mut found = lists::values(value);
    if found.len() > MAX_EXCEPTIONS {
        notes.add("exception.values", format!("only the last {MAX_EXCEPTIONS} of {} are kept", found.len()));
        found.drain(..found.len() - MAX_EXCEPTIONS);
    }
    let read = |(index, value)| exception(value, index, notes);
    found.into_iter().enumerate().filter_map(read).collect()
}

fn exception(value: Json<'_>, index: usize, notes: &mut Notes) -> Option<Exception> {
    let path = format!("exception.values.{index}");
    let mut fields = lists::object(Some(value), &path, notes)?;
    let mut take = |name: &str, chars: usize| fields.remove(name).and_then(|value| short(value, chars));
    let (kind, value, module, thread_id) = (
        take("type", NAME_CHARS),
        take("value", VALUE_CHARS),
        take("module", NAME_CHARS),
        take("thread_id", NAME_CHARS),
    );
    let stacktrace =
        fields.remove("stacktrace").filter(|trace| !trace.is_null()).or_else(|| fields.remove("raw_stacktrace"));
    let frames = frames(stacktrace, &format!("{path}.stacktrace"), notes);
    let mechanism = fields.remove("mechanism").and_then(|value| mechanism(value, &path, notes));
    let empty = kind.is_none() && value.is_none() && frames.is_empty();
    (!empty).then_some(Exception { kind, value, module, thread_id, mechanism, frames })
}

/// An object, or only its type.
fn mechanism(value: Json<'_>, path: &str, notes: &mut Notes) -> Option<Mechanism> {
    let mut fields = match value {
        Json::Object(fields) => fields,
        value => return short(value, NAME_CHARS).map(|kind| Mechanism { kind: Some(kind), ..Mechanism::default() }),
    };
    let flag = |fields: &mut Fields<'_>, name: &str| fields.remove(name).and_then(|value| value.as_bool());
    let number = |fields: &mut Fields<'_>, name: &str| fields.remove(name).and_then(|value| value.as_i64());
    let mut data = lists::map(fields.remove("data"), &format!("{path}.mechanism.data"), notes);
    for name in ["description", "help_link"] {
        if let Some(text) = fields.remove(name).and_then(|value| short(value, VALUE_CHARS)) {
            data.entry(name.to_owned()).or_insert(Value::String(text));
        }
    }
    // Signals, error numbers and the like: what the operating system said.
    if let Some(meta @ Json::Object(_)) = fields.remove("meta") {
        data.insert("meta".to_owned(), lists::bounded(meta, &format!("{path}.mechanism.meta"), notes));
    }
    Some(Mechanism {
        handled: flag(&mut fields, "handled"),
        synthetic: flag(&mut fields, "synthetic").unwrap_or(false),
        is_exception_group: flag(&mut fields, "is_exception_group").unwrap_or(false),
        exception_id: number(&mut fields, "exception_id"),
        parent_id: number(&mut fields, "parent_id"),
        kind: fields.remove("type").and_then(|value| short(value, NAME_CHARS)),
        source: fields.remove("source").and_then(|value| short(value, NAME_CHARS)),
        data,
    })
}

pub(super) fn threads(value: Option<Json<'_>>, notes: &mut Notes) -> Vec<Thread> {
    let found = lists::values(value).into_iter().take(MAX_THREADS).enumerate();
    found.filter_map(|(index, value)| thread(value, index, notes)).collect()
}

fn thread(value: Json<'_>, index: usize, notes: &mut Notes) -> Option<Thread> {
    let path = format!("threads.values.{index}");
    let mut fields = lists::object(Some(value), &path, notes)?;
    let frames = frames(fields.remove("stacktrace"), &format!("{path}.stacktrace"), notes);
    let is = |name: &str| fields.get(name).and_then(Json::as_bool).unwrap_or(false);
    let (crashed, current) = (is("crashed"), is("current"));
    let mut take = |name: &str| fields.remove(name).and_then(|value| short(value, NAME_CHARS));
    Some(Thread { id: take("id"), name: take("name"), crashed, current, frames })
}
