//! Points in time and lengths of it, as they are written: `-7d`, `2026-11-01`, `today`. They become milliseconds only once
//! somebody says what time it is.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::range::Range;
use crate::clock::DAY_MS;

const MINUTE_MS: i64 = 60_000;
const SECOND_MS: i64 = 1_000;
/// In minutes, as all lengths here.
const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
/// Longest length of time, minutes: a century, longer than anything is kept.
const MAX_MINUTES: u32 = 36_525 * 24 * 60;

/// A length of time, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct Span(u32);

/// A point in time, or a short stretch of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long before now; alone it means since then.
    Ago(Span),
    Day(Date),
    /// To the second.
    Second(DateTime),
    Today,
    Yesterday,
}

/// From when on, and until when: Unix milliseconds, the end not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Span {
    /// Reads `90m`, `24h`, `7d`, `2w`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let digits = text.find(|char: char| !char.is_ascii_digit())?;
        let number: u32 = text[..digits].parse().ok()?;
        let unit = match &text[digits..] {
            "m" | "min" => 1,
            "h" => HOUR,
            "d" => DAY,
            "w" => 7 * DAY,
            _ => return None,
        };
        Some(Self(number.checked_mul(unit)?.min(MAX_MINUTES)))
    }

    fn ms(self) -> i64 {
        i64::from(self.0) * MINUTE_MS
    }

    /// Number and unit, the largest that loses nothing.
    pub(super) fn parts(self) -> (u32, &'static str) {
        match self.0 {
            minutes if minutes > 0 && minutes.is_multiple_of(DAY) => (minutes / DAY, "day"),
            minutes if minutes > 0 && minutes.is_multiple_of(HOUR) => (minutes / HOUR, "hour"),
            minutes => (minutes, "minute"),
        }
    }
}

impl When {
    /// Reads `-7d`, `2026-11-01`, `2026-11-01T10:00`, `today`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "today" => Some(Self::Today),
            "yesterday" => Some(Self::Yesterday),
            other => Span::parse(other.strip_prefix('-').unwrap_or(other)).map(Self::Ago).or_else(|| civil(text)),
        }
    }

    /// From when on it is, and the first moment after it. A moment ago is as short as can be.
    fn bounds(self, now: i64) -> (i64, i64) {
        let today = now.div_euclid(DAY_MS) * DAY_MS;
        let (from, ms) = match self {
            Self::Ago(span) => (now.saturating_sub(span.ms()), 1),
            Self::Day(date) => (unix_ms(date.to_datetime(jiff::civil::Time::midnight())), DAY_MS),
            Self::Second(at) => (unix_ms(at), SECOND_MS),
            Self::Today => (today, DAY_MS),
            Self::Yesterday => (today - DAY_MS, DAY_MS),
        };
        (from, from.saturating_add(ms))
    }
}

impl Range<When> {
    /// Reads a range of times; `+7d` is what was longer ago.
    pub(super) fn of_times(text: &str) -> Option<Self> {
        match text.trim().strip_prefix('+') {
            Some(span) => Span::parse(span).map(|span| Self::Below(When::Ago(span))),
            None => Self::parse(text, When::parse),
        }
    }

    /// The times it means at a time.
    pub fn window(self, now: i64) -> Window {
        let (from, until) = match self {
            Self::Is(at @ When::Ago(_)) | Self::AtLeast(at) => (Some(at.bounds(now).0), None),
            Self::Is(at) => (Some(at.bounds(now).0), Some(at.bounds(now).1)),
            Self::Above(at) => (Some(at.bounds(now).1), None),
            Self::Below(at) => (None, Some(at.bounds(now).0)),
            Self::AtMost(at) => (None, Some(at.bounds(now).1)),
            Self::Between(from, to) => (Some(from.bounds(now).0), Some(to.bounds(now).1)),
        };
        Window { from, until }
    }
}

impl Range<Span> {
    /// Reads a range of ages; one alone, or with a minus, is an age not reached yet, and with a plus one that has passed.
    pub(super) fn of_ages(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(passed) = text.strip_prefix('+') {
            return Span::parse(passed).map(Self::Above);
        }
        match Self::parse(text.strip_prefix('-').unwrap_or(text), Span::parse)?.ordered() {
            Self::Is(span) => Some(Self::AtMost(span)),
            other => Some(other),
        }
    }

    /// When something is to have begun to be of such an age.
    pub fn window(self, now: i64) -> Window {
        let at = |span: Span| now.saturating_sub(span.ms());
        let (from, until) = match self {
            Self::Is(span) | Self::AtMost(span) => (Some(at(span)), None),
            Self::Below(span) => (Some(at(span).saturating_add(1)), None),
            Self::Above(span) => (None, Some(at(span))),
            Self::AtLeast(span) => (None, Some(at(span).saturating_add(1))),
            Self::Between(young, old) => (Some(at(old)), Some(at(young).saturating_add(1))),
        };
        Window { from, until }
    }
}

/// As it is written.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = self.parts();
        write!(f, "{number}{}", &unit[..1])
    }
}

/// As it is written.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ago(span) => write!(f, "-{span}"),
            Self::Day(date) => write!(f, "{date}"),
            Self::Second(at) => write!(f, "{at}"),
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
        }
    }
}

/// The shapes of a date, of a time to the minute, and of one to the second.
const SHAPES: [&str; 3] = ["dddd-dd-dd", "dddd-dd-ddtdd:dd", "dddd-dd-ddtdd:dd:dd"];

/// A date, or date and time in UTC. Shapes are few: a parser of every shape would take `20261101` for a date, too.
fn civil(text: &str) -> Option<When> {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let shape: String =
        text.chars().map(|char| if char.is_ascii_digit() { 'd' } else { char.to_ascii_lowercase() }).collect();
    match SHAPES.iter().position(|known| *known == shape)? {
        0 => text.parse().ok().map(When::Day),
        _ => text.parse().ok().map(When::Second),
    }
}

/// Years have four digits here, which are far within what can be told.
fn unix_ms(at: DateTime) -> i64 {
    TimeZone::UTC.to_timestamp(at).map_or(i64::MAX, jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 01:02:03 UTC.
    const NOW: i64 = 1_795_395_723_000;

    #[track_caller]
    fn check(text: &str, canonical: &str, from: Option<&str>, until: Option<&str>) {
        let range = Range::of_times(text).unwrap_or_else(|| panic!("{text} is understood"));
        assert_eq!(range.to_string(), canonical, "{text}");
        let ms = |at: &str| at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        assert_eq!(range.window(NOW), Window { from: from.map(ms), until: until.map(ms) }, "{text}");
    }

    #[test]
    fn times_are_relative_or_days_or_to_the_second() {
        check("-7d", "-7d", Some("2026-11-16T01:02:03Z"), None);
        check("48h", "-2d", Some("2026-11-21T01:02:03Z"), None);
        check("+2w", "<-14d", None, Some("2026-11-09T01:02:03Z"));
        check("today", "today", Some("2026-11-23T00:00:00Z"), Some("2026-11-24T00:00:00Z"));
        check("<Yesterday", "<yesterday", None, Some("2026-11-22T00:00:00Z"));
        check("2026-11-01", "2026-11-01", Some("2026-11-01T00:00:00Z"), Some("2026-11-02T00:00:00Z"));
        check(">2026-11-01", ">2026-11-01", Some("2026-11-02T00:00:00Z"), None);
        check("<=2026-11-01", "<=2026-11-01", None, Some("2026-11-02T00:00:00Z"));
        check(">=2026-11-01T10:30z", ">=2026-11-01T10:30:00", Some("2026-11-01T10:30:00Z"), None);
        check(
            "2026-11-01..2026-11-07",
            "2026-11-01..2026-11-07",
            Some("2026-11-01T00:00:00Z"),
            Some("2026-11-08T00:00:00Z"),
        );
        check("-2d..-1d", "-2d..-1d", Some("2026-11-21T01:02:03Z"), Some("2026-11-22T01:02:03.001Z"));
        for odd in ["", "soon", "20261101", "2026-13-01", "7", "7y", "-", "2026-11-01T10", "99999999999d"] {
            assert_eq!(Range::of_times(odd), None, "{odd}");
        }
    }

    #[test]
    fn ages_are_lengths_of_time() {
        for (text, canonical, from, until) in [
            ("7d", "<=7d", Some(7), None),
            ("-1w", "<=7d", Some(7), None),
            ("+7d", ">7d", None, Some(7)),
            (">7d", ">7d", None, Some(7)),
            ("7d..2d", "2d..7d", Some(7), Some(2)),
        ] {
            let range = Range::of_ages(text).unwrap();
            assert_eq!(range.to_string(), canonical, "{text}");
            let ms = |days: i64, more: i64| NOW - days * DAY_MS + more;
            let inclusive = i64::from(matches!(range, Range::Between(..)));
            let expected = Window { from: from.map(|days| ms(days, 0)), until: until.map(|days| ms(days, inclusive)) };
            assert_eq!(range.window(NOW), expected, "{text}");
        }
    }
}
