//! An event as it is understood: what was read of it, what it is called, and why it is grouped as it is.

use std::collections::BTreeMap;

use fieldfare::grouping::{self, Component, Rules};
use fieldfare::protocol::event::{Event, Exception, Frame, LogMessage, Request, User};
use fieldfare::protocol::json::Json;
use fieldfare::protocol::normalise::{self, Arrival};
use fieldfare::protocol::title::{culprit, is_unhandled, title};
use fieldfare::scrub::Scrubber;
use serde_json::Value;

/// Frames of one stack that are told, from the throw site.
const FRAMES: usize = 10;
/// Components that were left out of a key and are told.
const LEFT_OUT: usize = 8;
/// A time that is farther off than this is told, milliseconds.
const OFF_MS: i64 = 5_000;

pub(super) fn told(payload: Value, arrival: &Arrival<'_>) -> Vec<String> {
    let (json, mut payload) = (payload.to_string(), Json::from(payload));
    Scrubber::default().event(&mut payload, json.as_bytes());
    let event = normalise::event(payload, arrival);
    let mut lines = head(&event, arrival);
    lines.extend(event.message.as_ref().map(message));
    lines.extend(event.exceptions.iter().rev().flat_map(exception));
    for thread in event.threads.iter().filter(|thread| !thread.frames.is_empty()) {
        lines.push(format!("thread {}", thread.name.as_deref().unwrap_or("-")));
        lines.extend(frames(&thread.frames));
    }
    lines.extend(around(&event));
    lines.extend(event.notes.iter().map(|note| format!("note: {}: {}", note.path, note.reason)));
    lines.extend(event.taken_out.iter().map(|one| format!("taken out: {} by {}", one.path, one.rule)));
    lines.extend(grouped(&event));
    lines
}

fn head(event: &Event, arrival: &Arrival<'_>) -> Vec<String> {
    let unhandled = if is_unhandled(event) { ", unhandled" } else { "" };
    let mut lines = vec![
        format!("title: {}", title(event)),
        format!("culprit: {}", or_none(culprit(event).as_ref())),
        format!("level: {:?}{unhandled}", event.level).to_lowercase(),
        format!("platform: {}, by {}", event.platform, sdk(event)),
    ];
    let named = [
        ("release", &event.release),
        ("dist", &event.dist),
        ("environment", &event.environment),
        ("server", &event.server_name),
        ("logger", &event.logger),
        ("transaction", &event.transaction),
    ];
    lines.extend(named.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.as_deref()?))));
    if (event.timestamp - arrival.received_at).abs() > OFF_MS {
        lines.push(format!("time: {} ms off", event.timestamp - arrival.received_at));
    }
    lines
}

fn sdk(event: &Event) -> String {
    let told = event.sdk.as_ref().map(|sdk| format!("{} {}", sdk.name, sdk.version.as_deref().unwrap_or("-")));
    or_none(told.as_ref())
}

fn message(message: &LogMessage) -> String {
    let template = message.template.as_ref().map(|template| format!(", from {template:?} with {:?}", message.params));
    format!("message: {:?}{}", message.formatted, template.unwrap_or_default())
}

fn exception(exception: &Exception) -> Vec<String> {
    let (kind, value) = (or_none(exception.kind.as_ref()), or_none(exception.value.as_ref()));
    let mechanism = exception.mechanism.as_ref().map(|mechanism| {
        let handled = mechanism.handled.map_or("", |handled| if handled { ", handled" } else { ", unhandled" });
        let synthetic = if mechanism.synthetic { ", synthetic" } else { "" };
        format!(" ({}{handled}{synthetic})", mechanism.kind.as_deref().unwrap_or("-"))
    });
    let mut lines = vec![format!("exception {kind}: {value:?}{}", mechanism.unwrap_or_default())];
    lines.extend(frames(&exception.frames));
    lines
}

/// Nearest to the throw first; `+` is in app as the SDK says, `-` is not, `?` is unsaid.
fn frames(frames: &[Frame]) -> Vec<String> {
    let mut lines: Vec<String> = frames.iter().rev().take(FRAMES).map(frame).collect();
    if frames.len() > FRAMES {
        lines.push(format!("  … {} more", frames.len() - FRAMES));
    }
    lines
}

fn frame(frame: &Frame) -> String {
    let mark = match frame.in_app {
        Some(true) => '+',
        Some(false) => '-',
        None => '?',
    };
    let module = frame.module.as_ref().map(|module| format!(" in {module}")).unwrap_or_default();
    let place = frame.filename.as_ref().or(frame.abs_path.as_ref());
    let line = frame.lineno.map(|line| format!(":{line}")).unwrap_or_default();
    let source = if frame.context_line.is_some() { ", with source" } else { "" };
    let vars = if frame.vars.is_empty() { "" } else { ", with variables" };
    format!("  {mark} {}{module} at {}{line}{source}{vars}", or_none(frame.function.as_ref()), or_none(place))
}

/// Everything beside what went wrong.
fn around(event: &Event) -> Vec<String> {
    let pairs = |pairs: &[(String, String)]| {
        let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join(" ")
    };
    let parts = [
        ("user", event.user.as_ref().map(user).unwrap_or_default()),
        ("tags", pairs(&event.tags)),
        ("contexts", keys(&event.contexts)),
        ("extra", keys(&event.extra)),
        ("request", event.request.as_ref().map(request).unwrap_or_default()),
        ("fingerprint", event.fingerprint.join(" ")),
    ];
    let mut lines: Vec<String> = parts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    if let Some(last) = event.breadcrumbs.last() {
        let (category, said) = (or_none(last.category.as_ref()), or_none(last.message.as_ref()));
        lines.push(format!("breadcrumbs: {}, the last {category}: {said}", event.breadcrumbs.len()));
    }
    lines.push(format!("modules: {}, images: {}", event.modules.len(), event.images.len()));
    lines
}

fn user(user: &User) -> String {
    let fields = [
        ("id", &user.id),
        ("email", &user.email),
        ("username", &user.username),
        ("name", &user.name),
        ("ip", &user.ip_address),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_deref()?)));
    fields.chain(user.data.keys().map(|key| format!("+{key}"))).collect::<Vec<_>>().join(" ")
}

fn request(request: &Request) -> String {
    let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",");
    format!(
        "{} {}; query {}; headers {}; cookies {}; env {}; body {}",
        or_none(request.method.as_ref()),
        or_none(request.url.as_ref()),
        names(&request.query),
        names(&request.headers),
        names(&request.cookies),
        keys(&request.env),
        request.body.as_ref().map(Value::to_string).unwrap_or_default(),
    )
}

fn grouped(event: &Event) -> Vec<String> {
    let grouping = grouping::group(event, &Rules::default());
    let explanation = &grouping.explanation;
    let unmapped = if explanation.unmapped { " Not mapped." } else { "" };
    let mut lines = vec![format!("grouping: {}{unmapped}", explanation.summary)];
    let (mut left_out, mut hidden) = (0, 0);
    for component in &explanation.components {
        left_out += usize::from(!component.contributes);
        if component.contributes || left_out <= LEFT_OUT {
            lines.push(self::component(component));
        } else {
            hidden += 1;
        }
    }
    lines.extend((hidden > 0).then(|| format!("  … {hidden} more left out")));
    lines
}

fn component(component: &Component) -> String {
    let mark = if component.contributes { '+' } else { '-' };
    let kind = serde_json::to_value(component.kind).expect("a kind");
    let reason = component.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("  {mark} {} {:?}{reason}", kind.as_str().unwrap_or_default(), component.value)
}

fn keys(map: &BTreeMap<String, Value>) -> String {
    map.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn or_none(text: Option<&String>) -> String {
    text.map_or_else(|| "none".to_owned(), Clone::clone)
}
