//! Sessions: one at a time with updates, or counted by the client.

use serde_json::Value;
use uuid::Uuid;

use super::normalise::{clean, id, text_of, timestamp};

/// Buckets of one aggregate item; Sentry's limit.
const MAX_BUCKETS: usize = 100;
/// Largest count one bucket may claim; more is a broken client.
const MAX_COUNT: i64 = 1_000_000;
/// Longest release and environment, characters.
const NAME_CHARS: usize = 200;
/// How long after its start a session may still be reported, milliseconds.
const MAX_AGE_MS: i64 = 5 * 24 * 3_600_000;

/// Where sessions ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    pub release: String,
    pub environment: Option<String>,
}

/// How a session stands, as the protocol writes it; unknown words are errors the session survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok,
    Exited,
    Unhandled,
    Crashed,
    Abnormal,
}

/// One update of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub sid: Uuid,
    pub attributes: Attributes,
    /// Unix milliseconds.
    pub started: i64,
    pub status: Status,
    pub errors: i64,
    /// The client's name for its user; to be hashed before it is stored.
    pub did: Option<String>,
}

/// One bucket of an aggregate; the five counts never overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    pub attributes: Attributes,
    /// Unix milliseconds.
    pub started: i64,
    pub did: Option<String>,
    pub exited: i64,
    pub errored: i64,
    pub unhandled: i64,
    pub crashed: i64,
    pub abnormal: i64,
}

/// Reads a `session` item.
///
/// # Errors
/// A reason in one word when it has no release or no id.
pub fn update(payload: &Value, received_at: i64) -> Result<Update, &'static str> {
    let status = status(payload.get("status").and_then(Value::as_str).unwrap_or("ok"));
    let errors = payload.get("errors").and_then(Value::as_i64).unwrap_or(0).clamp(0, MAX_COUNT);
    let at_least = i64::from(matches!(status, Status::Crashed | Status::Abnormal | Status::Unhandled));
    Ok(Update {
        sid: payload.get("sid").and_then(id).ok_or("missing_sid")?,
        attributes: attributes(payload)?,
        started: started(payload, received_at)?,
        status,
        errors: errors.max(at_least),
        did: did(payload),
    })
}

/// Reads a `sessions` item.
///
/// # Errors
/// A reason in one word when it has no release or no buckets.
pub fn aggregates(payload: &Value, received_at: i64) -> Result<Vec<Aggregate>, &'static str> {
    let attributes = attributes(payload)?;
    let buckets = payload.get("aggregates").and_then(Value::as_array).ok_or("missing_aggregates")?;
    let read = |bucket: &Value| {
        let count = |name: &str| bucket.get(name).and_then(Value::as_i64).unwrap_or(0).clamp(0, MAX_COUNT);
        Some(Aggregate {
            attributes: attributes.clone(),
            started: started(bucket, received_at).ok()?,
            did: did(bucket),
            exited: count("exited"),
            errored: count("errored"),
            unhandled: count("unhandled"),
            crashed: count("crashed"),
            abnormal: count("abnormal"),
        })
    };
    Ok(buckets.iter().take(MAX_BUCKETS).filter_map(read).collect())
}

fn attributes(payload: &Value) -> Result<Attributes, &'static str> {
    let text = |name: &str| {
        payload.pointer(&format!("/attrs/{name}")).cloned().and_then(text_of).and_then(|text| clean(text, NAME_CHARS))
    };
    let release =
        text("release").and_then(|release| super::normalise::release_name(&release)).ok_or("missing_release")?;
    Ok(Attributes { release, environment: text("environment") })
}

fn started(payload: &Value, received_at: i64) -> Result<i64, &'static str> {
    let at = payload.get("started").and_then(timestamp::parse).unwrap_or(received_at).min(received_at);
    if at < received_at - MAX_AGE_MS { Err("too_old") } else { Ok(at) }
}

fn did(payload: &Value) -> Option<String> {
    payload.get("did").cloned().and_then(text_of).and_then(|text| clean(text, NAME_CHARS))
}

fn status(word: &str) -> Status {
    match word {
        "ok" => Status::Ok,
        "exited" => Status::Exited,
        "crashed" => Status::Crashed,
        "abnormal" => Status::Abnormal,
        _ => Status::Unhandled,
    }
}
