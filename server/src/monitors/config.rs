//! A monitor's settings, as clients send them and as they are kept.

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::crontab::Crontab;
use super::schedule::{Schedule, Unit};

/// Longest slug, characters; Sentry's limit.
pub const SLUG_CHARS: usize = 50;
/// Longest name of a time zone, characters.
const ZONE_CHARS: usize = 64;
/// Longest crontab kept, characters.
const CRONTAB_CHARS: usize = 500;
/// Longest margin and run time, minutes: four weeks, Sentry's limit.
const MINUTES_MAX: u64 = 28 * 24 * 60;
/// Highest threshold; more failures in a row than these are never waited for.
const THRESHOLD_MAX: u64 = 720;
/// What clients mean who do not say, minutes.
const DEFAULT_MARGIN: u32 = 1;
const DEFAULT_RUNTIME: u32 = 30;
const MS_PER_MINUTE: i64 = 60_000;

/// What a client wants of a monitor. Only ones whose schedule can be read are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Config {
    schedule: Written,
    timezone: String,
    /// Minutes a check-in may be late.
    pub checkin_margin: u32,
    /// Minutes a run may take.
    pub max_runtime: u32,
    pub failure_issue_threshold: u32,
    pub recovery_threshold: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Written {
    Crontab { value: String },
    Interval { value: u16, unit: Unit },
}

/// Why settings are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// With what is wrong, in a sentence.
    Schedule(String),
    TimeZone,
}

impl Fault {
    /// In one word, for statistics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Schedule(_) => "invalid_schedule",
            Self::TimeZone => "invalid_timezone",
        }
    }

    /// In a sentence, for whoever sent it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Schedule(wrong) => format!("monitor_config.schedule: {wrong}"),
            Self::TimeZone => "monitor_config.timezone: is not the name of a time zone, like Europe/Berlin".to_owned(),
        }
    }
}

impl Config {
    /// Reads settings in the protocol's form.
    ///
    /// # Errors
    /// When there is no schedule that can be followed.
    pub fn read(sent: &Value) -> Result<(Self, Schedule), Fault> {
        let schedule = written(sent.get("schedule").unwrap_or(&Value::Null))?;
        let timezone = sent.get("timezone").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
        let number = |name: &str, default: u32, max: u64| {
            let sent = sent.get(name).and_then(whole).unwrap_or_else(|| u64::from(default));
            u32::try_from(sent.clamp(1, max)).unwrap_or(default)
        };
        let config = Self {
            schedule,
            // Cut only so far that it is no name of a zone.
            timezone: timezone.unwrap_or("UTC").chars().take(ZONE_CHARS + 1).collect(),
            checkin_margin: number("checkin_margin", DEFAULT_MARGIN, MINUTES_MAX),
            max_runtime: number("max_runtime", DEFAULT_RUNTIME, MINUTES_MAX),
            failure_issue_threshold: number("failure_issue_threshold", 1, THRESHOLD_MAX),
            recovery_threshold: number("recovery_threshold", 1, THRESHOLD_MAX),
        };
        let schedule = config.schedule()?;
        Ok((config, schedule))
    }

    /// Reads what [`Config::stored`] wrote.
    pub fn from_stored(text: &str) -> Option<(Self, Schedule)> {
        Self::read(&serde_json::from_str(text).ok()?).ok()
    }

    /// As it is kept, which is the form it is sent in.
    pub fn stored(&self) -> String {
        serde_json::to_value(self).unwrap_or_default().to_string()
    }

    pub fn timezone(&self) -> &str {
        &self.timezone
    }

    /// The schedule as its client wrote it.
    pub fn written(&self) -> String {
        match &self.schedule {
            Written::Crontab { value } => value.clone(),
            Written::Interval { value, unit } => format!("{value} {}", format!("{unit:?}").to_lowercase()),
        }
    }

    pub fn margin_ms(&self) -> i64 {
        i64::from(self.checkin_margin) * MS_PER_MINUTE
    }

    pub fn max_runtime_ms(&self) -> i64 {
        i64::from(self.max_runtime) * MS_PER_MINUTE
    }

    fn schedule(&self) -> Result<Schedule, Fault> {
        match &self.schedule {
            Written::Interval { value, unit } => Ok(Schedule::Interval { count: *value, unit: *unit }),
            Written::Crontab { value } => {
                let crontab = Crontab::parse(value).map_err(Fault::Schedule)?;
                let is_name = self.timezone.len() <= ZONE_CHARS;
                let zone = is_name.then(|| TimeZone::get(&self.timezone).ok()).flatten().ok_or(Fault::TimeZone)?;
                Ok(Schedule::Crontab { crontab, zone })
            }
        }
    }
}

fn written(sent: &Value) -> Result<Written, Fault> {
    let wrong = |what: &str| Fault::Schedule(what.to_owned());
    let value = sent.get("value").ok_or_else(|| wrong("needs a type and a value"))?;
    match sent.get("type").and_then(Value::as_str) {
        Some("crontab") => {
            let value = value.as_str().map(str::trim).ok_or_else(|| wrong("a crontab is a text"))?;
            Ok(Written::Crontab { value: value.chars().take(CRONTAB_CHARS + 1).collect() })
        }
        Some("interval") => {
            let count = whole(value).and_then(|count| u16::try_from(count).ok()).filter(|count| *count > 0);
            let unit = sent.get("unit").and_then(Value::as_str).and_then(unit);
            Ok(Written::Interval {
                value: count.ok_or_else(|| wrong("an interval is a whole number from 1 to 65535"))?,
                unit: unit.ok_or_else(|| wrong("the unit is minute, hour, day, week, month or year"))?,
            })
        }
        _ => Err(wrong("the type is crontab or interval")),
    }
}

/// Some clients write units in the plural.
fn unit(word: &str) -> Option<Unit> {
    let word = word.trim().to_ascii_lowercase();
    serde_json::from_value(Value::from(word.strip_suffix('s').unwrap_or(&word))).ok()
}

/// A whole number, also as a text or with a fraction of nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casting saturates, which is what is wanted"
)]
fn whole(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number >= 0.0).then_some(number as u64)
}

/// A slug as it is kept: what clients make up is repaired, not refused. `None` if nothing is left of it.
pub fn slug(sent: &str) -> Option<String> {
    let repair = |char: char| match char {
        'a'..='z' | '0'..='9' | '_' | '-' => char,
        'A'..='Z' => char.to_ascii_lowercase(),
        _ => '-',
    };
    let slug: String = sent.trim().chars().map(repair).take(SLUG_CHARS).collect();
    let slug = slug.trim_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_with_their_defaults_and_survive_being_stored() {
        let sent = json!({"schedule": {"type": "crontab", "value": " 0 3 * * * "}, "timezone": "Europe/Berlin"});
        let (config, _) = Config::read(&sent).unwrap();
        assert_eq!((config.checkin_margin, config.max_runtime), (1, 30));
        assert_eq!((config.failure_issue_threshold, config.recovery_threshold), (1, 1));
        assert_eq!((config.written().as_str(), config.timezone()), ("0 3 * * *", "Europe/Berlin"));
        assert_eq!(Config::from_stored(&config.stored()).map(|(config, _)| config), Some(config));

        let sent = json!({"schedule": {"type": "interval", "value": "90", "unit": "minutes"}, "checkin_margin": 0,
            "max_runtime": 1e12, "failure_issue_threshold": null, "recovery_threshold": 2.0, "owner": "team:ops"});
        let (config, _) = Config::read(&sent).unwrap();
        assert_eq!((config.checkin_margin, config.max_runtime), (1, 40_320));
        assert_eq!((config.failure_issue_threshold, config.recovery_threshold), (1, 2));
        assert_eq!(config.written(), "90 minute");
        assert_eq!(Config::from_stored(&config.stored()).map(|(config, _)| config), Some(config));
    }

    #[test]
    fn a_schedule_that_cannot_be_followed_is_refused() {
        for (schedule, zone, reason) in [
            (json!(null), "UTC", "invalid_schedule"),
            (json!({"type": "crontab", "value": 5}), "UTC", "invalid_schedule"),
            (json!({"type": "crontab", "value": "often"}), "UTC", "invalid_schedule"),
            (json!({"type": "crontab", "value": "0 3 * * *"}), "Middle/Earth", "invalid_timezone"),
            (json!({"type": "crontab", "value": "0 3 * * *"}), "../../etc/passwd", "invalid_timezone"),
            (json!({"type": "interval", "value": 0, "unit": "day"}), "UTC", "invalid_schedule"),
            (json!({"type": "interval", "value": -5, "unit": "day"}), "UTC", "invalid_schedule"),
            (json!({"type": "interval", "value": 70_000, "unit": "day"}), "UTC", "invalid_schedule"),
            (json!({"type": "interval", "value": 1, "unit": "blink"}), "UTC", "invalid_schedule"),
            (json!({"type": "moon", "value": "full"}), "UTC", "invalid_schedule"),
        ] {
            let fault = Config::read(&json!({"schedule": schedule, "timezone": zone})).unwrap_err();
            assert_eq!(fault.reason(), reason, "{schedule}");
            assert!(fault.sentence().starts_with("monitor_config."), "{fault:?}");
        }
    }

    #[test]
    fn slugs_are_repaired() {
        for (sent, kept) in [
            ("nightly-backup", Some("nightly-backup")),
            (" Nightly Backup/EU ", Some("nightly-backup-eu")),
            ("a_b", Some("a_b")),
            ("--", None),
            ("", None),
        ] {
            assert_eq!(slug(sent).as_deref(), kept, "{sent:?}");
        }
        assert_eq!(slug(&"x".repeat(99)).map(|slug| slug.len()), Some(SLUG_CHARS));
    }
}
