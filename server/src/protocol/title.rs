//! What an event is called and where it happened, in one line each.

use super::event::{Event, Exception, Frame};

/// Longest title and culprit, characters.
const TITLE_CHARS: usize = 200;
/// The title of an event that says nothing.
const UNLABELLED: &str = "<unlabelled event>";

/// `TypeError: basket is not iterable`, or the first line of the message.
pub fn title(event: &Event) -> String {
    let exception = event.exceptions.last().map(exception_title);
    let message = || event.message.as_ref().and_then(|message| first_line(&message.formatted));
    let csp = || {
        event.csp.as_ref().map(|csp| {
            format!("Blocked by {}: {}", csp.effective_directive, csp.blocked_uri.as_deref().unwrap_or("inline"))
        })
    };
    cut(&exception.or_else(message).or_else(csp).unwrap_or_else(|| UNLABELLED.to_owned()))
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
        .chain(event.threads.iter().filter(|thread| thread.crashed).map(|thread| &thread.frames))
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
    if text.chars().nth(TITLE_CHARS).is_none() {
        return text.to_owned();
    }
    text.chars().take(TITLE_CHARS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::protocol::normalise::{self, Arrival};

    fn event(payload: Value) -> Event {
        normalise::event(payload, &Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None })
    }

    #[test]
    fn an_event_is_called_what_it_says() {
        for (payload, expected) in [
            (
                json!({"exception": [{"type": "KeyError", "value": "'a'"}, {"type": "Outer", "value": "\n one\ntwo"}]}),
                "Outer: one",
            ),
            (json!({"exception": {"type": "Outer"}, "message": "m"}), "Outer"),
            (json!({"exception": {"value": {"code": 7}}}), "{\"code\":7}"),
            (json!({"logentry": {"message": "%s left", "params": ["Ada"]}}), "Ada left"),
            (json!({"message": "first\nsecond"}), "first"),
            (json!({"csp": {"effective_directive": "img-src", "blocked_uri": "inline"}}), "Blocked by img-src: inline"),
            (json!({}), UNLABELLED),
            (json!(null), UNLABELLED),
        ] {
            assert_eq!(title(&event(payload.clone())), expected, "{payload}");
        }
    }

    #[test]
    fn a_title_is_one_short_line() {
        let title = title(&event(json!({"message": "ä".repeat(500)})));
        assert_eq!((title.chars().count(), title.chars().last()), (TITLE_CHARS, Some('…')));
    }

    #[test]
    fn the_culprit_is_the_last_place_in_the_application() {
        let frames = json!([
            {"function": "main", "filename": "app.py", "in_app": true},
            {"function": "get", "module": "lib", "in_app": false}]);
        let exception = json!([{"type": "E", "stacktrace": {"frames": frames}}]);
        for (payload, expected) in [
            (json!({"exception": exception, "transaction": "/cart"}), Some("/cart")),
            (json!({"exception": exception, "culprit": "old name"}), Some("old name")),
            (json!({"exception": exception}), Some("main (app.py)")),
            (json!({"stacktrace": {"frames": [{"function": "f"}, {"function": "g"}]}}), Some("g")),
            (json!({"message": "m"}), None),
        ] {
            assert_eq!(culprit(&event(payload.clone())).as_deref(), expected, "{payload}");
        }
    }

    #[test]
    fn only_what_says_so_is_unhandled() {
        for (handled, expected) in [(json!(false), true), (json!(true), false), (json!(null), false)] {
            let payload = json!({"exception": [{"type": "E", "mechanism": {"handled": handled}}]});
            assert_eq!(is_unhandled(&event(payload)), expected);
        }
    }
}
