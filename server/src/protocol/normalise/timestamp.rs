//! Times as clients write them: RFC 3339 with or without a zone, or seconds as a number or a text.

use serde_json::{Number, Value};

use super::Notes;
use crate::protocol::json::Json;

/// How far ahead a client's clock may be before its time is not believed, milliseconds.
const FUTURE_MS: i64 = 60_000;
/// How old an event may be before its time is not believed, milliseconds: 30 days, as long as SDKs keep things offline.
const PAST_MS: i64 = 30 * 24 * 3_600_000;

/// Reads a time as Unix milliseconds.
pub fn parse(value: &Value) -> Option<i64> {
    match value {
        Value::Number(seconds) => of_number(seconds),
        Value::String(text) => of_text(text),
        _ => None,
    }
}

/// The same of what was only read.
pub(super) fn read(value: &Json<'_>) -> Option<i64> {
    match value {
        Json::Number(seconds) => of_number(seconds),
        Json::String(text) => of_text(text),
        _ => None,
    }
}

fn of_number(seconds: &Number) -> Option<i64> {
    seconds.as_f64().and_then(from_seconds)
}

fn of_text(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse::<f64>().ok().and_then(from_seconds).or_else(|| from_text(text))
}

/// The time of an event: what the client says where that can be true, else when it arrived.
pub(super) fn of_event(value: Option<Json<'_>>, received_at: i64, notes: &mut Notes) -> i64 {
    let Some(value) = value.filter(|value| !value.is_null()) else { return received_at };
    let Some(at) = read(&value) else {
        notes.add("timestamp", "not a time; the time of arrival is used");
        return received_at;
    };
    if at > received_at + FUTURE_MS || at < received_at - PAST_MS {
        notes.add("timestamp", format!("the client's clock says {value}; the time of arrival is used"));
        return received_at;
    }
    at.min(received_at)
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn from_seconds(seconds: f64) -> Option<i64> {
    // Year 9999 and its mirror; beyond are not seconds.
    (seconds.is_finite() && seconds.abs() < 253_402_300_800.0).then(|| (seconds * 1_000.0).round() as i64)
}

fn from_text(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_read_in_every_form() {
        for (sent, ms) in [
            (json!("2026-11-20T10:00:00Z"), Some(1_795_168_800_000)),
            (json!("2026-11-20T10:00:00.123456789Z"), Some(1_795_168_800_123)),
            (json!("2026-11-20T12:00:00+02:00"), Some(1_795_168_800_000)),
            (json!("2026-11-20T10:00:00"), Some(1_795_168_800_000)),
            (json!(1_795_168_800), Some(1_795_168_800_000)),
            (json!(1_795_168_800.5), Some(1_795_168_800_500)),
            (json!("1795168800.5"), Some(1_795_168_800_500)),
            (json!("yesterday"), None),
            (json!(1e300), None),
            (json!([]), None),
        ] {
            assert_eq!(parse(&sent), ms, "{sent}");
        }
    }
}
