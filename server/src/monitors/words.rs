//! A schedule in words, for people who do not read crontabs.

use super::config::Config;
use super::crontab::Crontab;
use super::schedule::{Schedule, Unit};

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Monday to Friday.
const WORKING_DAYS: u64 = 0b011_1110;
const ALL_HOURS: u64 = (1 << 24) - 1;
const ALL_MONTHS: u64 = 0b1_1111_1111_1110;
/// Times of day that are still read as a list.
const TIMES_LISTED: usize = 4;

/// `every day at 03:00 (Europe/Berlin)`; what is too odd for words stays a crontab.
pub fn in_words(config: &Config, schedule: &Schedule) -> String {
    match schedule {
        Schedule::Interval { count, unit } => every(u32::from(*count), name(*unit)),
        Schedule::Crontab { crontab, .. } => {
            let words = words(crontab).unwrap_or_else(|| format!("by the crontab {}", config.written()));
            if is_the_same_everywhere(crontab) { words } else { format!("{words} ({})", config.timezone()) }
        }
    }
}

fn words(crontab: &Crontab) -> Option<String> {
    if crontab.months != ALL_MONTHS {
        return None;
    }
    let days = days(crontab)?;
    let (minutes, hours) = (members(crontab.minutes), members(crontab.hours));
    if crontab.hours == ALL_HOURS {
        let often = match (step(&minutes, 60), &minutes[..]) {
            (Some(step), _) => every(step, "minute"),
            (None, [minute]) => format!("every hour at minute {minute}"),
            _ => return None,
        };
        return Some(if days == "every day" { often } else { format!("{often}, {days}") });
    }
    if let (Some(step), [minute]) = (step(&hours, 24), &minutes[..]) {
        let often = format!("{} at minute {minute}", every(step, "hour"));
        return Some(if days == "every day" { often } else { format!("{often}, {days}") });
    }
    if minutes.len() * hours.len() > TIMES_LISTED {
        return None;
    }
    let times: Vec<String> =
        hours.iter().flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}"))).collect();
    Some(format!("{days} at {}", list(&times)))
}

fn days(crontab: &Crontab) -> Option<String> {
    match (crontab.any_day, crontab.any_weekday) {
        (true, true) => Some("every day".to_owned()),
        (true, false) if crontab.weekdays == WORKING_DAYS => Some("on working days".to_owned()),
        (true, false) => {
            let names: Vec<String> =
                members(crontab.weekdays).into_iter().map(|day| format!("{}s", WEEKDAYS[day as usize % 7])).collect();
            Some(format!("on {}", list(&names)))
        }
        (false, true) => {
            let days: Vec<String> = members(crontab.days).into_iter().map(|day| day.to_string()).collect();
            let noun = if days.len() == 1 { "day" } else { "days" };
            (days.len() <= TIMES_LISTED).then(|| format!("on {noun} {} of the month", list(&days)))
        }
        (false, false) => None,
    }
}

/// Whether a time zone changes nothing: it happens every hour of every day.
fn is_the_same_everywhere(crontab: &Crontab) -> bool {
    crontab.hours == ALL_HOURS && crontab.any_day && crontab.any_weekday && crontab.months == ALL_MONTHS
}

fn members(set: u64) -> Vec<u32> {
    (0..64).filter(|bit| set >> bit & 1 == 1).collect()
}

/// The step of a set that begins at 0 and covers its whole range evenly.
fn step(members: &[u32], range: u32) -> Option<u32> {
    let step = match members {
        [0, second, ..] => *second,
        _ => return None,
    };
    let even = range.is_multiple_of(step) && members.len() as u32 == range / step;
    (even && members.iter().enumerate().all(|(at, value)| *value == at as u32 * step)).then_some(step)
}

fn every(count: u32, unit: &str) -> String {
    if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    }
}

fn list(words: &[String]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        [only] => only.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schedules_are_said_in_words() {
        for (crontab, words) in [
            ("* * * * *", "every minute"),
            ("*/5 * * * *", "every 5 minutes"),
            ("*/7 * * * *", "by the crontab */7 * * * *"),
            ("7 * * * *", "every hour at minute 7"),
            ("0 */6 * * *", "every 6 hours at minute 0 (Europe/Berlin)"),
            ("0 3 * * *", "every day at 03:00 (Europe/Berlin)"),
            ("30 8,20 * * *", "every day at 08:30 and 20:30 (Europe/Berlin)"),
            ("0 9 * * 1-5", "on working days at 09:00 (Europe/Berlin)"),
            ("0 9 * * 1,4,0", "on Sundays, Mondays and Thursdays at 09:00 (Europe/Berlin)"),
            ("*/10 * * * sat", "every 10 minutes, on Saturdays (Europe/Berlin)"),
            ("0 0 1 * *", "on day 1 of the month at 00:00 (Europe/Berlin)"),
            ("0 0 1,15 * *", "on days 1 and 15 of the month at 00:00 (Europe/Berlin)"),
            ("0 0 13 * 5", "by the crontab 0 0 13 * 5 (Europe/Berlin)"),
            ("0 0 1 1 *", "by the crontab 0 0 1 1 * (Europe/Berlin)"),
        ] {
            let sent = json!({"schedule": {"type": "crontab", "value": crontab}, "timezone": "Europe/Berlin"});
            let (config, schedule) = Config::read(&sent).unwrap();
            assert_eq!(in_words(&config, &schedule), words, "{crontab}");
        }
        let sent = json!({"schedule": {"type": "interval", "value": 2, "unit": "week"}});
        let (config, schedule) = Config::read(&sent).unwrap();
        assert_eq!(in_words(&config, &schedule), "every 2 weeks");
    }
}
