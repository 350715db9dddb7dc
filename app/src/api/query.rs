//! The query language as the interface explains it: its keys, how a query was read, what could come next.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;

/// A key of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryKey {
    pub name: &'static str,
    /// What it asks for, to follow its name.
    pub meaning: &'static str,
    /// Queries that use it.
    pub examples: &'static [&'static str],
}

const fn key(name: &'static str, meaning: &'static str, examples: &'static [&'static str]) -> QueryKey {
    QueryKey { name, meaning, examples }
}

/// Every key with a meaning of its own, the ones used most first. Any other key is a tag.
pub const QUERY_KEYS: [QueryKey; 22] = [
    key("is", "a state", &["is:unresolved", "is:escalating", "-is:archived"]),
    key(
        "assigned",
        "whose it is",
        &["assigned:me", "assigned:[me,my_teams]", "assigned:ada@example.org", "assigned:#checkout"],
    ),
    key("kind", "errors or feedback", &["kind:error", "kind:feedback"]),
    key("level", "how bad it says it is", &["level:fatal", "level:>=warning"]),
    key("priority", "how soon somebody should look", &["priority:high"]),
    key("release", "seen in a release", &["release:2.4.0", "release:>=2.4.0", "release:2.4.*", "release:latest"]),
    key("first_release", "first seen in a release", &["first_release:latest", "first_release:=2.4.0"]),
    key("last_release", "last seen in a release", &["last_release:<2.4.0"]),
    key("regressed_in", "came back in a release", &["regressed_in:latest"]),
    key("environment", "seen in an environment", &["environment:production"]),
    key("project", "of a project", &["project:shop"]),
    key("events", "how many events, or pieces of feedback", &["events:>=100", "events:10..50"]),
    key("users", "how many users were hit", &["users:>10"]),
    key("first_seen", "when it was first seen", &["first_seen:-7d", "first_seen:today", "first_seen:2026-11-01"]),
    key("last_seen", "when it was last seen", &["last_seen:<2026-11-01", "last_seen:+30d"]),
    key("regressed", "when it came back", &["regressed:-7d"]),
    key("age", "how long ago it was first seen", &["age:<24h", "age:2d..2w"]),
    key("user", "who was hit or wrote: id, e-mail address, name", &["user:42", "user.email:*@acme.com"]),
    key(
        "has",
        "what must be there: a tag, screenshot, attachment, feedback, user, stacktrace",
        &["has:screenshot", "-has:release"],
    ),
    key("linked", "linked to an incident", &["linked:incident", "linked:#12"]),
    key("issue", "one issue, by its short id", &["issue:SHOP-12"]),
    key("tags[…]", "a tag whose key means something else here", &["tags[level]:high", "os.name:iOS", "url:/cart*"]),
];

/// A value as it stands behind a key, with quotation marks where it needs them.
pub fn query_value(value: &str) -> String {
    if is_bare(value) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a value is one without quotation marks, wherever it stands.
pub fn is_bare(value: &str) -> bool {
    let is_plain = |char: char| char.is_alphanumeric() || "_.-@/+*#%<>=~:$!?^&;'|{}".contains(char);
    !value.is_empty() && value.chars().all(is_plain)
}

/// How a query was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueryReading {
    /// The same query in its canonical form.
    pub canonical: String,
    /// In words: `unresolved and (level is error or users more than 10)`.
    pub understood: String,
    /// What could not be used, and why, in whole sentences.
    pub hints: Vec<String>,
}

/// What could stand at a place in a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Completion {
    /// What to put there.
    pub text: String,
    /// What it means, for reading; may be empty.
    pub meaning: String,
}

/// How a query could go on. Places are counted as browsers count, in UTF-16 code units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Completions {
    /// Where what is replaced begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// At most 20, the likeliest first.
    pub suggestions: Vec<Completion>,
}

/// `at` is where the cursor is, in UTF-16 code units.
#[server(prefix = "/fn", endpoint = "complete_query")]
pub async fn complete_query(query: String, at: u32, project: Option<String>) -> Result<Completions, ApiError> {
    crate::backend::answer(async |backend| backend.search.complete(query, Some(at), project).await).await
}
