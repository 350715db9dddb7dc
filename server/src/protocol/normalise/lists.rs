//! Lists and maps in the many shapes clients write them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Notes;
use super::text::{clean, text};
use super::trim::Budget;
use crate::protocol::json::{Fields, Json};

/// Entries of one map.
const MAX_ENTRIES: usize = 100;
/// Entries of a map of texts; a large Python environment has hundreds of modules.
const MAX_TEXTS: usize = 1_000;
/// Longest key, and longest text in a map of texts, characters.
const KEY_CHARS: usize = 200;
/// Bytes of text in one entry, as Sentry has it.
const MAX_ENTRY_BYTES: usize = 16 * 1024;
/// Bytes of text in one map, as Sentry has it.
const MAX_MAP_BYTES: usize = 256 * 1024;

/// `{"values": […]}`, a bare list, or one bare object; entries that are null are left out.
pub(super) fn values(value: Option<Json<'_>>) -> Vec<Json<'_>> {
    let list = match value {
        Some(Json::Object(mut fields)) => match fields.remove("values") {
            Some(Json::Array(values)) => values,
            Some(_) => Vec::new(),
            None if fields.is_empty() => Vec::new(),
            None => vec![Json::Object(fields)],
        },
        Some(Json::Array(values)) => values,
        _ => Vec::new(),
    };
    list.into_iter().filter(|value| !value.is_null()).collect()
}

/// An object; anything else but null is dropped with a note.
pub(super) fn object<'a>(value: Option<Json<'a>>, path: &str, notes: &mut Notes) -> Option<Fields<'a>> {
    match value? {
        Json::Object(fields) => Some(fields),
        Json::Null => None,
        _ => {
            notes.add(path, "not an object");
            None
        }
    }
}

/// A free map. Entries that are too large are cut.
pub(super) fn map(value: Option<Json<'_>>, path: &str, notes: &mut Notes) -> BTreeMap<String, Value> {
    let Some(fields) = object(value, path, notes) else { return BTreeMap::new() };
    if fields.len() > MAX_ENTRIES {
        notes.add(path, format!("only {MAX_ENTRIES} of {} entries are kept", fields.len()));
    }
    let mut budget = Budget::new(MAX_MAP_BYTES);
    let sent = fields.into_iter().take(MAX_ENTRIES);
    let fit =
        |(key, value): (Cow<'_, str>, Json<'_>)| Some((clean(key, KEY_CHARS)?, budget.fit(value, MAX_ENTRY_BYTES)?));
    let kept = sent.filter_map(fit).collect();
    if budget.was_exceeded() {
        notes.add(path, "too long; cut");
    }
    kept
}

/// A map of texts, or a list of pairs.
pub(super) fn texts(value: Option<Json<'_>>, path: &str, notes: &mut Notes) -> BTreeMap<String, String> {
    let short = |value: Json<'_>| clean(text(value)?, KEY_CHARS);
    let sent = pairs(value, path, notes).into_iter().take(MAX_TEXTS);
    sent.filter_map(|(key, value)| Some((clean(key, KEY_CHARS)?, short(value)?))).collect()
}

/// An object, or a list of `[key, value]`.
pub(super) fn pairs<'a>(value: Option<Json<'a>>, path: &str, notes: &mut Notes) -> Vec<(Cow<'a, str>, Json<'a>)> {
    match value {
        Some(Json::Object(fields)) => fields.into_iter().collect(),
        Some(Json::Array(list)) => list.into_iter().filter_map(pair).collect(),
        None | Some(Json::Null) => Vec::new(),
        Some(_) => {
            notes.add(path, "neither an object nor a list of pairs");
            Vec::new()
        }
    }
}

/// `[key, value]`, or `{"key": …, "value": …}` as Sentry's own answers write it and some clients send it back.
fn pair(value: Json<'_>) -> Option<(Cow<'_, str>, Json<'_>)> {
    match value {
        Json::Array(parts) => {
            let mut parts = parts.into_iter();
            Some((text(parts.next()?)?, parts.next()?))
        }
        Json::Object(mut fields) => Some((text(fields.remove("key")?)?, fields.remove("value")?)),
        _ => None,
    }
}

/// One free value of at most [`MAX_ENTRY_BYTES`], with a note if it was cut.
pub(super) fn bounded(value: Json<'_>, path: &str, notes: &mut Notes) -> Value {
    let mut budget = Budget::new(MAX_ENTRY_BYTES);
    let value = budget.fit(value, MAX_ENTRY_BYTES).unwrap_or_default();
    if budget.was_exceeded() {
        notes.add(path, "too long; cut");
    }
    value
}
