//! Events as pages and the API show them: the normalised payload with its neighbours.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ApiError, Feedback, Level, Timestamp};

/// A list in the shape Sentry's clients write it, `{"values": […]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Values<T> {
    pub values: Vec<T>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Stacktrace {
    /// Oldest caller first.
    pub frames: Vec<Frame>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Exception {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub value: Option<String>,
    pub module: Option<String>,
    /// `excepthook`, `onunhandledrejection`, …
    pub mechanism: Option<String>,
    pub handled: Option<bool>,
    pub stacktrace: Stacktrace,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Frame {
    pub filename: Option<String>,
    pub abs_path: Option<String>,
    pub function: Option<String>,
    pub module: Option<String>,
    pub lineno: Option<u32>,
    pub colno: Option<u32>,
    pub pre_context: Vec<String>,
    pub context_line: Option<String>,
    pub post_context: Vec<String>,
    /// The SDK's mark, or ours where it made none.
    pub in_app: bool,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub vars: BTreeMap<String, Value>,
    /// Where a source map applied: the place in the script that ran.
    pub generated: Option<Generated>,
}

/// A place in a generated (minified) script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Generated {
    pub path: String,
    pub function: Option<String>,
    pub lineno: u32,
    pub colno: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Breadcrumb {
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub timestamp: Option<Timestamp>,
    #[serde(rename = "type")]
    pub kind: String,
    pub category: Option<String>,
    pub level: Level,
    pub message: Option<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub data: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Request {
    pub method: Option<String>,
    pub url: Option<String>,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub cookies: Vec<(String, String)>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub env: BTreeMap<String, Value>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub data: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct User {
    pub id: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub name: Option<String>,
    pub ip_address: Option<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub data: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Attachment {
    pub id: i64,
    pub name: String,
    pub content_type: String,
    pub bytes: u64,
    /// Path on this server; needs a login or a token.
    pub url: String,
}

/// One thing that did or did not count towards the fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Component {
    /// `type`, `frame`, `message`, `fingerprint`, …
    pub kind: String,
    pub value: String,
    pub contributes: bool,
    /// Why it did not count, or what was changed before it did.
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// `Grouped by exception type and 4 in-app frames.`
    pub summary: String,
    pub components: Vec<Component>,
    /// The frames are those of a minified bundle without a source map, so function names do not count.
    pub unmapped: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Grouping {
    /// `ff-2`.
    pub algorithm: String,
    /// Hexadecimal.
    pub fingerprint: String,
    /// What the client asked for, if it set a fingerprint.
    pub client_fingerprint: Vec<String>,
    /// Whether the rules in force make this fingerprint; otherwise it is from rules or an algorithm before them.
    pub is_current: bool,
    pub explanation: Explanation,
}

/// A place where a secret was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TakenOut {
    /// `extra.password`.
    pub path: String,
    /// `@password`, or the project's own rule.
    pub rule: String,
}

/// Something the normaliser changed or dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Note {
    pub path: String,
    pub reason: String,
}

/// An event as lists carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EventRow {
    /// 32 hexadecimal digits.
    pub event_id: String,
    /// Short id of its issue.
    pub issue: String,
    pub project: String,
    pub title: String,
    pub level: Level,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub timestamp: Timestamp,
    pub release: Option<String>,
    pub environment: Option<String>,
    pub user: Option<String>,
}

/// One event, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Event {
    /// 32 hexadecimal digits.
    pub event_id: String,
    /// Short id of its issue.
    pub issue: String,
    pub project: String,
    pub title: String,
    pub culprit: Option<String>,
    pub level: Level,
    pub platform: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub timestamp: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub received_at: Timestamp,
    pub release: Option<String>,
    pub dist: Option<String>,
    pub environment: Option<String>,
    pub transaction: Option<String>,
    pub server_name: Option<String>,
    pub logger: Option<String>,
    /// `sentry.python 2.75.0`.
    pub sdk: Option<String>,
    pub message: Option<String>,
    pub user: Option<User>,
    pub tags: BTreeMap<String, String>,
    /// Innermost (the cause) first.
    pub exception: Values<Exception>,
    /// Stack traces of threads, where no exception has one.
    pub threads: Vec<(String, Stacktrace)>,
    pub breadcrumbs: Values<Breadcrumb>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub contexts: BTreeMap<String, Value>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub extra: BTreeMap<String, Value>,
    pub modules: BTreeMap<String, String>,
    pub request: Option<Request>,
    pub attachments: Vec<Attachment>,
    /// What users wrote about it, newest first.
    pub feedback: Vec<Feedback>,
    pub grouping: Grouping,
    /// Where secrets were, and which rules took them.
    pub taken_out: Vec<TakenOut>,
    pub notes: Vec<Note>,
    /// Ids of the neighbours in the issue, by time.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The payload as it is stored: as it was sent, without its secrets; only in the API.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub raw: Option<Value>,
}

/// `event` is an event id, `latest` or `oldest`. Feedback issues have no events: `None`.
#[server(prefix = "/fn", endpoint = "issue_event")]
pub async fn issue_event(short_id: String, event: String) -> Result<Option<Event>, ApiError> {
    crate::backend::answer(async |backend| backend.issues.event(short_id, event).await).await
}
