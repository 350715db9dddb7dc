//! Frames of stack traces.

use super::text::{ELLIPSIS, short, text};
use super::{Extent, Notes, lists};
use crate::protocol::event::Frame;
use crate::protocol::json::Json;

/// Frames of one stack trace; the middle of a longer one is cut, as Sentry does, since both ends tell most.
const MAX_FRAMES: usize = 250;
/// Longest function, module or path, characters.
const NAME_CHARS: usize = 512;
/// Longest line of source, characters; minified lines are longer and useless.
const LINE_CHARS: usize = 256;
/// Lines of source before and after.
const MAX_CONTEXT_LINES: usize = 10;

/// The frames of `{"frames": […]}` or of a bare list.
pub(super) fn frames(stacktrace: Option<Json<'_>>, path: &str, notes: &mut Notes) -> Vec<Frame> {
    let mut list = match stacktrace {
        Some(Json::Object(mut fields)) => lists::values(fields.remove("frames")),
        Some(value @ Json::Array(_)) => lists::values(Some(value)),
        None | Some(Json::Null) => Vec::new(),
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
    let mut frames: Vec<Frame> = Vec::with_capacity(sent);
    frames.extend(list.into_iter().filter_map(|value| frame(value, path, notes)));
    if frames.len() < sent {
        notes.add(format!("{path}.frames"), format!("{} frames name no place and were dropped", sent - frames.len()));
    }
    frames
}

/// One look at each field: an event has hundreds of them.
fn frame(value: Json<'_>, path: &str, notes: &mut Notes) -> Option<Frame> {
    let Json::Object(fields) = value else { return None };
    let (mut frame, mut raw_function) = (Frame::default(), None);
    for (key, value) in fields {
        match key.as_ref() {
            "filename" => frame.filename = short(value, NAME_CHARS),
            "abs_path" => frame.abs_path = short(value, NAME_CHARS),
            "function" => frame.function = short(value, NAME_CHARS),
            "raw_function" => raw_function = short(value, NAME_CHARS),
            "module" => frame.module = short(value, NAME_CHARS),
            "package" => frame.package = short(value, NAME_CHARS),
            "platform" => frame.platform = short(value, NAME_CHARS),
            "instruction_addr" => frame.instruction_addr = short(value, NAME_CHARS),
            "lineno" => frame.lineno = number(&value),
            "colno" => frame.colno = number(&value),
            "in_app" => frame.in_app = value.as_bool(),
            _ if notes.extent == Extent::Whole => surroundings(&mut frame, &key, value, path, notes),
            _ => {}
        }
    }
    frame.function = frame.function.or(raw_function);
    let known = frame.filename.is_some() || frame.abs_path.is_some() || frame.function.is_some();
    (known || frame.module.is_some() || frame.instruction_addr.is_some()).then_some(frame)
}

/// What is shown of a frame beside its place.
fn surroundings(frame: &mut Frame, key: &str, value: Json<'_>, path: &str, notes: &mut Notes) {
    match key {
        "context_line" => frame.context_line = line(value),
        "pre_context" => frame.pre_context = lines(value, |list| list.len().saturating_sub(MAX_CONTEXT_LINES)),
        "post_context" => frame.post_context = lines(value, |_| 0),
        "vars" => frame.vars = lists::map(Some(value), &format!("{path}.frames.vars"), notes),
        _ => {}
    }
}

/// A line or column, sent as a number or as a text; they begin at 1.
fn number(value: &Json<'_>) -> Option<u32> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// Source keeps its indentation, so it is not trimmed.
fn line(value: Json<'_>) -> Option<String> {
    let text = text(value)?.replace('\0', "");
    let text = text.trim_end();
    match text.char_indices().nth(LINE_CHARS) {
        Some((end, _)) => Some(format!("{}{ELLIPSIS}", &text[..end])),
        None => Some(text.to_owned()),
    }
}

fn lines(value: Json<'_>, skip: fn(&[Json<'_>]) -> usize) -> Vec<String> {
    let Json::Array(list) = value else { return Vec::new() };
    let skipped = skip(&list);
    list.into_iter().skip(skipped).take(MAX_CONTEXT_LINES).map(|value| line(value).unwrap_or_default()).collect()
}
