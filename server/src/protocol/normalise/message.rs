//! The log message, and its template with the parameters filled in.

use std::borrow::Cow;

use serde_json::Value;

use super::text::{clean, short, text_of};
use super::{Notes, lists};
use crate::protocol::event::LogMessage;
use crate::protocol::json::{Fields, Json};

/// Longest message, characters: Sentry's own limit.
const MESSAGE_CHARS: usize = 8_192;
/// Parameters of one message.
const MAX_PARAMS: usize = 50;
/// Letters a `%` place may end in.
const CONVERSIONS: &[u8] = b"sdifruoxgejc";

/// `logentry`, or the older `message`, which may be a text or the same object.
pub(super) fn message(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<LogMessage> {
    let entry = fields.remove("logentry").and_then(|entry| read(entry, "logentry", notes));
    entry.or_else(|| fields.remove("message").and_then(|entry| read(entry, "message", notes)))
}

fn read(entry: Json<'_>, path: &str, notes: &mut Notes) -> Option<LogMessage> {
    match entry {
        Json::Null => None,
        Json::Object(entry) => log_message(entry, path, notes),
        Json::Array(_) | Json::Bool(_) => {
            notes.add(path, "neither a text nor an object");
            None
        }
        value => short(value, MESSAGE_CHARS).map(|formatted| LogMessage { formatted, ..LogMessage::default() }),
    }
}

fn log_message(mut entry: Fields<'_>, path: &str, notes: &mut Notes) -> Option<LogMessage> {
    let mut take = |name: &str| entry.remove(name).and_then(|value| short(value, MESSAGE_CHARS));
    let (template, formatted) = (take("message"), take("formatted"));
    let params: Vec<(Option<Cow<'_, str>>, Json<'_>)> = match entry.remove("params") {
        Some(Json::Array(params)) => params.into_iter().map(|value| (None, value)).collect(),
        Some(Json::Object(params)) => params.into_iter().map(|(name, value)| (Some(name), value)).collect(),
        _ => Vec::new(),
    };
    let mut bound = |(name, value)| (name, lists::bounded(value, path, notes));
    let params: Vec<_> = params.into_iter().take(MAX_PARAMS).map(&mut bound).collect();
    let filled = || clean(fill(template.as_deref()?, &params), MESSAGE_CHARS);
    let formatted = formatted.or_else(filled)?;
    Some(LogMessage { template, formatted, params: params.into_iter().map(|(_, value)| value).collect() })
}

/// Puts parameters into a template of `%s`, `%(name)s`, `{}`, `{0}` or `{name}` places, as far as they go. A place
/// that names a parameter gets that one, every other place the next in order.
fn fill(template: &str, params: &[(Option<Cow<'_, str>>, Value)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    let mut in_order = params.iter();
    while let Some(at) = rest.find(['%', '{']) {
        let (before, from_place) = rest.split_at(at);
        out.push_str(before);
        let Some((name, length)) = place(from_place) else {
            // `%%` is how a template spells a per cent sign, where it is a template at all.
            let escaped = !params.is_empty() && from_place.starts_with("%%");
            out.push_str(&from_place[..1]);
            rest = &from_place[if escaped { 2 } else { 1 }..];
            continue;
        };
        let by_name = || params.iter().find(|(known, _)| known.as_deref() == Some(name));
        let by_index = || name.parse().ok().and_then(|index: usize| params.get(index));
        match by_name().or_else(by_index).or_else(|| in_order.next()) {
            Some((_, value)) => out.push_str(&text_of(value.clone()).unwrap_or_default()),
            None => out.push_str(&from_place[..length]),
        }
        rest = &from_place[length..];
    }
    out.push_str(rest);
    out
}

/// The name in the place that begins here, empty if it has none, and the bytes the place takes up.
fn place(text: &str) -> Option<(&str, usize)> {
    if let Some(inside) = text.strip_prefix("%(") {
        let end = inside.find(')')?;
        let conversion = inside.as_bytes().get(end + 1)?;
        return (is_name(&inside[..end]) && CONVERSIONS.contains(conversion)).then(|| (&inside[..end], end + 4));
    }
    match text.as_bytes() {
        [b'%', conversion, ..] if CONVERSIONS.contains(conversion) => Some(("", 2)),
        [b'{', ..] => {
            let end = text.find('}')?;
            is_name(&text[1..end]).then(|| (&text[1..end], end + 1))
        }
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_are_filled_as_far_as_they_go() {
        for (template, params, expected) in [
            ("%s of %d", json!(["a", 2]), "a of 2"),
            ("user {name} left", json!(["Ada"]), "user Ada left"),
            ("{b} then {a}", json!({"a": 1, "b": 2}), "2 then 1"),
            ("%(b)s then %(a)d", json!({"a": 1, "b": 2}), "2 then 1"),
            ("{1} then {0}", json!(["a", "b"]), "b then a"),
            ("100 % of %s", json!([]), "100 % of %s"),
            ("100%% of %s", json!(["all"]), "100% of all"),
            ("100%%", json!([]), "100%%"),
            ("{} {}", json!(["a"]), "a {}"),
            ("a {\"json\": 1} %", json!(["x"]), "a {\"json\": 1} %"),
            ("%(", json!(["x"]), "%("),
            ("{ä", json!(["x"]), "{ä"),
            ("%ä", json!(["x"]), "%ä"),
            ("%(ä)", json!(["x"]), "%(ä)"),
        ] {
            let Json::Object(entry) = Json::from(json!({"message": template, "params": params})) else {
                unreachable!()
            };
            let message = log_message(entry, "logentry", &mut Notes::default()).unwrap();
            assert_eq!(message.formatted, expected);
        }
    }
}
