//! Clocks that are wrong: how far a client's is from ours, and its times as they would be by ours.
//!
//! A client says when it sent a request; what that differs from the time of arrival is how wrong its clock is, since a
//! request is on its way for seconds. Only large differences are corrected: the small ones are the network.

use serde_json::{Value, json};

use super::normalise::timestamp;

/// Smallest difference that is corrected, milliseconds: an hour less five minutes. What goes wrong with clocks in the
/// field is the time zone, which is off by an hour or more, or the year. Counters are kept by the hour, so less than
/// that would hardly be seen in them; and five minutes are more than a slow upload takes.
const SMALLEST_MS: i64 = 55 * 60_000;
/// The type of the note an event gets. SDKs report what they changed in the same list.
pub(super) const NOTE: &str = "clock_drift";
/// Entries of one list whose times are corrected; more than any list that is kept.
const MAX_ENTRIES: usize = 1_000;

/// Milliseconds to add to a client's times; nothing where its clock is near enough to ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift(i64);

impl Drift {
    /// From when the client says it sent a request (RFC 3339, or seconds) and when it arrived (Unix milliseconds).
    pub fn between(sent_at: Option<&str>, received_at: i64) -> Self {
        let sent_at = sent_at.and_then(|text| timestamp::parse(&Value::from(text)));
        let difference = sent_at.map_or(0, |sent_at| received_at.saturating_sub(sent_at));
        Self(if difference.saturating_abs() < SMALLEST_MS { 0 } else { difference })
    }

    /// Whether the client's clock is wrong.
    pub fn is_any(self) -> bool {
        self.0 != 0
    }

    /// A time in milliseconds as it would be by our clock.
    pub fn correct(self, at: i64) -> i64 {
        at.saturating_add(self.0)
    }

    /// Corrects the times of an event or of feedback, and notes there what the client's clock said. Answers whether
    /// anything had to be changed.
    pub fn correct_event(self, event: &mut Value) -> bool {
        if self.0 == 0 {
            return false;
        }
        let said = event.get("timestamp").cloned();
        let mut changed = self.shift(event, &["timestamp", "start_timestamp"]);
        if changed && let Some(said) = said {
            note(event, said);
        }
        for list in ["/breadcrumbs/values", "/breadcrumbs", "/spans"] {
            let entries = event.pointer_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
            entries.take(MAX_ENTRIES).for_each(|entry| changed |= self.shift(entry, &["timestamp", "start_timestamp"]));
        }
        changed
    }

    /// Corrects the times of a session, or of sessions the client counted.
    pub fn correct_session(self, session: &mut Value) {
        if self.0 == 0 {
            return;
        }
        self.shift(session, &["started", "timestamp"]);
        let buckets = session.get_mut("aggregates").and_then(Value::as_array_mut).into_iter().flatten();
        buckets.take(MAX_ENTRIES).for_each(|bucket| {
            self.shift(bucket, &["started"]);
        });
    }

    #[expect(clippy::cast_precision_loss, reason = "a time in milliseconds has fewer digits than a double holds")]
    fn shift(self, fields: &mut Value, names: &[&str]) -> bool {
        let mut changed = false;
        for name in names {
            let Some(time) = fields.get_mut(name) else { continue };
            if let Some(at) = timestamp::parse(time) {
                *time = json!(self.correct(at) as f64 / 1_000.0);
                changed = true;
            }
        }
        changed
    }
}

/// Beside what the SDK itself had to change, where the normaliser finds it.
fn note(event: &mut Value, said: Value) {
    let entry = json!({"type": NOTE, "name": "timestamp", "value": said});
    match event.get_mut("errors").and_then(Value::as_array_mut) {
        Some(errors) => errors.insert(0, entry),
        None => event["errors"] = json!([entry]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20T10:00:00Z.
    const NOW: i64 = 1_795_168_800_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn only_a_clock_that_is_an_hour_off_is_wrong() {
        for (sent_at, expected) in [
            (None, 0),
            (Some("2026-11-20T10:00:00Z"), 0),
            (Some("2026-11-20T09:10:00Z"), 0),
            (Some("2026-11-20T10:50:00Z"), 0),
            (Some("2026-11-20T09:00:00Z"), HOUR),
            (Some("2026-11-20T12:00:00Z"), -2 * HOUR),
            (Some("1970-01-01T00:00:00Z"), NOW),
            (Some("1795165200.0"), HOUR),
            (Some("9999-01-01T00:00:00Z"), NOW - 253_370_764_800_000),
            (Some("half past nine"), 0),
        ] {
            assert_eq!(Drift::between(sent_at, NOW), Drift(expected), "{sent_at:?}");
        }
    }

    #[test]
    fn an_event_is_moved_with_all_its_times() {
        let event = |breadcrumbs: Value| {
            json!({"timestamp": "2026-11-20T08:00:00Z", "start_timestamp": 1_795_161_590.0, "breadcrumbs": breadcrumbs,
                "errors": [{"type": "invalid_data"}]})
        };
        let crumbs = json!([{"timestamp": 1_795_161_595}, {"message": "no time"}, null]);
        for (sent, list) in [(crumbs.clone(), "/breadcrumbs"), (json!({"values": crumbs}), "/breadcrumbs/values")] {
            let mut event = event(sent);
            assert!(Drift(2 * HOUR).correct_event(&mut event));
            assert_eq!(event["timestamp"], 1_795_168_800.0);
            assert_eq!(event["start_timestamp"], 1_795_168_790.0);
            assert_eq!(event.pointer(&format!("{list}/0/timestamp")), Some(&json!(1_795_168_795.0)));
            assert_eq!(event["errors"][0]["value"], "2026-11-20T08:00:00Z");
            assert_eq!(event["errors"][1]["type"], "invalid_data");
        }
    }

    #[test]
    fn what_has_no_time_stays_as_it_was_sent() {
        for sent in [json!({}), json!({"timestamp": null}), json!({"timestamp": "soon"}), json!([]), json!(7)] {
            let mut event = sent.clone();
            assert!(!Drift(2 * HOUR).correct_event(&mut event), "{sent}");
            assert_eq!(event, sent);
        }
        let mut event = json!({"timestamp": 1});
        assert!(!Drift::default().correct_event(&mut event));
    }

    #[test]
    fn sessions_are_moved_too() {
        let mut session = json!({"started": 1_795_165_200, "aggregates": [{"started": "2026-11-20T09:00:00Z"}, 7]});
        Drift(HOUR).correct_session(&mut session);
        assert_eq!(session, json!({"started": 1_795_168_800.0, "aggregates": [{"started": 1_795_168_800.0}, 7]}));
    }
}
