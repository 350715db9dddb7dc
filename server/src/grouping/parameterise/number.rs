//! Numbers, and numbers with a unit.

use super::bytes::{after, digits, ending, one_of, run};

pub(super) fn int(rest: &[u8]) -> Option<usize> {
    let sign = sign(rest);
    match grouped(after(rest, sign)) {
        0 => None,
        length => ending(rest, sign + length),
    }
}

pub(super) fn float(rest: &[u8]) -> Option<usize> {
    let whole = sign(rest) + grouped(after(rest, sign(rest)));
    if whole == sign(rest) {
        return None;
    }
    let fraction = after(rest, whole).strip_prefix(b".").map_or(0, digits);
    let mantissa = if fraction > 0 { whole + 1 + fraction } else { whole };
    let length = mantissa + exponent(after(rest, mantissa));
    if length == whole { None } else { ending(rest, length) }
}

/// `1st`, `22nd`.
pub(super) fn ordinal(rest: &[u8]) -> Option<usize> {
    let number = digits(rest);
    if number == 0 { None } else { Some(number + one_of(after(rest, number), &["st", "nd", "rd", "th"])?) }
}

/// `1.2.3`, `v2.0.0-rc.1+build`: three parts or more.
pub(super) fn version(rest: &[u8]) -> Option<usize> {
    let prefix = usize::from(rest.first() == Some(&b'v'));
    let mut at = prefix + digits(after(rest, prefix));
    if at == prefix {
        return None;
    }
    let mut parts = 1;
    while let Some(more) = after(rest, at).strip_prefix(b".").map(digits).filter(|&more| more > 0) {
        at += 1 + more;
        parts += 1;
    }
    if parts < 3 {
        return None;
    }
    let suffix = run(after(rest, at), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    let suffixed = after(rest, at).starts_with(b"-") || after(rest, at).starts_with(b"+");
    let trailing = rest[..at + suffix].iter().rev().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    ending(rest, if suffixed { at + suffix - trailing } else { at })
}

const TIME_UNITS: [&str; 19] = [
    "nanoseconds",
    "ns",
    "us",
    "µs",
    "milliseconds",
    "millis",
    "ms",
    "msec",
    "seconds",
    "secs",
    "sec",
    "s",
    "minutes",
    "mins",
    "min",
    "m",
    "hours",
    "h",
    "d",
];

/// `12ms`, `1.5s`, `1h30m`: the unit touches the number.
pub(super) fn duration(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    // Days, hours, minutes, seconds: no written duration has more parts.
    for _ in 0..4 {
        let number = decimal(after(rest, at));
        let unit = run(after(rest, at + number), |byte| byte.is_ascii_alphabetic() || byte >= 0x80);
        let name = &rest[at + number..at + number + unit];
        if number == 0 || !TIME_UNITS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
            return None;
        }
        at += number + unit;
        if !rest.get(at).is_some_and(u8::is_ascii_digit) {
            break;
        }
    }
    ending(rest, at)
}

const SIZE_UNITS: [&str; 15] =
    ["bytes", "byte", "kib", "mib", "gib", "tib", "pib", "kb", "mb", "gb", "tb", "pb", "kbit", "mbit", "b"];

/// `12MB`, `4.5 KiB`, `100 bytes`.
pub(super) fn size(rest: &[u8]) -> Option<usize> {
    let number = decimal(rest);
    let unit = number + usize::from(rest.get(number) == Some(&b' '));
    if number == 0 { None } else { Some(unit + one_of(after(rest, unit), &SIZE_UNITS)?) }
}

fn sign(rest: &[u8]) -> usize {
    usize::from(matches!(rest.first(), Some(b'+' | b'-')))
}

/// Digits in groups of three (`1,234,567`, `1_000`) or in one run.
fn grouped(rest: &[u8]) -> usize {
    let mut at = digits(rest);
    if !(1..=3).contains(&at) {
        return at;
    }
    while matches!(rest.get(at), Some(b',' | b'_')) && digits(after(rest, at + 1)) == 3 {
        at += 4;
    }
    at
}

fn decimal(rest: &[u8]) -> usize {
    let whole = grouped(rest);
    match after(rest, whole).strip_prefix(b".").map_or(0, digits) {
        _ if whole == 0 => 0,
        0 => whole,
        fraction => whole + 1 + fraction,
    }
}

/// The length of `e-12`, or nothing.
fn exponent(rest: &[u8]) -> usize {
    if !matches!(rest.first(), Some(b'e' | b'E')) {
        return 0;
    }
    let sign = sign(after(rest, 1));
    match digits(after(rest, 1 + sign)) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}
