//! When a job is expected next, on the calendar of its time zone.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::crontab::Crontab;

/// How much earlier than expected a check-in may come and still be the expected one, milliseconds: the job's machine has
/// a clock of its own.
const EARLY_MS: i64 = 60_000;
/// And which part of the time to the one after: a job of every minute must not run ahead of itself.
const EARLY_PART: i64 = 10;
/// A century, milliseconds: what has no next time on the calendar, which ends with the year 9999, is not waited for.
const NEVER_MS: i64 = 100 * 365 * 24 * 3_600_000;

/// When a job runs.
#[derive(Clone, Debug)]
pub enum Schedule {
    Crontab {
        crontab: Crontab,
        zone: TimeZone,
    },
    /// This long after the last check-in.
    Interval {
        count: u16,
        unit: Unit,
    },
}

/// Units of an interval, as the protocol writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Schedule {
    /// The first time after `at` at which the job is expected.
    pub fn next_after(&self, at: i64) -> i64 {
        let next = match self {
            Self::Crontab { crontab, zone } => next_by_crontab(crontab, zone, at),
            Self::Interval { count, unit } => next_by_interval(i64::from(*count), *unit, at),
        };
        next.filter(|next| *next > at).unwrap_or_else(|| at.saturating_add(NEVER_MS))
    }
}

/// Whether a check-in at `at` is the one expected at `expected`, rather than a run between two.
pub fn counts_for(schedule: &Schedule, expected: i64, at: i64) -> bool {
    let gap = schedule.next_after(expected) - expected;
    at >= expected - EARLY_MS.min(gap / EARLY_PART)
}

/// When the next check-in is expected once one has come at `at`, where `expected` was the one waited for.
pub fn expected_after(schedule: &Schedule, expected: i64, at: i64) -> i64 {
    let by_calendar = matches!(schedule, Schedule::Crontab { .. });
    let from = if by_calendar && counts_for(schedule, expected, at) { at.max(expected) } else { at };
    schedule.next_after(from)
}

/// Whether a monitor waits for a time so far away that only a clock that was ahead can have led there: beyond the next
/// time, and the one after an early run, and one more for a clock between two.
pub fn is_ahead(schedule: &Schedule, expected: i64, now: i64) -> bool {
    expected > (0..3).fold(now, |at, _| schedule.next_after(at))
}

/// As Debian's cron does it: a job whose time is skipped in spring runs when the clock has jumped, one whose time comes
/// twice in autumn runs the first time.
fn next_by_crontab(crontab: &Crontab, zone: &TimeZone, at: i64) -> Option<i64> {
    let at = Timestamp::from_millisecond(at).ok()?;
    let mut civil = zone.to_datetime(at);
    // Twice at most: once where the clock was set back over the time that was found.
    for _ in 0..2 {
        civil = crontab.next_after(civil)?;
        let ambiguous = zone.to_ambiguous_timestamp(civil);
        let found = match ambiguous.offset() {
            AmbiguousOffset::Gap { .. } => zone.following(ambiguous.earlier().ok()?).next()?.timestamp(),
            AmbiguousOffset::Fold { .. } => {
                let first = ambiguous.earlier().ok()?;
                if first > at { first } else { ambiguous.later().ok()? }
            }
            AmbiguousOffset::Unambiguous { .. } => ambiguous.compatible().ok()?,
        };
        if found > at {
            return Some(found.as_millisecond());
        }
    }
    None
}

fn next_by_interval(count: i64, unit: Unit, at: i64) -> Option<i64> {
    let span = match unit {
        Unit::Minute => Span::new().try_minutes(count),
        Unit::Hour => Span::new().try_hours(count),
        Unit::Day => Span::new().try_days(count),
        Unit::Week => Span::new().try_weeks(count),
        Unit::Month => Span::new().try_months(count),
        Unit::Year => Span::new().try_years(count),
    };
    let from = Timestamp::from_millisecond(at).ok()?.to_zoned(TimeZone::UTC);
    Some(from.checked_add(span.ok()?).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn text(ms: i64) -> String {
        Timestamp::from_millisecond(ms).unwrap().to_string()
    }

    fn crontab(text: &str, zone: &str) -> Schedule {
        Schedule::Crontab { crontab: Crontab::parse(text).unwrap(), zone: TimeZone::get(zone).unwrap() }
    }

    #[test]
    fn a_crontab_follows_the_clock_of_its_zone() {
        #[rustfmt::skip]
        let table = [
            ("0 3 * * *",    "UTC",           "2026-11-24T03:00:00.001Z", "2026-11-25T03:00:00Z"),
            ("0 3 * * *",    "Europe/Berlin", "2026-11-24T00:00:00Z",     "2026-11-24T02:00:00Z"),
            ("0 3 * * *",    "Europe/Berlin", "2026-07-24T00:00:00Z",     "2026-07-24T01:00:00Z"),
            ("0 22 * * *",   "America/New_York", "2026-11-24T00:00:00Z",  "2026-11-24T03:00:00Z"),
            ("*/15 * * * *", "Asia/Kolkata",  "2026-11-24T00:01:00Z",     "2026-11-24T00:15:00Z"),
            // 29 March 2026: the clock jumps from 02:00 to 03:00.
            ("30 2 * * *",   "Europe/Berlin", "2026-03-28T12:00:00Z",     "2026-03-29T01:00:00Z"),
            ("30 2 * * *",   "Europe/Berlin", "2026-03-29T01:00:00Z",     "2026-03-30T00:30:00Z"),
            ("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:30:00Z",     "2026-03-29T01:00:00Z"),
            ("0 4 * * *",    "Europe/Berlin", "2026-03-28T12:00:00Z",     "2026-03-29T02:00:00Z"),
            // 25 October 2026: 02:30 comes twice, once at 00:30 and once at 01:30 UTC.
            ("30 2 * * *",   "Europe/Berlin", "2026-10-24T12:00:00Z",     "2026-10-25T00:30:00Z"),
            ("30 2 * * *",   "Europe/Berlin", "2026-10-25T00:30:00Z",     "2026-10-26T01:30:00Z"),
            ("*/30 * * * *", "Europe/Berlin", "2026-10-25T01:00:00Z",     "2026-10-25T01:30:00Z"),
            ("0 3 * * *",    "Europe/Berlin", "2026-10-24T12:00:00Z",     "2026-10-25T02:00:00Z"),
        ];
        for (schedule, zone, from, expected) in table {
            let found = text(crontab(schedule, zone).next_after(ms(from)));
            assert_eq!(found, expected, "{schedule} in {zone} after {from}");
        }
    }

    #[test]
    fn an_interval_is_counted_from_the_check_in() {
        for (count, unit, from, expected) in [
            (5, Unit::Minute, "2026-11-24T15:06:30Z", "2026-11-24T15:11:30Z"),
            (2, Unit::Hour, "2026-11-24T23:00:00Z", "2026-11-25T01:00:00Z"),
            (1, Unit::Day, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
            (1, Unit::Week, "2026-11-24T00:00:00Z", "2026-12-01T00:00:00Z"),
            (1, Unit::Month, "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"),
            (1, Unit::Year, "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"),
        ] {
            assert_eq!(text(Schedule::Interval { count, unit }.next_after(ms(from))), expected, "{count} {unit:?}");
        }
    }

    #[test]
    fn a_check_in_counts_for_the_run_it_belongs_to() {
        let nightly = crontab("0 3 * * *", "UTC");
        let expected = ms("2026-11-25T03:00:00Z");
        #[rustfmt::skip]
        let table = [
            ("on time",        "2026-11-25T03:00:02Z", "2026-11-26T03:00:00Z"),
            ("a little early", "2026-11-25T02:59:20Z", "2026-11-26T03:00:00Z"),
            ("between two",    "2026-11-24T15:00:00Z", "2026-11-25T03:00:00Z"),
            ("late",           "2026-11-25T09:00:00Z", "2026-11-26T03:00:00Z"),
        ];
        for (when, at, next) in table {
            assert_eq!(text(expected_after(&nightly, expected, ms(at))), next, "{when}");
        }
        // A job of every minute may be six seconds early, not sixty.
        let minutely = crontab("* * * * *", "UTC");
        let expected = ms("2026-11-24T15:01:00Z");
        for (at, next) in [
            ("2026-11-24T15:00:30Z", "2026-11-24T15:01:00Z"),
            ("2026-11-24T15:00:56Z", "2026-11-24T15:02:00Z"),
            ("2026-11-24T15:01:30Z", "2026-11-24T15:02:00Z"),
        ] {
            assert_eq!(text(expected_after(&minutely, expected, ms(at))), next, "{at}");
        }
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let yearly = Schedule::Interval { count: u16::MAX, unit: Unit::Year };
        assert!(yearly.next_after(ms("2026-11-24T00:00:00Z")) > ms("2026-11-24T00:00:00Z"));
        assert_eq!(yearly.next_after(i64::MAX), i64::MAX);
        assert!(crontab("* * * * *", "UTC").next_after(ms("9999-12-30T22:00:00Z")) > 0);
    }
}
