//! Lists and maps in the many shapes clients write them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Notes;
use super::text::{clean, text_of};
use super::trim::Budget;

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
pub(super) fn values(value: Option<Value>) -> Vec<Value> {
    let list = match value {
        Some(Value::Object(mut fields)) => match fields.remove("values") {
            Some(Value::Array(values)) => values,
            Some(_) => Vec::new(),
            None if fields.is_empty() => Vec::new(),
            None => vec![Value::Object(fields)],
        },
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    list.into_iter().filter(|value| !value.is_null()).collect()
}

/// An object; anything else but null is dropped with a note.
pub(super) fn object(value: Option<Value>, path: &str, notes: &mut Notes) -> Option<Map<String, Value>> {
    match value? {
        Value::Object(fields) => Some(fields),
        Value::Null => None,
        _ => {
            notes.add(path, "not an object");
            None
        }
    }
}

/// A free map. Entries that are too large are cut.
pub(super) fn map(value: Option<Value>, path: &str, notes: &mut Notes) -> BTreeMap<String, Value> {
    let Some(fields) = object(value, path, notes) else { return BTreeMap::new() };
    if fields.len() > MAX_ENTRIES {
        notes.add(path, format!("only {MAX_ENTRIES} of {} entries are kept", fields.len()));
    }
    let mut budget = Budget::new(MAX_MAP_BYTES);
    let sent = fields.into_iter().take(MAX_ENTRIES);
    let fit = |(key, value)| Some((clean(key, KEY_CHARS)?, budget.fit(value, MAX_ENTRY_BYTES)?));
    let kept = sent.filter_map(fit).collect();
    if budget.was_exceeded() {
        notes.add(path, "too long; cut");
    }
    kept
}

/// A map of texts, or a list of pairs.
pub(super) fn texts(value: Option<Value>, path: &str, notes: &mut Notes) -> BTreeMap<String, String> {
    let short = |value| text_of(value).and_then(|text| clean(text, KEY_CHARS));
    let sent = pairs(value, path, notes).into_iter().take(MAX_TEXTS);
    sent.filter_map(|(key, value)| Some((clean(key, KEY_CHARS)?, short(value)?))).collect()
}

/// An object, or a list of `[key, value]`.
pub(super) fn pairs(value: Option<Value>, path: &str, notes: &mut Notes) -> Vec<(String, Value)> {
    match value {
        Some(Value::Object(fields)) => fields.into_iter().collect(),
        Some(Value::Array(list)) => list.into_iter().filter_map(pair).collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => {
            notes.add(path, "neither an object nor a list of pairs");
            Vec::new()
        }
    }
}

/// `[key, value]`, or `{"key": …, "value": …}` as Sentry's own answers write it and some clients send it back.
fn pair(value: Value) -> Option<(String, Value)> {
    match value {
        Value::Array(parts) => {
            let mut parts = parts.into_iter();
            Some((text_of(parts.next()?)?, parts.next()?))
        }
        Value::Object(mut fields) => Some((text_of(fields.remove("key")?)?, fields.remove("value")?)),
        _ => None,
    }
}

/// One free value of at most [`MAX_ENTRY_BYTES`], with a note if it was cut.
pub(super) fn bounded(value: Value, path: &str, notes: &mut Notes) -> Value {
    let mut budget = Budget::new(MAX_ENTRY_BYTES);
    let value = budget.fit(value, MAX_ENTRY_BYTES).unwrap_or_default();
    if budget.was_exceeded() {
        notes.add(path, "too long; cut");
    }
    value
}
