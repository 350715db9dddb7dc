//! Schedules as `cron` writes them: five fields or a nickname.
//!
//! A small reader of our own: the crates that know more (seconds, years, `L` and `#`) speak chrono, and clients send
//! only this.

use jiff::civil::DateTime;
use jiff::{Span, ToSpan};

/// Longest text that is read, characters; five fields with every list spelled out fit.
const TEXT_CHARS: usize = 500;
/// Days looked ahead. 29 February comes back on the same weekday after at most 40 years.
const DAYS_AHEAD: usize = 40 * 366;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The minutes a job runs at, each field as a set of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crontab {
    pub(super) minutes: u64,
    pub(super) hours: u64,
    pub(super) days: u64,
    pub(super) months: u64,
    /// Sunday is 0.
    pub(super) weekdays: u64,
    /// Whether the field said nothing; if both do not, a day of either kind is meant.
    pub(super) any_day: bool,
    pub(super) any_weekday: bool,
}

/// One of the five fields.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// Names of values, from `min` on.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", min: 1, max: 31, names: &[] },
    Field { name: "month", min: 1, max: 12, names: &MONTHS },
    // 7 is Sunday too.
    Field { name: "day of the week", min: 0, max: 7, names: &WEEKDAYS },
];

impl Crontab {
    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() > TEXT_CHARS {
            return Err("the schedule is too long".to_owned());
        }
        let fields: Vec<&str> = nickname(text).unwrap_or(text).split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!("a schedule has five fields, this one has {}", fields.len()));
        };
        let mut weekdays = FIELDS[4].read(weekday)?;
        weekdays = (weekdays | weekdays >> 7) & 0x7f;
        let crontab = Self {
            minutes: FIELDS[0].read(minute)?,
            hours: FIELDS[1].read(hour)?,
            days: FIELDS[2].read(day)?,
            months: FIELDS[3].read(month)?,
            weekdays,
            any_day: day.starts_with('*'),
            any_weekday: weekday.starts_with('*'),
        };
        let some_day = jiff::civil::date(2000, 1, 1).at(0, 0, 0, 0);
        crontab.next_after(some_day).map(|_| crontab).ok_or_else(|| "that day never comes".to_owned())
    }

    /// The first minute after `from` at which the job runs, on the clock of its own time zone.
    pub fn next_after(&self, from: DateTime) -> Option<DateTime> {
        let next_minute = Span::new().minutes(1);
        let first = from.with().second(0).subsec_nanosecond(0).build().ok()?.checked_add(next_minute).ok()?;
        if let Some(found) = self.within(first) {
            return Some(found);
        }
        let mut day = first.date();
        for _ in 0..DAYS_AHEAD {
            day = day.checked_add(1.day()).ok()?;
            if let Some(found) = self.within(day.at(0, 0, 0, 0)) {
                return Some(found);
            }
        }
        None
    }

    /// The first minute from `from` on that is on the same day.
    fn within(&self, from: DateTime) -> Option<DateTime> {
        if !self.is_on(from) {
            return None;
        }
        let (hour, minute) = (u32::try_from(from.hour()).ok()?, u32::try_from(from.minute()).ok()?);
        let same_hour = if has(self.hours, hour) { first_from(self.minutes, minute) } else { None };
        let (hour, minute) = match same_hour {
            Some(minute) => (hour, minute),
            None => (first_from(self.hours, hour + 1)?, first_from(self.minutes, 0)?),
        };
        Some(from.date().at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
    }

    /// Whether the job runs on this day at all. As cron has it: with both kinds of day given, either is enough.
    fn is_on(&self, at: DateTime) -> bool {
        let number = |value: i8| u32::try_from(value).unwrap_or_default();
        let day = has(self.days, number(at.day()));
        let weekday = has(self.weekdays, number(at.weekday().to_sunday_zero_offset()));
        let on_day = match (self.any_day, self.any_weekday) {
            (false, false) => day || weekday,
            _ => day && weekday,
        };
        has(self.months, number(at.month())) && on_day
    }
}

fn has(set: u64, value: u32) -> bool {
    set >> value & 1 == 1
}

/// The smallest member of a set that is not below `from`.
fn first_from(set: u64, from: u32) -> Option<u32> {
    let rest = set.checked_shr(from).unwrap_or(0);
    (rest != 0).then(|| from + rest.trailing_zeros())
}

fn nickname(text: &str) -> Option<&'static str> {
    Some(match text {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => return None,
    })
}

impl Field {
    /// A list of values, ranges and steps.
    fn read(&self, text: &str) -> Result<u64, String> {
        text.split(',').try_fold(0, |set, part| Ok(set | self.part(part)?))
    }

    /// `*`, `5`, `1-5`, `*/10`, `5/10` or `8-18/2`.
    fn part(&self, part: &str) -> Result<u64, String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (self.min, if self.max == 7 { 6 } else { self.max }),
            Some((from, to)) => (self.value(from)?, self.value(to)?),
            None => {
                let from = self.value(range)?;
                (from, if step.is_some() { self.max } else { from })
            }
        };
        if from > to {
            return Err(format!("the {} runs backwards in {part}", self.name));
        }
        let values = (from..=to).step_by(step.unwrap_or(1));
        Ok(values.fold(0, |set, value| set | 1 << value))
    }

    fn step(&self, text: &str) -> Result<usize, String> {
        let step = text.parse().ok().filter(|step| (1..=59).contains(step));
        step.ok_or_else(|| format!("the {} has a step that is not a number from 1 to 59", self.name))
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let named = named.and_then(|at| u32::try_from(at).ok()).map(|at| at + self.min);
        let value = named.or_else(|| text.parse().ok().filter(|value| (self.min..=self.max).contains(value)));
        value.ok_or_else(|| format!("the {} must be from {} to {}", self.name, self.min, self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, from: &str) -> String {
        let found = Crontab::parse(schedule).unwrap().next_after(from.parse().unwrap());
        found.map_or_else(|| "never".to_owned(), |at| at.strftime("%a %Y-%m-%d %H:%M").to_string())
    }

    #[test]
    fn the_next_minute_is_found() {
        #[rustfmt::skip]
        let table = [
            ("* * * * *",        "2026-11-24T15:06:59", "Tue 2026-11-24 15:07"),
            ("*/15 * * * *",     "2026-11-24T15:45:00", "Tue 2026-11-24 16:00"),
            ("5/20 * * * *",     "2026-11-24T15:46:00", "Tue 2026-11-24 16:05"),
            ("0 3 * * *",        "2026-11-24T02:59:59", "Tue 2026-11-24 03:00"),
            ("0 3 * * *",        "2026-11-24T03:00:00", "Wed 2026-11-25 03:00"),
            ("30 8-18/2 * * 1-5", "2026-11-27T18:31:00", "Mon 2026-11-30 08:30"),
            ("0 0 1 * *",        "2026-11-24T00:00:00", "Tue 2026-12-01 00:00"),
            ("0 0 31 * *",       "2026-11-01T00:00:00", "Thu 2026-12-31 00:00"),
            ("0 12 29 2 *",      "2026-11-24T00:00:00", "Tue 2028-02-29 12:00"),
            ("0 12 29 feb mon",  "2026-11-24T00:00:00", "Mon 2027-02-01 12:00"),
            // Either kind of day is enough when both are given.
            ("0 0 13 * fri",     "2026-11-24T00:00:00", "Fri 2026-11-27 00:00"),
            ("0 0 * * 7",        "2026-11-24T00:00:00", "Sun 2026-11-29 00:00"),
            ("0 0 * * 5-7",      "2026-11-28T12:00:00", "Sun 2026-11-29 00:00"),
            ("0 0 * jan,JUL *",  "2026-11-24T00:00:00", "Fri 2027-01-01 00:00"),
            ("@hourly",          "2026-12-31T23:00:00", "Fri 2027-01-01 00:00"),
            ("@weekly",          "2026-11-24T00:00:00", "Sun 2026-11-29 00:00"),
            ("59 23 31 12 *",    "2026-12-31T23:59:00", "Fri 2027-12-31 23:59"),
        ];
        for (schedule, from, expected) in table {
            assert_eq!(next(schedule, from), expected, "{schedule} after {from}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "five fields"),
            ("* * * *", "this one has 4"),
            ("* * * * * *", "this one has 6"),
            ("60 * * * *", "minute must be from 0 to 59"),
            ("* 24 * * *", "hour must be"),
            ("* * 0 * *", "day of the month must be"),
            ("* * * 13 *", "month must be"),
            ("* * * * 8", "day of the week must be"),
            ("*/0 * * * *", "step"),
            ("*/99999999999 * * * *", "step"),
            ("9-5 * * * *", "backwards"),
            ("a * * * *", "minute must be"),
            ("1,,2 * * * *", "minute must be"),
            ("0 0 30 2 *", "never comes"),
            ("@often", "five fields"),
        ] {
            let error = Crontab::parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert!(Crontab::parse(&"1,".repeat(400)).is_err());
    }
}
