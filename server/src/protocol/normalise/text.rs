//! Texts: cleaned of what databases and pages cannot hold, cut to length on a character's edge.

use std::borrow::Cow;

use serde_json::Value;
use uuid::Uuid;

use crate::protocol::event::Level;
use crate::protocol::json::Json;

/// Ends a text that was cut.
pub(super) const ELLIPSIS: char = '…';

/// A text of at most `chars` characters, an ellipsis included if it was cut, without NULs and surrounding space;
/// `None` if nothing is left.
pub(crate) fn clean<'a, T: Into<Cow<'a, str>>>(text: T, chars: usize) -> Option<String> {
    let text: Cow<'_, str> = text.into();
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { text };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    // A text has at most as many characters as bytes, so most are settled without counting.
    let is_long = trimmed.len() > chars && trimmed.chars().nth(chars).is_some();
    match trimmed.char_indices().nth(chars.saturating_sub(1)).filter(|_| is_long) {
        Some((end, _)) => Some(trimmed[..end].chars().chain([ELLIPSIS]).collect()),
        None if trimmed.len() == text.len() => Some(text.into_owned()),
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

/// The same of what was only read.
pub(super) fn text(value: Json<'_>) -> Option<Cow<'_, str>> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text),
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// A value as a short text.
pub(super) fn short(value: Json<'_>, chars: usize) -> Option<String> {
    clean(text(value)?, chars)
}

/// An id with or without dashes.
pub(crate) fn id(value: &Value) -> Option<Uuid> {
    Uuid::try_parse(value.as_str()?.trim()).ok().filter(|id| !id.is_nil())
}

/// The level a word or a number of Python's logging means; unknown ones are errors.
pub(super) fn level(word: &str) -> Level {
    match word.to_ascii_lowercase().as_str() {
        "fatal" | "critical" | "50" => Level::Fatal,
        "warning" | "warn" | "30" => Level::Warning,
        "info" | "log" | "20" => Level::Info,
        "debug" | "trace" | "10" => Level::Debug,
        _ => Level::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_on_a_characters_edge() {
        assert_eq!(clean(" ä\0öüß ", 3), Some("äö…".into()));
        assert_eq!(clean("äöü", 3), Some("äöü".into()));
        assert_eq!(clean(" \0 ", 2), None);
    }
}
