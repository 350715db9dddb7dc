//! Identifiers made by machines: UUIDs, hexadecimal and random strings.

use super::bytes::{ending, run};

/// Shorter hexadecimal strings are words ("facade", "deadbeef" is the bound) or plain numbers.
const HEX_CHARS_MIN: usize = 8;

/// From here on no human wrote it, whatever it looks like.
const BASE64_CHARS_MIN: usize = 24;

/// Short random identifiers (`cus_NffrFeUfNV2Hib`) have at least this many characters of mixed kinds.
const RANDOM_CHARS_MIN: usize = 10;

const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

pub(super) fn uuid(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    for group in UUID_GROUPS {
        at += usize::from(at > 0 && rest.get(at) == Some(&b'-'));
        let part = rest.get(at..at + group)?;
        if !part.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        at += group;
    }
    // Without its hyphens it is a hexadecimal string like any other.
    if at == 36 { ending(rest, at) } else { None }
}

/// `0x7ffd…`
pub(super) fn prefixed_hex(rest: &[u8]) -> Option<usize> {
    let digits = run(rest.strip_prefix(b"0x").or_else(|| rest.strip_prefix(b"0X"))?, |byte| byte.is_ascii_hexdigit());
    if digits == 0 { None } else { ending(rest, digits + 2) }
}

/// Hexadecimal with at least one digit and one letter; without a letter it is a number.
pub(super) fn hex(rest: &[u8]) -> Option<usize> {
    let length = run(rest, |byte| byte.is_ascii_hexdigit());
    let token = &rest[..length];
    let mixed = token.iter().any(u8::is_ascii_digit) && token.iter().any(u8::is_ascii_alphabetic);
    if length >= HEX_CHARS_MIN && mixed { ending(rest, length) } else { None }
}

/// Base64, and short strings that mix digits with letters of both cases.
pub(super) fn random(rest: &[u8]) -> Option<usize> {
    let length = run(rest, |byte| byte.is_ascii_alphanumeric());
    let wide = run(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'));
    let padded = wide + run(&rest[wide..], |byte| byte == b'=').min(2);
    if wide >= BASE64_CHARS_MIN && is_mixed(&rest[..wide]) && !is_phrase(&rest[..wide]) {
        return ending(rest, padded);
    }
    let short = length >= RANDOM_CHARS_MIN && is_mixed(&rest[..length]);
    let long = length >= BASE64_CHARS_MIN && rest[..length].iter().any(u8::is_ascii_digit);
    if short || long { ending(rest, length) } else { None }
}

/// Digits, and letters of both cases.
fn is_mixed(token: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| token.iter().any(is);
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

/// Words joined by hyphens, underscores or slashes: every piece is letters only or digits only.
fn is_phrase(token: &[u8]) -> bool {
    let pieces = token.split(|byte| !byte.is_ascii_alphanumeric());
    let plain = |piece: &[u8]| piece.iter().all(u8::is_ascii_digit) || piece.iter().all(u8::is_ascii_alphabetic);
    let mut mixed = pieces.filter(|piece| !plain(piece));
    mixed.all(|piece| piece.len() < RANDOM_CHARS_MIN)
}
