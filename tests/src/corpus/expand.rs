//! From a line of the corpus to payloads as SDKs send them.

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A true group.
pub(super) struct Line {
    pub(super) group: String,
    pub(super) payloads: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    group: String,
    /// What makes it hard; for people.
    #[serde(rename = "why")]
    _why: String,
    event: Map<String, Value>,
    #[serde(default)]
    set: Vec<Map<String, Value>>,
    #[serde(default)]
    more: Vec<Map<String, Value>>,
}

pub(super) fn line(text: &str, platform: &str) -> anyhow::Result<Line> {
    let Written { group, event, set, more, .. } = serde_json::from_str(text)?;
    let none = Map::new();
    let first = set.first().unwrap_or(&none);
    let of_sets = set.iter().map(|values| filled(&event, values));
    let of_more = more.iter().map(|change| {
        let changed: Map<String, Value> = event.clone().into_iter().chain(change.clone()).collect();
        filled(&changed, first)
    });
    let only = set.is_empty().then(|| filled(&event, first));
    let events = only.into_iter().chain(of_sets).chain(of_more);
    let payloads = events.map(|event| Ok(payload(&event?, platform))).collect::<anyhow::Result<_>>()?;
    Ok(Line { group, payloads })
}

/// Puts values in for `{name}`.
fn filled(event: &Map<String, Value>, values: &Map<String, Value>) -> anyhow::Result<Map<String, Value>> {
    let text = values.iter().fold(serde_json::to_string(event)?, |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
    });
    serde_json::from_str(&text).context("values that break the JSON")
}

fn payload(event: &Map<String, Value>, platform: &str) -> Value {
    let mut payload = json!({ "platform": event.get("platform").and_then(Value::as_str).unwrap_or(platform) });
    for field in ["release", "logger", "fingerprint"] {
        if let Some(value) = event.get(field) {
            payload[field] = value.clone();
        }
    }
    if let Some(report) = event.get("csp") {
        payload["csp"] = report.clone();
    }
    if let Some(formatted) = event.get("message") {
        payload["logentry"] =
            json!({ "formatted": formatted, "message": event.get("template"), "params": event.get("params") });
    }
    if let Some(frames) = event.get("thread") {
        payload["threads"] = json!({ "values": [{ "id": 1, "crashed": true, "stacktrace": stack(frames) }] });
    }
    let exceptions = exceptions(event);
    if !exceptions.is_empty() {
        payload["exception"] = json!({ "values": exceptions });
    }
    payload
}

/// The cause first, as clients send them.
fn exceptions(event: &Map<String, Value>) -> Vec<Value> {
    let list = |name: &str| event.get(name).and_then(Value::as_array);
    if let Some(members) = list("group") {
        let root = json!({ "type": "ExceptionGroup", "value": "several", "mechanism": {
            "type": "generic", "exception_id": 0, "is_exception_group": true,
        } });
        let member = |(at, member): (usize, &Value)| {
            let mut member = exception(member);
            member["mechanism"] = json!({ "type": "chained", "exception_id": at + 1, "parent_id": 0 });
            member
        };
        return members.iter().enumerate().rev().map(member).chain([root]).collect();
    }
    if let Some(chain) = list("chain") {
        return chain.iter().rev().map(exception).collect();
    }
    match event.get("type") {
        Some(Value::String(_)) => vec![exception(&Value::Object(event.clone()))],
        _ => Vec::new(),
    }
}

fn exception(written: &Value) -> Value {
    let mut exception = json!({ "type": written["type"], "value": written["value"] });
    if written["frames"].as_array().is_some_and(|frames| !frames.is_empty()) {
        exception["stacktrace"] = stack(&written["frames"]);
    }
    exception
}

fn stack(frames: &Value) -> Value {
    let frames = frames.as_array().into_iter().flatten().filter_map(Value::as_str);
    json!({ "frames": frames.map(frame).collect::<Vec<_>>() })
}

/// `-function @ path # module : line`
fn frame(written: &str) -> Value {
    let (in_app, rest) = match (written.strip_prefix('-'), written.strip_prefix('~')) {
        // Objective-C begins the names of its methods like that.
        (Some(rest), _) if !rest.starts_with('[') => (Value::Bool(false), rest),
        (_, Some(rest)) => (Value::Null, rest),
        _ => (Value::Bool(true), written),
    };
    let cut = |text: &str, mark: &str| match text.split_once(mark) {
        Some((before, after)) => (before.to_owned(), Some(after.to_owned())),
        None => (text.to_owned(), None),
    };
    let (rest, line) = cut(rest, " : ");
    let (rest, module) = cut(&rest, " # ");
    let (function, path) = cut(&rest, " @ ");
    let line = line.and_then(|line| line.parse::<u32>().ok());
    json!({ "function": function, "filename": path, "abs_path": path, "module": module, "lineno": line, "in_app": in_app })
}
