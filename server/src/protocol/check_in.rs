//! Check-ins of cron monitors: an item of an envelope, or the parameters of a plain request.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::names;
use super::normalise::text_of;
use crate::monitors::{self, Config, Fault};

/// Longest run a client may claim, seconds: a year.
const DURATION_MAX: f64 = 366.0 * 86_400.0;
/// Where a job runs that does not say; what Sentry's clients mean.
const DEFAULT_ENVIRONMENT: &str = "production";

/// What a job says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    InProgress,
    Ok,
    Error,
}

/// One check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// `None` for the latest that is in progress, or a new one if none is.
    pub id: Option<Uuid>,
    pub slug: String,
    pub status: Status,
    pub duration_ms: Option<i64>,
    pub environment: String,
    pub release: Option<String>,
    /// What the client wants of the monitor, if it says.
    pub config: Option<Result<Config, Fault>>,
}

/// Reads a `check_in` item, or the body of a request where the address names the monitor.
///
/// # Errors
/// A reason in one word when it names no monitor or no status.
pub fn read(sent: &Value) -> Result<CheckIn, &'static str> {
    let text = |name: &str| sent.get(name).cloned().and_then(text_of);
    Ok(CheckIn {
        id: id(text("check_in_id").as_deref())?,
        slug: text("monitor_slug").and_then(|sent| monitors::slug(&sent)).ok_or("missing_monitor_slug")?,
        status: status(text("status").as_deref().unwrap_or_default())?,
        duration_ms: text("duration").and_then(|seconds| duration(&seconds)),
        environment: environment(text("environment")),
        release: text("release").and_then(|sent| names::release(&sent)),
        config: sent.get("monitor_config").filter(|config| config.is_object()).map(|config| {
            let (config, _) = Config::read(config)?;
            Ok(config)
        }),
    })
}

/// The parameters of a plain request as an item would have them: the query over the body, the address over both.
pub fn of_request(slug: &str, query: &str, body: Map<String, Value>) -> Value {
    let mut sent = body;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if ["status", "check_in_id", "duration", "environment", "release"].contains(&name) {
            sent.insert(name.to_owned(), Value::String(decoded(value).into_owned()));
        }
    }
    sent.insert("monitor_slug".to_owned(), Value::String(slug.to_owned()));
    Value::Object(sent)
}

fn decoded(value: &str) -> Cow<'_, str> {
    match value.contains('+') {
        true => Cow::Owned(percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()),
        false => percent_decode_str(value).decode_utf8_lossy(),
    }
}

/// All zeros, and nothing at all, mean the latest.
fn id(sent: Option<&str>) -> Result<Option<Uuid>, &'static str> {
    match sent.map(str::trim).filter(|sent| !sent.is_empty()) {
        None => Ok(None),
        Some(sent) => {
            let id = Uuid::try_parse(sent).map_err(|_| "invalid_check_in_id")?;
            Ok((!id.is_nil()).then_some(id))
        }
    }
}

fn status(word: &str) -> Result<Status, &'static str> {
    match word {
        "in_progress" => Ok(Status::InProgress),
        "ok" => Ok(Status::Ok),
        "error" => Ok(Status::Error),
        "" => Err("missing_status"),
        _ => Err("invalid_status"),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn duration(seconds: &str) -> Option<i64> {
    let seconds: f64 = seconds.trim().parse().ok()?;
    (0.0..=DURATION_MAX).contains(&seconds).then(|| (seconds * 1_000.0).round() as i64)
}

fn environment(sent: Option<String>) -> String {
    sent.and_then(|sent| names::environment(&sent)).unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_check_in_of_an_sdk_is_read() {
        let read = read(&json!({
            "check_in_id": "83a7c03ed0a04e1b97e2e3b18d38f244", "monitor_slug": "Nightly Backup", "status": "ok",
            "duration": 1.5, "release": "shop@1.0", "environment": "web/eu",
            "monitor_config": {"schedule": {"type": "interval", "value": 1, "unit": "day"}},
        }))
        .unwrap();
        assert_eq!(read.id.map(|id| id.simple().to_string()).as_deref(), Some("83a7c03ed0a04e1b97e2e3b18d38f244"));
        assert_eq!((read.slug.as_str(), read.status, read.duration_ms), ("nightly-backup", Status::Ok, Some(1_500)));
        assert_eq!((read.environment.as_str(), read.release.as_deref()), ("web-eu", Some("shop@1.0")));
        assert!(read.config.is_some_and(|config| config.is_ok()));
    }

    #[test]
    fn what_is_missing_has_a_default_or_a_reason() {
        let latest = read(&json!({"monitor_slug": "a", "status": "in_progress", "duration": -1,
            "check_in_id": "00000000000000000000000000000000"}))
        .unwrap();
        assert_eq!((latest.id, latest.duration_ms, latest.environment.as_str()), (None, None, "production"));
        for (sent, reason) in [
            (json!({"status": "ok"}), "missing_monitor_slug"),
            (json!({"monitor_slug": "/", "status": "ok"}), "missing_monitor_slug"),
            (json!({"monitor_slug": "a"}), "missing_status"),
            (json!({"monitor_slug": "a", "status": "fine"}), "invalid_status"),
            (json!({"monitor_slug": "a", "status": "ok", "check_in_id": "latest"}), "invalid_check_in_id"),
            (json!({}), "missing_monitor_slug"),
        ] {
            assert_eq!(read(&sent), Err(reason), "{sent}");
        }
    }

    #[test]
    fn a_request_says_the_same_in_its_query() {
        let body = json!({"status": "error", "monitor_slug": "b", "monitor_config": {"schedule": null}});
        let Value::Object(body) = body else { unreachable!("an object was written") };
        let sent = of_request("a", "sentry_key=x&status=ok&duration=2.5&environment=pre+prod%2Feu&flag", body);
        let read = read(&sent).unwrap();
        assert_eq!((read.slug.as_str(), read.status, read.duration_ms), ("a", Status::Ok, Some(2_500)));
        assert_eq!(read.environment, "pre prod-eu");
        assert_eq!(read.config.and_then(Result::err).map(|fault| fault.reason()), Some("invalid_schedule"));
    }
}
