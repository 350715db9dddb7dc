//! The normalised event: what is left of an SDK's payload once every accepted shape has been brought to one.
//!
//! The JSON an SDK sent is what is stored; this is computed from it, on arrival and again when a page shows it,
//! so that a better normaliser improves yesterday's events too. Shapes follow `sentry-data-schemas` (MIT).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// One error, message or security report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// 128 bits, from the envelope header if it has one, else from the payload, else made on arrival.
    pub event_id: Uuid,
    /// When it happened by the client's clock, clamped to the time of arrival; Unix milliseconds.
    pub timestamp: i64,
    pub level: Level,
    /// Lower-case platform name as SDKs send it (`python`, `javascript`, `node`, `rust`, …), `other` if absent.
    pub platform: String,
    pub logger: Option<String>,
    /// Name of the transaction, route or function the client was in.
    pub transaction: Option<String>,
    pub server_name: Option<String>,
    pub release: Option<String>,
    pub dist: Option<String>,
    pub environment: Option<String>,
    /// The log message, if the event has one.
    pub message: Option<LogMessage>,
    /// Innermost (the cause) first, the one raised last at the end, as SDKs send them.
    pub exceptions: Vec<Exception>,
    pub threads: Vec<Thread>,
    pub breadcrumbs: Vec<Breadcrumb>,
    pub request: Option<Request>,
    pub user: Option<User>,
    /// In the order sent, keys unique.
    pub tags: Vec<(String, String)>,
    pub extra: BTreeMap<String, Value>,
    pub contexts: BTreeMap<String, Value>,
    /// Module name to version.
    pub modules: BTreeMap<String, String>,
    pub sdk: Option<Sdk>,
    /// The client's own fingerprint, verbatim; empty means `{{ default }}`.
    pub fingerprint: Vec<String>,
    /// `debug_meta.images`, unknown kinds kept.
    pub images: Vec<Value>,
    /// The security report this event was made from, if any.
    pub csp: Option<CspReport>,
    /// What was taken out before it was stored, by us or by the client.
    pub taken_out: Vec<TakenOut>,
    /// What was dropped or changed while normalising, in words a developer can act on.
    pub notes: Vec<Note>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    Info,
    Warning,
    #[default]
    Error,
    Fatal,
}

/// One thing that was wrong with a payload and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Dotted path in the payload, for example `exception.values.0.stacktrace`.
    pub path: String,
    pub reason: String,
}

/// One place where a secret was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOut {
    /// Dotted path in the payload, for example `extra.password`.
    pub path: String,
    /// The rule that took it, for example `@password`.
    pub rule: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogMessage {
    /// The template, where the client sent one apart from the text.
    pub template: Option<String>,
    /// The text with its parameters in place.
    pub formatted: String,
    pub params: Vec<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    pub kind: Option<String>,
    pub value: Option<String>,
    pub module: Option<String>,
    pub thread_id: Option<String>,
    pub mechanism: Option<Mechanism>,
    /// Oldest caller first, the crashing frame last.
    pub frames: Vec<Frame>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mechanism {
    pub kind: Option<String>,
    pub handled: Option<bool>,
    pub synthetic: bool,
    pub exception_id: Option<i64>,
    pub parent_id: Option<i64>,
    pub is_exception_group: bool,
    pub source: Option<String>,
    pub data: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub filename: Option<String>,
    pub abs_path: Option<String>,
    pub function: Option<String>,
    pub module: Option<String>,
    pub package: Option<String>,
    pub platform: Option<String>,
    /// 1-based.
    pub lineno: Option<u32>,
    /// 1-based.
    pub colno: Option<u32>,
    pub pre_context: Vec<String>,
    pub context_line: Option<String>,
    pub post_context: Vec<String>,
    /// As the SDK marked it; `None` where it did not say.
    pub in_app: Option<bool>,
    pub vars: BTreeMap<String, Value>,
    pub instruction_addr: Option<String>,
    /// Where a source map applied: the place in the file that ran.
    pub generated: Option<Box<Generated>>,
}

/// A place in a generated (minified) script, as the client sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Generated {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// 1-based.
    pub lineno: u32,
    /// 1-based.
    pub colno: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    pub id: Option<String>,
    pub name: Option<String>,
    pub crashed: bool,
    pub current: bool,
    pub frames: Vec<Frame>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breadcrumb {
    /// Unix milliseconds.
    pub timestamp: Option<i64>,
    pub kind: String,
    pub category: Option<String>,
    pub level: Level,
    pub message: Option<String>,
    pub data: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub method: Option<String>,
    /// Without query and fragment.
    pub url: Option<String>,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub cookies: Vec<(String, String)>,
    pub env: BTreeMap<String, Value>,
    pub body: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub id: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub name: Option<String>,
    pub ip_address: Option<String>,
    /// Everything else the client said of the user.
    pub data: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sdk {
    pub name: String,
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CspReport {
    pub document_uri: Option<String>,
    pub blocked_uri: Option<String>,
    pub effective_directive: String,
}

impl User {
    /// The one string that tells users apart: id, else e-mail, else user name, else address.
    pub fn key(&self) -> Option<&str> {
        [&self.id, &self.email, &self.username, &self.ip_address].into_iter().find_map(|field| field.as_deref())
    }
}
