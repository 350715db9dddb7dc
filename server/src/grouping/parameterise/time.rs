//! Dates and times as logs and libraries write them.

use super::bytes::{after, digits, ending, one_of, run};

const MONTHS: [&str; 24] = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "sept",
];

const WEEKDAYS: [&str; 14] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const ZONES: [&str; 4] = ["z", "utc", "gmt", "cet"];

/// A date, with the time that follows it.
pub(super) fn date(rest: &[u8]) -> Option<usize> {
    let day = weekday(rest);
    let bare = after(rest, day);
    let length = day + numeric_date(bare).or_else(|| day_month(bare)).or_else(|| month_day(bare))?;
    let time = following(after(rest, length), b" T,\t");
    ending(rest, length + time)
}

/// `12:34`, `12:34:56.789 PM`.
pub(super) fn clock(rest: &[u8]) -> Option<usize> {
    let at = hours_minutes(rest)?;
    let at = at + suffix(after(rest, at), &["am", "pm"]);
    ending(rest, at + zone(after(rest, at)))
}

fn hours_minutes(rest: &[u8]) -> Option<usize> {
    let hours = digits(rest);
    let minutes = after(rest, hours).strip_prefix(b":").map_or(0, digits);
    if !(1..=2).contains(&hours) || minutes != 2 {
        return None;
    }
    let mut at = hours + 3;
    if after(rest, at).strip_prefix(b":").map(digits) == Some(2) {
        at += 3;
        let fraction =
            after(rest, at).strip_prefix(b".").or_else(|| after(rest, at).strip_prefix(b",")).map_or(0, digits);
        at += if fraction > 0 { fraction + 1 } else { 0 };
    }
    Some(at)
}

/// `2024-01-31`, `2024/01/31`, `31/01/2024`, `31.01.2024`.
fn numeric_date(rest: &[u8]) -> Option<usize> {
    let first = digits(rest);
    let separator = *rest.get(first)?;
    let second = digits(after(rest, first + 1));
    let middle = first + 1 + second;
    if !matches!(separator, b'-' | b'/' | b'.') || rest.get(middle) != Some(&separator) {
        return None;
    }
    let third = digits(after(rest, middle + 1));
    let big_endian = first == 4 && second == 2 && third == 2;
    let little_endian = matches!(first, 1 | 2) && matches!(second, 1 | 2) && third == 4;
    (big_endian || little_endian).then_some(middle + 1 + third)
}

/// `31 Jan 2024`, `31-Jan-2024`.
fn day_month(rest: &[u8]) -> Option<usize> {
    let day = digits(rest);
    if !(1..=2).contains(&day) || !matches!(rest.get(day), Some(b' ' | b'-')) {
        return None;
    }
    let month = day + 1 + one_of(after(rest, day + 1), &MONTHS)?;
    Some(month + year(after(rest, month)))
}

/// `Jan 31, 2024`, `Jan  2` as in a system log.
fn month_day(rest: &[u8]) -> Option<usize> {
    let month = one_of(rest, &MONTHS)?;
    let day = month + run(after(rest, month), |byte| byte == b' ');
    let length = digits(after(rest, day));
    if day == month || !(1..=2).contains(&length) {
        return None;
    }
    Some(day + length + year(after(rest, day + length)))
}

/// The length of ` 2024`, `, 2024` or `-2024`.
fn year(rest: &[u8]) -> usize {
    let gap = run(rest, |byte| matches!(byte, b' ' | b',' | b'-'));
    let is_time = after(rest, gap + 4).starts_with(b":");
    if (1..=2).contains(&gap) && digits(after(rest, gap)) == 4 && !is_time { gap + 4 } else { 0 }
}

/// The length of a time of day that follows a date, with its zone.
fn following(rest: &[u8], gaps: &[u8]) -> usize {
    let gap = run(rest, |byte| gaps.contains(&byte));
    if !(1..=2).contains(&gap) {
        return 0;
    }
    hours_minutes(after(rest, gap)).map_or(0, |time| {
        let time = gap + time;
        let time = time + suffix(after(rest, time), &["am", "pm"]);
        let zoned = time + zone(after(rest, time));
        zoned + year(after(rest, zoned))
    })
}

/// The length of `Z`, `+02:00`, ` GMT` or ` +0200`.
fn zone(rest: &[u8]) -> usize {
    let gap = usize::from(rest.first() == Some(&b' '));
    if matches!(rest.get(gap), Some(b'+' | b'-')) {
        return match digits(after(rest, gap + 1)) {
            4 => gap + 5,
            2 if after(rest, gap + 3).strip_prefix(b":").map(digits) == Some(2) => gap + 6,
            _ => 0,
        };
    }
    suffix(rest, &ZONES)
}

/// The length of one of the words, with the space before it if there is one.
fn suffix(rest: &[u8], words: &[&str]) -> usize {
    let gap = usize::from(rest.first() == Some(&b' '));
    one_of(after(rest, gap), words).map_or(0, |length| gap + length)
}

/// The length of `Mon, ` or `Mon `.
fn weekday(rest: &[u8]) -> usize {
    let Some(name) = one_of(rest, &WEEKDAYS) else { return 0 };
    name + run(after(rest, name), |byte| matches!(byte, b',' | b' '))
}
