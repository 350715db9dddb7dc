//! What an event is called and where it happened, in one line each.

use super::event::{Event, Exception, Frame};

/// Longest title and culprit, characters.
const TITLE_CHARS: usize = 200;

/// `TypeError: basket is not iterable`, or the first line of the message.
pub fn title(event: &Event) -> String {
    let exception = event.exceptions.last().map(exception_title);
    let message = || event.message.as_ref().and_then(|message| first_line(&message.formatted));
    let csp = || {
        event.csp.as_ref().map(|csp| {
            format!("Blocked by {}: {}", csp.effective_directive, csp.blocked_uri.as_deref().unwrap_or("inline"))
        })
    };
    cut(&exception.or_else(message).or_else(csp).unwrap_or_else(|| "(no message)".to_owned()))
}

/// The transaction, else the last function of the application.
pub fn culprit(event: &Event) -> Option<String> {
    let transaction = event.transaction.clone();
    transaction.or_else(|| crashing_frame(event).map(frame_name)).map(|text| cut(&text))
}

/// Whether nothing in the application caught it.
pub fn is_unhandled(event: &Event) -> bool {
    event
        .exceptions
        .iter()
        .any(|exception| exception.mechanism.as_ref().is_some_and(|mechanism| mechanism.handled == Some(false)))
}

fn exception_title(exception: &Exception) -> String {
    let kind = exception.kind.as_deref();
    match (kind, exception.value.as_deref().and_then(first_line)) {
        (Some(kind), Some(value)) => format!("{kind}: {value}"),
        (Some(kind), None) => kind.to_owned(),
        (None, Some(value)) => value,
        (None, None) => exception.frames.last().map_or_else(|| "Error".to_owned(), frame_name),
    }
}

/// The frame nearest to the throw that belongs to the application, else the nearest of all.
fn crashing_frame(event: &Event) -> Option<&Frame> {
    let frames = event
        .exceptions
        .iter()
        .rev()
        .map(|exception| &exception.frames)
        .chain(event.threads.iter().map(|thread| &thread.frames));
    let frames = frames.into_iter().find(|frames| !frames.is_empty())?;
    frames.iter().rev().find(|frame| frame.in_app == Some(true)).or(frames.last())
}

fn frame_name(frame: &Frame) -> String {
    let place = frame.module.as_deref().or(frame.filename.as_deref());
    match (frame.function.as_deref(), place) {
        (Some(function), Some(place)) => format!("{function} ({place})"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

fn first_line(text: &str) -> Option<String> {
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
