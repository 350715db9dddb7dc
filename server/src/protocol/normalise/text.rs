//! Texts: cleaned of what databases and pages cannot hold, cut to length on a character's edge.

use serde_json::Value;
use uuid::Uuid;

use crate::protocol::event::Level;

/// Ends a text that was cut.
const ELLIPSIS: char = '…';

/// A text of at most `chars` characters without NULs and surrounding space; `None` if nothing is left.
pub(crate) fn clean(text: String, chars: usize) -> Option<String> {
    let text = if text.contains('\0') { text.replace('\0', "") } else { text };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    match trimmed.char_indices().nth(chars) {
        Some((end, _)) => Some(trimmed[..end].chars().chain([ELLIPSIS]).collect()),
        None if trimmed.len() == text.len() => Some(text),
        None => Some(trimmed.to_owned()),
    }
}

/// Texts, numbers and booleans as text; lists and objects as JSON; null as nothing.
pub(crate) fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// A value as a short text.
pub(super) fn short(value: Value, chars: usize) -> Option<String> {
    clean(text_of(value)?, chars)
}

/// An id with or without dashes.
pub(crate) fn id(value: &Value) -> Option<Uuid> {
    Uuid::try_parse(value.as_str()?.trim()).ok().filter(|id| !id.is_nil())
}

/// The level a word means; unknown ones are errors.
pub(super) fn level(word: &str) -> Level {
    match word.to_ascii_lowercase().as_str() {
        "fatal" | "critical" => Level::Fatal,
        "warning" | "warn" => Level::Warning,
        "info" | "log" => Level::Info,
        "debug" | "trace" => Level::Debug,
        _ => Level::Error,
    }
}

/// A release that can stand in an address: without slashes and line breaks, and not only dots.
pub(crate) fn release(text: &str) -> Option<String> {
    let kept: String =
        text.chars().map(|char| if matches!(char, '/' | '\\' | '\n' | '\t' | '\r') { '-' } else { char }).collect();
    let kept = kept.trim();
    (!kept.is_empty() && kept != "." && kept != "..").then(|| kept.to_owned())
}

/// Puts parameters into a template of `%s`, `%d`, `{}` or `{name}` places, as far as they go.
pub(super) fn fill(template: &str, params: &[Value]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut params = params.iter();
    let mut rest = template;
    while let Some(at) = rest.find(['%', '{']) {
        let (before, place) = rest.split_at(at);
        out.push_str(before);
        let length = place_length(place);
        match (length, params.as_slice().first()) {
            (Some(length), Some(value)) => {
                out.push_str(&text_of(value.clone()).unwrap_or_default());
                params.next();
                rest = &place[length..];
            }
            _ => {
                out.push_str(&place[..1]);
                rest = &place[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Bytes of the place a parameter goes into, if one begins here.
fn place_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes {
        [b'%', b's' | b'd' | b'i' | b'f' | b'r' | b'o' | b'j', ..] => Some(2),
        [b'{', ..] => text
            .find('}')
            .map(|end| end + 1)
            .filter(|length| text[1..length - 1].chars().all(|c| c.is_alphanumeric() || c == '_')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_cut_on_a_characters_edge() {
        assert_eq!(clean(" ä\0öü ".into(), 2), Some("äö…".into()));
        assert_eq!(clean("ä".into(), 2), Some("ä".into()));
        assert_eq!(clean(" \0 ".into(), 2), None);
    }

    #[test]
    fn templates_are_filled_as_far_as_they_go() {
        for (template, params, expected) in [
            ("%s of %d", json!(["a", 2]), "a of 2"),
            ("user {name} left", json!(["Ada"]), "user Ada left"),
            ("100 % of %s", json!([]), "100 % of %s"),
            ("{} {}", json!(["a"]), "a {}"),
        ] {
            assert_eq!(fill(template, params.as_array().unwrap()), expected);
        }
    }

    #[test]
    fn releases_can_stand_in_an_address() {
        for (sent, kept) in [("shop@1/2\n", Some("shop@1-2-")), ("..", None), (" 1.0 ", Some("1.0"))] {
            assert_eq!(release(sent).as_deref(), kept);
        }
    }
}
