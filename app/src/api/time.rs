//! A point in time as it crosses the wire: RFC 3339 in JSON, milliseconds inside.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_DAY: i64 = 86_400_000;

/// Milliseconds since the Unix epoch, UTC. Written as `2026-11-23T01:02:03.004Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A date and a time of day in UTC.
struct Civil {
    year: i64,
    month: u32,
    day: u32,
    ms_of_day: i64,
}

impl Timestamp {
    /// `2026-11-23 01:02:03 UTC`, for reading.
    pub fn readable(self) -> String {
        let at = self.civil();
        let seconds = at.ms_of_day / MS_PER_SECOND;
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
            at.year,
            at.month,
            at.day,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    }

    /// `2026-11-23 01:02 UTC`.
    pub fn to_the_minute(self) -> String {
        format!("{} UTC", self.readable().get(..16).unwrap_or_default())
    }

    /// `2026-11-23`.
    pub fn date(self) -> String {
        let at = self.civil();
        format!("{:04}-{:02}-{:02}", at.year, at.month, at.day)
    }

    /// Reads a time as it is written above, or a day, which begins at midnight UTC. `None` for what the calendar lacks.
    pub fn read(text: &str) -> Option<Self> {
        let day = text.get(..10)?;
        let at = if text.len() == 10 { Self::parse(&format!("{day}T00:00:00Z")) } else { Self::parse(text) };
        at.filter(|at| at.date() == day)
    }

    fn civil(self) -> Civil {
        let (year, month, day) = civil_from_days(self.0.div_euclid(MS_PER_DAY));
        Civil { year, month, day, ms_of_day: self.0.rem_euclid(MS_PER_DAY) }
    }

    fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let days =
            days_from_civil(number(0, 4)?, u32::try_from(number(5, 7)?).ok()?, u32::try_from(number(8, 10)?).ok()?);
        let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
        let ms = if text.get(19..20) == Some(".") { number(20, 23)? } else { 0 };
        text.ends_with('Z').then_some(Self(days * MS_PER_DAY + seconds * MS_PER_SECOND + ms))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        let seconds = at.ms_of_day / MS_PER_SECOND;
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year,
            at.month,
            at.day,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            at.ms_of_day % MS_PER_SECOND
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("not an RFC 3339 time in UTC: {text}")))
    }
}

/// Howard Hinnant's `civil_from_days`: proleptic Gregorian date of a day counted from 1970-01-01.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * month_from_march + 2) / 5 + 1).unwrap_or(1);
    let month =
        u32::try_from(if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 }).unwrap_or(1);
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil_from_days`].
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_as_rfc_3339() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_395_723_004, "2026-11-23T01:02:03.004Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp(ms).to_string(), text);
            assert_eq!(Timestamp::parse(text), Some(Timestamp(ms)));
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn a_day_is_read_as_its_beginning() {
        for (text, expected) in [
            ("2000-02-29", Some(951_782_400_000)),
            ("2000-02-29T00:00:01Z", Some(951_782_401_000)),
            ("2001-02-29", None),
            ("2001-13-01", None),
            ("2001-02-2", None),
            ("2001-02-20T25:00:00Z", None),
            ("äääää-02-20", None),
            ("", None),
        ] {
            assert_eq!(Timestamp::read(text), expected.map(Timestamp), "{text}");
        }
    }
}
