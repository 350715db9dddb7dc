//! Exceptions, threads and their frames.

use serde_json::{Map, Value};

use super::text::{ELLIPSIS, short, text_of};
use super::{Notes, lists};
use crate::protocol::event::{Exception, Frame, Mechanism, Thread};

/// Exceptions of one event; chains are short, groups may be long.
const MAX_EXCEPTIONS: usize = 50;
/// Threads of one event.
const MAX_THREADS: usize = 256;
/// Frames of one stack trace; the middle of a longer one is cut, as Sentry does, since both ends tell most.
const MAX_FRAMES: usize = 250;
/// Longest exception value, characters.
const VALUE_CHARS: usize = 8_192;
/// Longest type, function, module or path, characters.
const NAME_CHARS: usize = 512;
/// Longest line of source, characters; minified lines are longer and useless.
const LINE_CHARS: usize = 256;
/// Lines of source before and after.
const MAX_CONTEXT_LINES: usize = 10;

pub(super) fn exceptions(value: Option<Value>, notes: &mut Notes) -> Vec<Exception> {
    let mut found = lists::values(value);
    if found.len() > MAX_EXCEPTIONS {
        notes.add("exception.values", format!("only the last {MAX_EXCEPTIONS} of {} are kept", found.len()));
        found.drain(..found.len() - MAX_EXCEPTIONS);
    }
    let read = |(index, value)| exception(value, index, notes);
    found.into_iter().enumerate().filter_map(read).collect()
}

fn exception(value: Value, index: usize, notes: &mut Notes) -> Option<Exception> {
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
fn mechanism(value: Value, path: &str, notes: &mut Notes) -> Option<Mechanism> {
    let mut fields = match value {
        Value::Object(fields) => fields,
        value => return short(value, NAME_CHARS).map(|kind| Mechanism { kind: Some(kind), ..Mechanism::default() }),
    };
    let flag = |fields: &mut Map<String, Value>, name: &str| fields.remove(name).and_then(|value| value.as_bool());
    let number = |fields: &mut Map<String, Value>, name: &str| fields.remove(name).and_then(|value| value.as_i64());
    let mut data = lists::map(fields.remove("data"), &format!("{path}.mechanism.data"), notes);
    for name in ["description", "help_link"] {
        if let Some(text) = fields.remove(name).and_then(|value| short(value, VALUE_CHARS)) {
            data.entry(name.to_owned()).or_insert(Value::String(text));
        }
    }
    // Signals, error numbers and the like: what the operating system said.
    if let Some(meta @ Value::Object(_)) = fields.remove("meta") {
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

pub(super) fn threads(value: Option<Value>, notes: &mut Notes) -> Vec<Thread> {
    let found = lists::values(value).into_iter().take(MAX_THREADS).enumerate();
    found.filter_map(|(index, value)| thread(value, index, notes)).collect()
}

fn thread(value: Value, index: usize, notes: &mut Notes) -> Option<Thread> {
    let path = format!("threads.values.{index}");
    let mut fields = lists::object(Some(value), &path, notes)?;
    let frames = frames(fields.remove("stacktrace"), &format!("{path}.stacktrace"), notes);
    let is = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or(false);
    let (crashed, current) = (is("crashed"), is("current"));
    let mut take = |name: &str| fields.remove(name).and_then(|value| short(value, NAME_CHARS));
    Some(Thread { id: take("id"), name: take("name"), crashed, current, frames })
}

/// The frames of `{"frames": […]}` or of a bare list.
pub(super) fn frames(stacktrace: Option<Value>, path: &str, notes: &mut Notes) -> Vec<Frame> {
    let mut list = match stacktrace {
        Some(Value::Object(mut fields)) => lists::values(fields.remove("frames")),
        Some(value @ Value::Array(_)) => lists::values(Some(value)),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => {
            notes.add(path, "not a stack trace");
            Vec::new()
        }
    };
    if list.len() > MAX_FRAMES {
        notes.add(format!("{path}.frames"), format!("the middle of {} frames was cut", list.len()));
        let excess = list.len() - MAX_FRAMES;
        list.drain(MAX_FRAMES / 2..MAX_FRAMES / 2 + excess);
    }
    let sent = list.len();
    let frames: Vec<Frame> = list.into_iter().filter_map(|value| frame(value, path, notes)).collect();
    if frames.len() < sent {
        notes.add(format!("{path}.frames"), format!("{} frames name no place and were dropped", sent - frames.len()));
    }
    frames
}

fn frame(value: Value, path: &str, notes: &mut Notes) -> Option<Frame> {
    let Value::Object(mut fields) = value else { return None };
    let mut name = |key: &str| fields.remove(key).and_then(|value| short(value, NAME_CHARS));
    let mut frame = Frame {
        filename: name("filename"),
        abs_path: name("abs_path"),
        function: name("function"),
        module: name("module"),
        package: name("package"),
        platform: name("platform"),
        instruction_addr: name("instruction_addr"),
        ..Frame::default()
    };
    if frame.function.is_none() {
        frame.function = name("raw_function");
    }
    let number = |value: Value| {
        value.as_u64().or_else(|| value.as_str()?.parse().ok()).and_then(|n| u32::try_from(n).ok().filter(|n| *n > 0))
    };
    frame.lineno = fields.remove("lineno").and_then(number);
    frame.colno = fields.remove("colno").and_then(number);
    frame.in_app = fields.remove("in_app").and_then(|value| value.as_bool());
    frame.context_line = fields.remove("context_line").and_then(line);
    frame.pre_context = lines(fields.remove("pre_context"), |list| list.len().saturating_sub(MAX_CONTEXT_LINES));
    frame.post_context = lines(fields.remove("post_context"), |_| 0);
    if let Some(vars) = fields.remove("vars") {
        frame.vars = lists::map(Some(vars), &format!("{path}.frames.vars"), notes);
    }
    let known = frame.filename.is_some() || frame.abs_path.is_some() || frame.function.is_some();
    (known || frame.module.is_some() || frame.instruction_addr.is_some()).then_some(frame)
}

/// Source keeps its indentation, so it is not trimmed.
fn line(value: Value) -> Option<String> {
    let text = text_of(value)?.replace('\0', "");
    let text = text.trim_end();
    match text.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => Some(format!("{}{ELLIPSIS}", &text[..end])),
        None => Some(text.to_owned()),
    }
}

fn lines(value: Option<Value>, skip: fn(&[Value]) -> usize) -> Vec<String> {
    let Some(Value::Array(list)) = value else { return Vec::new() };
    let skipped = skip(&list);
    list.into_iter().skip(skipped).take(MAX_CONTEXT_LINES).map(|value| line(value).unwrap_or_default()).collect()
}
