//! What an event is called and where it happened, in one line each.

use super::event::{Event, Exception, Frame};

/// Longest title and culprit, characters.
const TITLE_CHARS: usize = 200;
/// The title of an event that says nothing.
const UNLABELLED: &str = "<unlabelled event>";
/// What Go and Rust's tracing call an error that is nothing but a text; such a type tells no more.
const MERE_TEXTS: [&str; 8] = [
    "*errors.errorString",
    "*errors.joinError",
    "*errors.fundamental",
    "*errors.withMessage",
    "*errors.withStack",
    "*fmt.wrapError",
    "*fmt.wrapErrors",
    "tracing::error!",
];
/// Functions that have no name of their own.
const NAMELESS: [&str; 7] = ["", "?", "<genexpr>", "<lambda>", "<listcomp>", "<dictcomp>", "<setcomp>"];
/// Crates that panic, unwind and start on behalf of a program in Rust; its SDK marks many of their frames as the program's.
const RUNTIME_CRATES: [&str; 5] = ["std", "core", "alloc", "__rustc", "backtrace"];
/// Where SDKs live that report their own frames beside the application's.
const SDKS: [&str; 6] = ["raven.", "raven/", "sentry_sdk.", "sentry/", "sentry-ruby", "sentry-raven"];

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
        (Some(kind), Some(value)) if is_mere_text(kind, exception) => value,
        (Some(kind), Some(value)) => format!("{kind}: {value}"),
        (Some(kind), None) => kind.to_owned(),
        (None, Some(value)) => value,
        (None, None) => exception.frames.last().map_or_else(|| "Error".to_owned(), frame_name),
    }
}

/// Whether the type only says that there is a text: the language made it up, or the SDK, for a thing that is no error.
fn is_mere_text(kind: &str, exception: &Exception) -> bool {
    let made_up = || exception.mechanism.as_ref().is_some_and(|mechanism| mechanism.synthetic);
    MERE_TEXTS.contains(&kind) || (kind == "Error" && made_up())
}

/// The frame nearest to the throw that belongs to the application, else the nearest that is neither the SDK's nor the
/// language's.
fn crashing_frame(event: &Event) -> Option<&Frame> {
    let frames = event
        .exceptions
        .iter()
        .rev()
        .map(|exception| &exception.frames)
        .chain(event.threads.iter().filter(|thread| thread.crashed).map(|thread| &thread.frames))
        .chain(event.threads.iter().map(|thread| &thread.frames));
    let frames = frames.into_iter().find(|frames| !frames.is_empty())?;
    let candidates = || frames.iter().rev().filter(|frame| !is_machinery(frame));
    let nearest = candidates().find(|frame| frame.in_app == Some(true));
    let nearest = nearest.or_else(|| candidates().next()).or(frames.last())?;
    Some(around(nearest, frames))
}

/// A function without a name is known by the one it is in: the nearest caller in the same file.
fn around<'a>(nearest: &'a Frame, frames: &'a [Frame]) -> &'a Frame {
    if name(nearest).is_some() {
        return nearest;
    }
    let is_around =
        |frame: &&Frame| name(frame).is_some() && place(frame) == place(nearest) && frame.in_app == nearest.in_app;
    let callers = frames.iter().rev().skip_while(|frame| !std::ptr::eq(*frame, nearest));
    callers.into_iter().find(is_around).unwrap_or(nearest)
}

/// Whether a frame is the SDK's or the language's, whatever it is marked as.
fn is_machinery(frame: &Frame) -> bool {
    let of_sdk = place(frame).is_some_and(|place| SDKS.iter().any(|sdk| place.starts_with(sdk)));
    of_sdk || frame.function.as_deref().and_then(crate_of).is_some_and(is_runtime)
}

fn is_runtime(name: &str) -> bool {
    RUNTIME_CRATES.contains(&name) || name.starts_with("sentry")
}

/// `core` of `<core[c1f1a4ba060b9bfa]::ops::Range<u32> as Iterator>::next`.
fn crate_of(function: &str) -> Option<&str> {
    let (front, _) = function.split_once("::")?;
    front.trim_start_matches(['<', '&', '*']).split('[').next()
}

fn frame_name(frame: &Frame) -> String {
    match (name(frame), place(frame)) {
        (Some(function), Some(place)) => format!("{function} ({place})"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

fn name(frame: &Frame) -> Option<&str> {
    let is_nameless = |name: &&str| NAMELESS.contains(name) || name.ends_with("<anonymous>") || name.ends_with(".?");
    frame.function.as_deref().filter(|name| !is_nameless(name))
}

fn place(frame: &Frame) -> Option<&str> {
    frame.module.as_deref().or(frame.filename.as_deref())
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
            (json!({"exception": {"type": "*errors.errorString", "value": "no bank"}}), "no bank"),
            (json!({"exception": {"type": "Error", "value": "a text", "mechanism": {"synthetic": true}}}), "a text"),
            (
                json!({"exception": {"type": "SIGSEGV", "value": "0x0", "mechanism": {"synthetic": true}}}),
                "SIGSEGV: 0x0",
            ),
            (
                json!({"exception": {"type": "Error", "value": "a text", "mechanism": {"synthetic": false}}}),
                "Error: a text",
            ),
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
    fn a_function_without_a_name_is_known_by_the_one_around_it() {
        let frame = |name: &str, file: &str| json!({"function": name, "filename": file, "in_app": true});
        for (frames, expected) in [
            (json!([frame("run", "a.js"), frame("total", "b.js"), frame("?", "b.js")]), "total (b.js)"),
            (json!([frame("run", "b.js"), frame("total", "a.js"), frame("<anonymous>", "b.js")]), "run (b.js)"),
            (json!([frame("run", "a.js"), frame("HTMLElement.<anonymous>", "b.js")]), "b.js"),
            (json!([frame("<lambda>", "b.py"), frame("late", "b.py"), frame("<genexpr>", "b.py")]), "late (b.py)"),
            (json!([frame("<module>", "b.py")]), "<module> (b.py)"),
        ] {
            let payload = json!({"exception": [{"type": "E", "stacktrace": {"frames": frames}}]});
            assert_eq!(culprit(&event(payload)).as_deref(), Some(expected));
        }
    }

    #[test]
    fn neither_the_sdk_nor_the_language_is_to_blame() {
        let frame = |(function, module, in_app): (&str, &str, bool)| json!({"function": function, "module": module, "in_app": in_app});
        for (frames, expected) in [
            ([("run", "__main__", false), ("capture", "raven.base", false)], "run (__main__)"),
            ([("send", "raven.base", false), ("capture", "raven.base", false)], "capture (raven.base)"),
            ([("shop::pay", "shop", true), ("__rustc::rust_begin_unwind", "std", true)], "shop::pay (shop)"),
            ([("shop::pay", "shop", true), ("<core[c1f1a4ba060b9bfa]::A as B>::c", "x", true)], "shop::pay (shop)"),
            ([("shop::pay", "shop", true), ("<sentry_panic::A as B>::c", "x", true)], "shop::pay (shop)"),
        ] {
            let payload = json!({"message": "m", "stacktrace": {"frames": frames.map(frame)}});
            assert_eq!(culprit(&event(payload)).as_deref(), Some(expected));
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
