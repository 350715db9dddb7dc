//! Transactions, and the spans that newer clients send in their place: where, when, how long, whether it went well.
//!
//! Everything else in them, spans above all, is read over without being kept in memory.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::drift::Drift;
use super::names;
use super::normalise::{clean, text_of, timestamp};

/// Longest name read, characters; parameterised ones get shorter.
const NAME_CHARS: usize = 400;
/// Spans of one item; Sentry's limit for a container.
const SPANS_MAX: usize = 1_000;
/// Longest duration that is told apart, microseconds: a day.
const MICROS_MAX: f64 = 86_400.0 * 1e6;
/// How old a transaction may be, milliseconds; as for sessions.
const MAX_AGE_MS: i64 = 5 * 24 * 3_600_000;
/// What a transaction is called that has no name.
const UNNAMED: &str = "<unnamed>";

/// One request or task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub name: String,
    /// Where the name comes from: `route`, `url`, …
    pub source: Option<String>,
    pub release: Option<String>,
    pub environment: Option<String>,
    /// When it ended, Unix milliseconds.
    pub at: i64,
    pub micros: u64,
    pub failed: bool,
}

#[derive(Deserialize)]
struct Item {
    transaction: Option<Value>,
    transaction_info: Option<Value>,
    start_timestamp: Option<Value>,
    timestamp: Option<Value>,
    release: Option<Value>,
    environment: Option<Value>,
    contexts: Option<Value>,
}

/// By which clock times are read: when the request arrived, and how wrong the client's clock is.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// Unix milliseconds.
    pub received_at: i64,
    pub drift: Drift,
}

/// Reads a `transaction` item.
///
/// # Errors
/// A reason in one word when it is no JSON or does not say how long it took.
pub fn read(payload: &[u8], clocks: Clocks) -> Result<Transaction, &'static str> {
    let item: Item = serde_json::from_slice(payload).map_err(|_| "invalid_json")?;
    let (at, micros) = times(item.start_timestamp.as_ref(), item.timestamp.as_ref(), clocks)?;
    let status = item.contexts.and_then(|contexts| contexts.get("trace")?.get("status").cloned());
    Ok(Transaction {
        name: name(item.transaction),
        source: item.transaction_info.and_then(|info| text_of(info.get("source")?.clone())),
        release: text(item.release).and_then(|sent| names::release(&sent)),
        environment: text(item.environment).and_then(|sent| names::environment(&sent)),
        at,
        micros,
        failed: text(status).is_some_and(|status| is_failure(&status)),
    })
}

#[derive(Deserialize)]
struct Container<'a> {
    /// Not yet read: one that is broken must not lose its siblings.
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Span {
    name: Option<Value>,
    is_segment: Option<Value>,
    start_timestamp: Option<Value>,
    end_timestamp: Option<Value>,
    status: Option<Value>,
    attributes: Option<Value>,
}

/// Reads a `span` item: the segments in it, and `None` for each span that is none. A span alone, as older clients send
/// it, is never a segment.
///
/// # Errors
/// A reason in one word when it is no JSON.
pub fn spans(payload: &[u8], clocks: Clocks) -> Result<Vec<Result<Option<Transaction>, &'static str>>, &'static str> {
    let container: Container<'_> = serde_json::from_slice(payload).map_err(|_| "invalid_json")?;
    let Some(items) = container.items else { return Ok(vec![Ok(None)]) };
    let read = |(number, span): (usize, &RawValue)| {
        if number >= SPANS_MAX {
            return Err("too_many_items");
        }
        let span: Span = serde_json::from_str(span.get()).map_err(|_| "invalid_span")?;
        let is_segment = span.is_segment == Some(Value::Bool(true));
        if is_segment { segment(&span, clocks).map(Some) } else { Ok(None) }
    };
    Ok(items.into_iter().enumerate().map(read).collect())
}

fn segment(span: &Span, clocks: Clocks) -> Result<Transaction, &'static str> {
    let (at, micros) = times(span.start_timestamp.as_ref(), span.end_timestamp.as_ref(), clocks)?;
    // Attributes are typed: {"value": …, "type": "string"}.
    let attribute = |name: &str| text_of(span.attributes.as_ref()?.get(name)?.get("value")?.clone());
    let source = ["sentry.segment.name.source", "sentry.span.source", "sentry.source"].into_iter().find_map(attribute);
    let sent = name(span.name.clone().or_else(|| attribute("sentry.segment.name").map(Value::String)));
    let path = attribute("url.path").filter(|_| source.as_deref() == Some("url"));
    Ok(Transaction {
        name: path.map_or(sent.clone(), |path| name_with(&sent, &path)),
        source,
        release: attribute("sentry.release").and_then(|sent| names::release(&sent)),
        environment: attribute("sentry.environment").and_then(|sent| names::environment(&sent)),
        at,
        micros,
        failed: text(span.status.clone()).is_some_and(|status| is_failure(&status)),
    })
}

/// JavaScript SDKs name a segment that has no route `POST` or `Pageload`, and say its path beside that. Told apart by
/// it, as the transactions of older versions are, with their names.
fn name_with(sent: &str, path: &str) -> String {
    let is_method = sent.len() > 1 && sent.bytes().all(|byte| byte.is_ascii_uppercase());
    let told = match sent {
        "Pageload" | "Navigation" => path.to_owned(),
        method if is_method => format!("{method} {path}"),
        other => return other.to_owned(),
    };
    name(Some(Value::String(told)))
}

/// What failed: everything that says how it ended, except well, called off by its caller, or unknown. `not_found` and
/// `invalid_argument` are failures too: a release that breaks its links shows in them.
fn is_failure(status: &str) -> bool {
    !matches!(status, "" | "ok" | "unset" | "cancelled" | "unknown")
}

/// When it ended and how long it took. The clock of the client is believed about the difference, and about the time as
/// far as it is right and that does not lie ahead of us.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
fn times(start: Option<&Value>, end: Option<&Value>, clocks: Clocks) -> Result<(i64, u64), &'static str> {
    let start = start.and_then(micros).ok_or("missing_start_timestamp")?;
    let end = end.and_then(micros).ok_or("missing_timestamp")?;
    let took = end - start;
    if !(0.0..=f64::MAX).contains(&took) {
        return Err("invalid_duration");
    }
    let Clocks { received_at, drift } = clocks;
    let at = drift.correct((end / 1e3) as i64).min(received_at);
    if at < received_at.saturating_sub(MAX_AGE_MS) { Err("too_old") } else { Ok((at, took.min(MICROS_MAX) as u64)) }
}

/// A time in microseconds, as far as a float is exact: to the microsecond until 2255.
#[expect(clippy::cast_precision_loss, reason = "exact until 2255")]
fn micros(value: &Value) -> Option<f64> {
    match value {
        Value::Number(seconds) => seconds.as_f64().map(|seconds| seconds * 1e6),
        Value::String(text) => {
            let exact = text.trim().parse::<jiff::Timestamp>().ok().map(|at| at.as_microsecond() as f64);
            exact.or_else(|| timestamp::parse(value).map(|ms| ms as f64 * 1e3))
        }
        _ => None,
    }
}

fn text(value: Option<Value>) -> Option<String> {
    value.and_then(text_of)
}

fn name(value: Option<Value>) -> String {
    text(value).and_then(|text| clean(text, NAME_CHARS)).unwrap_or_else(|| UNNAMED.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_168_800_000;
    const HOUR: i64 = 3_600_000;

    fn right() -> Clocks {
        Clocks { received_at: NOW, drift: Drift::default() }
    }

    /// Of a client whose clock is `ahead` of ours.
    fn wrong(ahead: i64) -> Clocks {
        Clocks { received_at: NOW, drift: Drift::between(Some(&((NOW + ahead) / 1_000).to_string()), NOW) }
    }

    fn sent(extra: &Value) -> Result<Transaction, &'static str> {
        let mut item = json!({
            "type": "transaction", "transaction": "/cart", "transaction_info": {"source": "route"},
            "start_timestamp": 1_795_168_700.25, "timestamp": 1_795_168_700.5, "release": "shop@1.0",
            "environment": "web/eu", "contexts": {"trace": {"trace_id": "a", "status": "ok"}}, "spans": [{"a": 1}],
        });
        item.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap());
        read(item.to_string().as_bytes(), right())
    }

    #[test]
    fn a_transaction_is_read() {
        let read = sent(&json!({})).unwrap();
        let expected = Transaction {
            name: "/cart".to_owned(),
            source: Some("route".to_owned()),
            release: Some("shop@1.0".to_owned()),
            environment: Some("web-eu".to_owned()),
            at: 1_795_168_700_500,
            micros: 250_000,
            failed: false,
        };
        assert_eq!(read, expected);
        assert!(!sent(&json!({"contexts": "none"})).unwrap().failed);
        let iso = json!({"start_timestamp": "2026-11-20T10:00:00.000001Z", "timestamp": "2026-11-20T10:00:00.000251Z"});
        assert_eq!(sent(&iso).unwrap().micros, 250);
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a time in milliseconds has fewer digits than a double holds")]
    fn a_wrong_clock_is_corrected_and_a_right_one_believed() {
        // Ten minutes before it was sent, by a clock that is so far ahead.
        for (ahead, expected) in [
            (0, -HOUR / 6),
            (30 * HOUR / 60, 0),
            (-30 * HOUR / 60, -40 * HOUR / 60),
            (2 * HOUR, -HOUR / 6),
            (-2 * HOUR, -HOUR / 6),
            (-400 * 24 * HOUR, -HOUR / 6),
            (400 * 24 * HOUR, -HOUR / 6),
        ] {
            let end = (NOW + ahead - HOUR / 6) as f64 / 1e3;
            let item = json!({"transaction": "/cart", "start_timestamp": end - 0.25, "timestamp": end});
            let span = json!({"items": [{"is_segment": true, "start_timestamp": end - 0.25, "end_timestamp": end}]});
            let read = read(item.to_string().as_bytes(), wrong(ahead)).unwrap();
            let segments = spans(span.to_string().as_bytes(), wrong(ahead)).unwrap();
            let segment = segments[0].clone().unwrap().unwrap();
            assert_eq!((read.at - NOW, read.micros), (expected, 250_000), "{ahead}");
            assert_eq!((segment.at, segment.micros), (read.at, read.micros), "{ahead}");
        }
        let old = json!({"start_timestamp": (NOW - 200 * HOUR) / 1_000, "timestamp": (NOW - 200 * HOUR) / 1_000});
        assert_eq!(super::read(old.to_string().as_bytes(), wrong(2 * HOUR)), Err("too_old"), "kept while offline");
    }

    #[test]
    fn what_did_not_end_well_failed() {
        for (status, failed) in [
            (json!("ok"), false),
            (json!("cancelled"), false),
            (json!("unknown"), false),
            (json!(null), false),
            (json!("internal_error"), true),
            (json!("deadline_exceeded"), true),
            (json!("not_found"), true),
        ] {
            let read = sent(&json!({"contexts": {"trace": {"status": status}}})).unwrap();
            assert_eq!(read.failed, failed, "{status}");
        }
        assert!(!sent(&json!({"contexts": null})).unwrap().failed);
    }

    #[test]
    fn without_a_duration_it_is_nothing() {
        for (extra, reason) in [
            (json!({"start_timestamp": null}), "missing_start_timestamp"),
            (json!({"timestamp": "soon"}), "missing_timestamp"),
            (json!({"timestamp": 1}), "invalid_duration"),
            (json!({"start_timestamp": 1, "timestamp": 2}), "too_old"),
        ] {
            assert_eq!(sent(&extra), Err(reason), "{extra}");
        }
        assert_eq!(read(b"{", right()), Err("invalid_json"));
        let long = sent(&json!({"start_timestamp": 0, "timestamp": 9e99, "transaction": null})).unwrap();
        assert_eq!((long.micros, long.at, long.name.as_str()), (86_400_000_000, NOW, UNNAMED));
    }

    #[test]
    fn segments_among_spans_are_transactions() {
        let span = |segment: bool| {
            json!({"trace_id": "a", "name": "GET /users/7", "is_segment": segment, "status": "error",
                "start_timestamp": 1_795_168_700.0, "end_timestamp": 1_795_168_700.125, "attributes": {
                    "sentry.release": {"value": "shop@1.0", "type": "string"}, "sentry.span.source": {"value": "url"},
                    "sentry.environment": {"value": "production", "type": "string"}}})
        };
        let payload =
            json!({"version": 2, "items": [span(true), span(false), {"is_segment": true}, {}, 7]}).to_string();
        let read = spans(payload.as_bytes(), right()).unwrap();
        let segment = read[0].clone().unwrap().unwrap();
        assert_eq!((segment.name.as_str(), segment.source.as_deref()), ("GET /users/7", Some("url")));
        assert_eq!((segment.release.as_deref(), segment.micros, segment.failed), (Some("shop@1.0"), 125_000, true));
        assert_eq!(read[1..], [Ok(None), Err("missing_start_timestamp"), Ok(None), Err("invalid_span")]);
        assert_eq!(spans(b"{\"span_id\": \"a\"}", right()).unwrap(), [Ok(None)]);
    }

    #[test]
    fn segments_without_a_route_are_told_apart_by_their_path() {
        for (sent, source, expected) in [
            ("POST", "url", "POST /users/7"),
            ("Pageload", "url", "/users/7"),
            ("GET /users/7", "url", "GET /users/7"),
            ("GET /users/:id", "route", "GET /users/:id"),
            ("settle orders", "custom", "settle orders"),
        ] {
            let span = json!({"name": sent, "is_segment": true, "start_timestamp": 1_795_168_700.0,
                "end_timestamp": 1_795_168_700.5, "attributes": {
                    "sentry.segment.name.source": {"value": source}, "url.path": {"value": "/users/7"}}});
            let read = spans(json!({"items": [span]}).to_string().as_bytes(), right()).unwrap();
            let segment = read[0].clone().unwrap().unwrap();
            assert_eq!((segment.name.as_str(), segment.source.as_deref()), (expected, Some(source)));
        }
    }
}
