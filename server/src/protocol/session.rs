//! Sessions: one at a time with updates, or counted by the client.

use serde_json::Value;
use uuid::Uuid;

use super::names;
use super::normalise::{clean, id, text_of, timestamp};

/// Buckets of one aggregate item; Sentry's limit.
const MAX_BUCKETS: usize = 100;
/// Largest count one bucket may claim; more is a broken client.
const MAX_COUNT: i64 = 1_000_000;
/// Longest name of a user, characters.
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
    let errors = count(payload, "errors");
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
        let count = |name: &str| count(bucket, name);
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
    let text = |name: &str| payload.get("attrs")?.get(name).cloned().and_then(text_of);
    let release = text("release").and_then(|release| names::release(&release)).ok_or("missing_release")?;
    Ok(Attributes { release, environment: text("environment").and_then(|name| names::environment(&name)) })
}

/// A count sent as a whole number, a fraction or a text; nothing counts as nought.
fn count(fields: &Value, name: &str) -> i64 {
    let count = match fields.get(name) {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    // Casting saturates, and what is not a number becomes nought.
    (count.unwrap_or(0.0) as i64).clamp(0, MAX_COUNT)
}

fn started(payload: &Value, received_at: i64) -> Result<i64, &'static str> {
    let at = payload.get("started").and_then(timestamp::parse).unwrap_or(received_at).min(received_at);
    if at < received_at.saturating_sub(MAX_AGE_MS) { Err("too_old") } else { Ok(at) }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_168_800_000;

    fn session(extra: Value) -> Value {
        let mut session = json!({"sid": "7c7b6585-f901-4351-bf8d-02711b721929", "started": NOW / 1_000 - 60,
            "attrs": {"release": "shop@1.0", "environment": "web/eu"}});
        session.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap());
        session
    }

    #[test]
    fn a_session_is_read() {
        let read = update(&session(json!({"did": 7, "status": "exited", "errors": "2"})), NOW).unwrap();
        assert_eq!(read.attributes.release, "shop@1.0");
        // As events have it, or their counts would not meet.
        assert_eq!(read.attributes.environment.as_deref(), Some("web-eu"));
        assert_eq!((read.started, read.status, read.errors), (NOW - 60_000, Status::Exited, 2));
        assert_eq!(read.did.as_deref(), Some("7"));
    }

    #[test]
    fn every_status_is_known_and_bad_ones_have_an_error() {
        for (word, expected, errors) in [
            ("ok", Status::Ok, 0),
            ("exited", Status::Exited, 0),
            ("crashed", Status::Crashed, 1),
            ("abnormal", Status::Abnormal, 1),
            ("unhandled", Status::Unhandled, 1),
            ("melted", Status::Unhandled, 1),
        ] {
            let read = update(&session(json!({"status": word, "init": true})), NOW).unwrap();
            assert_eq!((read.status, read.errors), (expected, errors), "{word}");
        }
    }

    #[test]
    fn a_session_without_release_id_or_recent_start_is_refused() {
        for (extra, reason) in [
            (json!({"attrs": {"release": " "}}), "missing_release"),
            (json!({"attrs": null}), "missing_release"),
            (json!({"sid": "x"}), "missing_sid"),
            (json!({"started": 1}), "too_old"),
        ] {
            assert_eq!(update(&session(extra), NOW), Err(reason));
        }
    }

    #[test]
    fn a_start_in_the_future_is_now() {
        let read = update(&session(json!({"started": "2099-01-01T00:00:00.123456789Z"})), NOW).unwrap();
        assert_eq!(read.started, NOW);
    }

    #[test]
    fn aggregates_are_read_and_bounded() {
        let bucket = json!({"started": "2026-11-20T10:00:00Z", "exited": 5, "errored": 2.0, "crashed": -3,
            "unhandled": "1", "abnormal": 1e300});
        let payload = json!({"attrs": {"release": "shop@1.0"}, "aggregates": vec![bucket; MAX_BUCKETS + 1]});
        let read = aggregates(&payload, NOW).unwrap();
        assert_eq!(read.len(), MAX_BUCKETS);
        let first = &read[0];
        let counts = [first.exited, first.errored, first.unhandled, first.crashed, first.abnormal];
        assert_eq!(counts, [5, 2, 1, 0, MAX_COUNT]);
        assert_eq!(aggregates(&json!({"attrs": {"release": "1"}}), NOW), Err("missing_aggregates"));
    }
}
