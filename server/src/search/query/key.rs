//! The keys of the query language and what may stand behind them.

use std::str::FromStr;

use fieldfare_app::api::{IssueKind, Level};

use super::{Assigned, Is, What};

/// Keys with a meaning of their own; every other key is a tag.
const KNOWN: &[&str] = &["is", "kind", "release", "environment", "env", "level", "user", "assigned", "has", "project"];

/// Whether a key has a meaning of its own.
pub(super) fn is_known(key: &str) -> bool {
    KNOWN.contains(&key.to_lowercase().as_str())
}

/// What a key and its value ask for. A value that its key does not know becomes text, with a hint.
pub(super) fn what(key: &str, value: String, hints: &mut Vec<String>) -> What {
    match key.to_lowercase().as_str() {
        "is" => state(&value).unwrap_or_else(|| unknown("is", &value, "a state", &states(), hints)),
        "kind" => named(&value).map_or_else(|| unknown("kind", &value, "a kind of issue", &kinds(), hints), What::Kind),
        "level" => level(&value).map_or_else(|| unknown("level", &value, "a level", &levels(), hints), What::Level),
        "release" => What::Release(value),
        "environment" | "env" => What::Environment(value),
        "user" | "user.id" | "user.email" | "user.name" | "user.username" | "user.ip" => What::User(value),
        "assigned" | "assignee" => What::Assigned(assigned(value)),
        "has" => What::Has(value),
        "project" => What::Project(value),
        _ => What::Tag { key: key.to_owned(), value },
    }
}

fn unknown(key: &str, value: &str, what: &str, known: &str, hints: &mut Vec<String>) -> What {
    hints.push(format!("“{key}:{value}” is not {what} and was searched as text; known are {known}."));
    What::Text(format!("{key}:{value}"))
}

fn state(value: &str) -> Option<What> {
    let value = value.to_lowercase();
    Is::ALL.iter().find(|(word, _)| *word == value).map(|(_, is)| What::Is(*is))
}

fn level(value: &str) -> Option<Level> {
    match value.to_lowercase().as_str() {
        "warn" => Some(Level::Warning),
        "critical" => Some(Level::Fatal),
        _ => named(value),
    }
}

fn assigned(value: String) -> Assigned {
    match value.to_lowercase().as_str() {
        "me" => Assigned::Me,
        "nobody" | "none" | "no" => Assigned::Nobody,
        _ => Assigned::Member(value),
    }
}

fn named<T: FromStr>(value: &str) -> Option<T> {
    value.to_lowercase().parse().ok()
}

fn states() -> String {
    Is::ALL.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
}

fn kinds() -> String {
    IssueKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

fn levels() -> String {
    Level::ALL.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(", ")
}
