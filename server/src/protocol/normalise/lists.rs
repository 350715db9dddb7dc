//! Lists and maps in the many shapes clients write them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Notes;
use super::text::{clean, text_of};

/// Entries of one map.
const MAX_ENTRIES: usize = 100;
/// Bytes of JSON of one entry; larger ones are cut to a text.
const MAX_ENTRY_BYTES: usize = 16 * 1024;

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

/// A free map. Entries that are too large become cut texts.
pub(super) fn map(value: Option<Value>, path: &str, notes: &mut Notes) -> BTreeMap<String, Value> {
    let Some(fields) = object(value, path, notes) else { return BTreeMap::new() };
    if fields.len() > MAX_ENTRIES {
        notes.add(path, format!("only {MAX_ENTRIES} of {} entries are kept", fields.len()));
    }
    let kept = fields.into_iter().filter(|(_, value)| !value.is_null()).take(MAX_ENTRIES);
    kept.filter_map(|(key, value)| Some((clean(key, MAX_ENTRIES)?, bounded(value)))).collect()
}

/// A map of texts.
pub(super) fn texts(value: Option<Value>, path: &str, notes: &mut Notes) -> BTreeMap<String, String> {
    let Some(fields) = object(value, path, notes) else { return BTreeMap::new() };
    let short = |value| text_of(value).and_then(|text| clean(text, MAX_ENTRIES));
    fields.into_iter().filter_map(|(key, value)| Some((clean(key, MAX_ENTRIES)?, short(value)?))).collect()
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

fn pair(value: Value) -> Option<(String, Value)> {
    let Value::Array(parts) = value else { return None };
    let mut parts = parts.into_iter();
    Some((text_of(parts.next()?)?, parts.next()?))
}

/// A value that fits; NULs are taken out, as PostgreSQL cannot hold them.
pub(super) fn bounded(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(text, MAX_ENTRY_BYTES).unwrap_or_default()),
        Value::Array(_) | Value::Object(_) => {
            let json = value.to_string();
            if json.len() <= MAX_ENTRY_BYTES {
                value
            } else {
                Value::String(clean(json, MAX_ENTRY_BYTES).unwrap_or_default())
            }
        }
        other => other,
    }
}
