//! An event as text, for a tracker, a chat or an assistant; and its request as a command.

use leptos::prelude::*;

use crate::api::{Event, Exception, Frame, Request};
use crate::components::CodeBlock;

/// Frames of one exception in the text: the innermost ones, where the reason is.
const FRAMES_MAX: usize = 30;
/// Breadcrumbs in the text, the last ones.
const CRUMBS_MAX: usize = 15;

#[component]
pub(super) fn TakeAlong(event: Event) -> impl IntoView {
    let command = event.request.as_ref().and_then(curl);
    let text = markdown(&event);
    view! {
        <section class="take-along" aria-labelledby="take-along">
            <h2 id="take-along">"Take along"</h2>
            <details class="part"><summary>"As Markdown"</summary><CodeBlock text/></details>
            {command.map(|text| view! { <details class="part"><summary>"Request as curl"</summary><CodeBlock text/></details> })}
        </section>
    }
}

/// What one needs to know of an event away from this page. Secrets are out of it already.
fn markdown(event: &Event) -> String {
    let mut text = format!("## {}: {}\n\n", event.issue, line(&event.title));
    let facts = [
        ("Culprit", event.culprit.clone()),
        ("Release", event.release.clone()),
        ("Environment", event.environment.clone()),
        ("Transaction", event.transaction.clone()),
        ("Time", Some(event.timestamp.readable())),
        ("Event", Some(event.event_id.clone())),
        ("SDK", event.sdk.clone()),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some(format!("- {name}: `{}`\n", code(&value?))));
    text.extend(facts);
    if let Some(message) = event.message.as_deref().filter(|_| event.exception.values.is_empty()) {
        text.push_str(&format!("\n{}\n", fenced(message)));
    }
    for (index, exception) in event.exception.values.iter().rev().enumerate() {
        text.push_str(if index == 0 { "\n### Exception\n\n" } else { "\n### Caused by\n\n" });
        text.push_str(&fenced(&trace(exception)));
        text.push('\n');
    }
    text.push_str(&crumbs(event));
    text
}

/// Type, value and frames, innermost first.
fn trace(exception: &Exception) -> String {
    let kind = exception.kind.as_deref().unwrap_or("Exception");
    let head = exception.value.as_deref().map_or_else(|| kind.to_owned(), |value| format!("{kind}: {value}"));
    let frames = exception.stacktrace.frames.iter().rev();
    let left_out = exception.stacktrace.frames.len().saturating_sub(FRAMES_MAX);
    let mut lines: Vec<String> = std::iter::once(head).chain(frames.take(FRAMES_MAX).map(frame)).collect();
    if left_out > 0 {
        lines.push(format!("  … {left_out} more"));
    }
    lines.join("\n")
}

/// `  at checkout (shop/views.py:12)  total = cart["total"]`, ours marked by a star.
fn frame(frame: &Frame) -> String {
    let mark = if frame.in_app { "*" } else { " " };
    let function = frame.function.as_deref().unwrap_or("<anonymous>");
    let file = frame.filename.as_deref().or(frame.abs_path.as_deref()).unwrap_or("?");
    let number = frame.lineno.map(|number| format!(":{number}")).unwrap_or_default();
    let source = frame.context_line.as_deref().map(|source| format!("  {}", source.trim())).unwrap_or_default();
    format!(" {mark}at {function} ({file}{number}){source}")
}

fn crumbs(event: &Event) -> String {
    let crumbs = &event.breadcrumbs.values;
    if crumbs.is_empty() {
        return String::new();
    }
    let last = crumbs.iter().skip(crumbs.len().saturating_sub(CRUMBS_MAX));
    let lines = last.map(|crumb| {
        let at = crumb.timestamp.map(|at| format!("{} ", at.readable())).unwrap_or_default();
        let what = crumb.message.clone().unwrap_or_default();
        format!("{at}{} {what}", crumb.category.as_deref().unwrap_or(&crumb.kind)).trim_end().to_owned()
    });
    format!("\n### Before\n\n{}\n", fenced(&lines.collect::<Vec<_>>().join("\n")))
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Backticks would end the code that a value stands in.
fn code(text: &str) -> String {
    line(text).replace('`', "'")
}

/// In a fence that is longer than any within.
fn fenced(text: &str) -> String {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

/// The request as a shell command, without what curl writes itself. `None` without an address.
fn curl(request: &Request) -> Option<String> {
    let url = request.url.as_deref().filter(|url| !url.is_empty())?;
    let method = request.method.as_deref().unwrap_or("GET");
    let mut parts = vec![format!("curl -X {} {}", quoted(method), quoted(&with_query(url, &request.query)))];
    let own = |name: &str| {
        ["host", "content-length", "cookie", "connection"].iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    let headers = request.headers.iter().filter(|(name, _)| !own(name));
    parts.extend(headers.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    if !request.cookies.is_empty() {
        let cookies = request.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        parts.push(format!("-b {}", quoted(&cookies.collect::<Vec<_>>().join("; "))));
    }
    if let Some(body) = &request.data {
        let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        parts.push(format!("--data-raw {}", quoted(&text)));
    }
    Some(parts.join(" \\\n  "))
}

fn with_query(url: &str, query: &[(String, String)]) -> String {
    if query.is_empty() || url.contains('?') {
        return url.to_owned();
    }
    let pair =
        |(name, value): &(String, String)| format!("{}={}", crate::routes::encode(name), crate::routes::encode(value));
    format!("{url}?{}", query.iter().map(pair).collect::<Vec<_>>().join("&"))
}

/// For a POSIX shell: nothing within single quotes means anything.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::Stacktrace;

    #[test]
    fn a_request_becomes_a_command_that_a_shell_reads_as_it_is() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = Request {
            method: Some("POST".into()),
            url: Some("https://shop.example.org/cart".into()),
            query: vec![pair("q", "a b")],
            headers: vec![pair("Host", "shop.example.org"), pair("X-Note", "it's; $(rm)")],
            cookies: vec![pair("a", "1"), pair("b", "2")],
            data: Some(json!({"n": 1})),
            ..Request::default()
        };
        let expected = [
            "curl -X 'POST' 'https://shop.example.org/cart?q=a%20b'",
            r"-H 'X-Note: it'\''s; $(rm)'",
            "-b 'a=1; b=2'",
            r#"--data-raw '{"n":1}'"#,
        ];
        assert_eq!(curl(&request).unwrap_or_default(), expected.join(" \\\n  "));
        assert_eq!(curl(&Request::default()), None);
    }

    #[test]
    fn a_trace_begins_where_it_broke() {
        let frame = |function: &str, in_app| Frame {
            function: Some(function.into()),
            filename: Some("a.py".into()),
            lineno: Some(3),
            in_app,
            ..Frame::default()
        };
        let exception = Exception {
            kind: Some("KeyError".into()),
            value: Some("'total'".into()),
            stacktrace: Stacktrace { frames: vec![frame("main", false), frame("pay", true)] },
            ..Exception::default()
        };
        assert_eq!(trace(&exception), "KeyError: 'total'\n *at pay (a.py:3)\n  at main (a.py:3)");
        let many = Stacktrace { frames: vec![frame("f", true); FRAMES_MAX + 2] };
        assert!(trace(&Exception { stacktrace: many, ..exception }).ends_with("… 2 more"));
    }

    #[test]
    fn no_value_ends_its_fence() {
        assert_eq!(fenced("a"), "```\na\n```");
        assert_eq!(fenced("````"), "`````\n````\n`````");
    }
}
