//! The fields of a crash reporter's form: the payload of an event in several spellings, and whatever else was sent.
//!
//! Clients say what they know in a field `sentry` as JSON, in its parts `sentry__1`, `sentry__2`, … where fields have a
//! largest length, or in fields named `sentry[release]` and `sentry[tags][plan]`. sentry-native sends files of
//! `MessagePack` instead. Every other field is kept as `extra`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::msgpack;

/// Deepest `sentry[a][b]…` that is followed.
const MAX_DEPTH: usize = 8;
/// Files of sentry-native that are parts of the event, not attachments of it.
const EVENT_FILE: &str = "__sentry-event";
const BREADCRUMB_FILES: [&str; 2] = ["__sentry-breadcrumb1", "__sentry-breadcrumb2"];

/// What a form said so far.
#[derive(Debug, Default)]
pub struct CrashForm {
    event: Map<String, Value>,
    chunks: BTreeMap<u32, String>,
    breadcrumbs: Vec<Value>,
    extra: Map<String, Value>,
}

impl CrashForm {
    /// Takes a field of text.
    pub fn field(&mut self, name: &str, text: String) {
        if name == "sentry" {
            self.chunks.insert(0, text);
        } else if let Some(number) = name.strip_prefix("sentry__").and_then(|number| number.parse().ok()) {
            self.chunks.insert(number, text);
        } else if let Some(path) = bracketed(name) {
            insert(&mut self.event, &path, Value::String(text));
        } else {
            self.extra.insert(name.to_owned(), Value::String(text));
        }
    }

    /// Takes a file that is part of the event; answers whether it is one.
    pub fn file(&mut self, name: &str, content: &[u8]) -> bool {
        if name == EVENT_FILE {
            if let Some(Value::Object(event)) = msgpack::read(content) {
                self.event.extend(event);
            }
            return true;
        }
        let breadcrumbs = BREADCRUMB_FILES.contains(&name);
        if breadcrumbs {
            self.breadcrumbs.extend(msgpack::read_all(content));
        }
        breadcrumbs
    }

    /// The payload of the event.
    pub fn into_event(self) -> Map<String, Value> {
        let Self { mut event, chunks, mut breadcrumbs, extra } = self;
        let json: String = chunks.into_values().collect();
        match serde_json::from_str(&json) {
            Ok(Value::Object(said)) => event.extend(said),
            // It may still tell a developer something.
            _ if !json.is_empty() => drop(event.insert("extra".to_owned(), json!({"sentry": json}))),
            _ => {}
        }
        if !breadcrumbs.is_empty() {
            // Two files are written in turn; only their times say what came first.
            let time = |crumb: &Value| crumb.get("timestamp").and_then(Value::as_str).map(str::to_owned);
            breadcrumbs.sort_by_key(time);
            event.entry("breadcrumbs").or_insert(Value::Array(breadcrumbs));
        }
        if !extra.is_empty()
            && let Some(known) = event.entry("extra").or_insert_with(|| json!({})).as_object_mut()
        {
            known.extend(extra);
        }
        event
    }
}

/// The names in `sentry[tags][plan]`.
fn bracketed(name: &str) -> Option<Vec<&str>> {
    let inside = name.strip_prefix("sentry[")?.strip_suffix(']')?;
    let path: Vec<&str> = inside.split("][").collect();
    (path.len() <= MAX_DEPTH && path.iter().all(|part| !part.is_empty())).then_some(path)
}

fn insert(fields: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => drop(fields.insert((*name).to_owned(), value)),
        [name, rest @ ..] => {
            let inner = fields.entry(*name).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                insert(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(fields: &[(&str, &str)]) -> Value {
        let mut form = CrashForm::default();
        fields.iter().for_each(|(name, text)| form.field(name, (*text).to_owned()));
        Value::Object(form.into_event())
    }

    #[test]
    fn an_event_is_read_in_every_spelling() {
        let expected = json!({"release": "shop@1.0", "tags": {"plan": "gold"}});
        for fields in [
            &[("sentry", r#"{"release":"shop@1.0","tags":{"plan":"gold"}}"#)][..],
            &[("sentry__2", r#""tags":{"plan":"gold"}}"#), ("sentry__1", r#"{"release":"shop@1.0","#)],
            &[("sentry[release]", "shop@1.0"), ("sentry[tags][plan]", "gold")],
        ] {
            assert_eq!(event(fields), expected);
        }
    }

    #[test]
    fn other_fields_are_kept_beside_it() {
        let fields = [("sentry", r#"{"extra":{"a":1}}"#), ("prod", "Shop"), ("sentry[]", "odd"), ("sentry[a]b", "odd")];
        assert_eq!(event(&fields), json!({"extra": {"a": 1, "prod": "Shop", "sentry[]": "odd", "sentry[a]b": "odd"}}));
    }

    #[test]
    fn what_cannot_be_read_is_kept_as_it_is() {
        assert_eq!(event(&[("sentry", "{broken")]), json!({"extra": {"sentry": "{broken"}}));
        assert_eq!(event(&[]), json!({}));
        assert_eq!(event(&[("sentry[a]", "1"), ("sentry[a][b]", "2")]), json!({"a": "1"}));
    }

    #[test]
    fn files_of_sentry_native_are_parts_of_the_event() {
        let mut form = CrashForm::default();
        assert!(form.file(EVENT_FILE, b"\x81\xa7release\xa8shop@1.0"));
        assert!(form.file(BREADCRUMB_FILES[0], b"\x81\xa9timestamp\xa12\x81\xa9timestamp\xa13"));
        assert!(form.file(BREADCRUMB_FILES[1], b"\x81\xa9timestamp\xa11"));
        assert!(!form.file("log.txt", b"text"));
        let times = json!([{"timestamp": "1"}, {"timestamp": "2"}, {"timestamp": "3"}]);
        assert_eq!(Value::Object(form.into_event()), json!({"release": "shop@1.0", "breadcrumbs": times}));
    }
}
