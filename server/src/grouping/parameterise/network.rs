//! What names a place on the network.

use super::bytes::{after, digits, ending, run};

/// The longest scheme in use (`chrome-extension`, `moz-extension`) with some room.
const SCHEME_CHARS_MAX: usize = 24;

pub(super) fn url(rest: &[u8]) -> Option<usize> {
    let head = &rest[..rest.len().min(SCHEME_CHARS_MAX)];
    let scheme = run(head, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    if !after(rest, scheme).starts_with(b"://") {
        return None;
    }
    let end = run(rest, |byte| !byte.is_ascii_whitespace() && !b"\"'<>`{}|\\".contains(&byte));
    // Punctuation at the end belongs to the sentence.
    let trailing = rest[..end].iter().rev().take_while(|byte| b".,;:!?)]".contains(byte)).count();
    (end - trailing > scheme + 3).then_some(end - trailing)
}

/// As the mail standards bound the part before the `@`.
const LOCAL_PART_BYTES_MAX: usize = 64;

pub(super) fn email(rest: &[u8]) -> Option<usize> {
    let head = &rest[..rest.len().min(LOCAL_PART_BYTES_MAX)];
    let local = run(head, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte));
    let domain = after(rest, local).strip_prefix(b"@")?;
    let length = run(domain, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let trailing = domain[..length].iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let host = &domain[..length - trailing];
    let dot = host.iter().rposition(|&byte| byte == b'.')?;
    if dot == 0 || host.len() - dot < 3 { None } else { ending(rest, local + 1 + host.len()) }
}

pub(super) fn ipv4(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    for octet in 0..4 {
        if octet > 0 {
            at += usize::from(*rest.get(at)? == b'.');
        }
        let length = digits(after(rest, at));
        let value = std::str::from_utf8(&rest[at..at + length]).ok()?.parse::<u8>().ok()?;
        // A leading zero is a version or a phone number.
        if length > 1 && value < 10 {
            return None;
        }
        at += length;
    }
    if after(rest, at).starts_with(b".") && digits(after(rest, at + 1)) > 0 {
        return None;
    }
    ending(rest, at + port(after(rest, at)))
}

/// `fe80::1`, `::1`, eight groups; a Rust path (`dad::cafe`) has no digit where an address nearly always has.
pub(super) fn ipv6(rest: &[u8]) -> Option<usize> {
    let length = run(rest, |byte| byte.is_ascii_hexdigit() || byte == b':');
    let trailing = usize::from(rest[..length].ends_with(b":") && !rest[..length].ends_with(b"::"));
    let token = &rest[..length - trailing];
    let colons = token.iter().filter(|&&byte| byte == b':').count();
    let shortened = token.windows(2).filter(|pair| pair == b"::").count();
    let groups = token.split(|&byte| byte == b':').all(|group| group.len() <= 4);
    let shaped = shortened == 1 && colons <= 7 || shortened == 0 && colons == 7;
    if shaped && groups && token.iter().any(u8::is_ascii_digit) { ending(rest, token.len()) } else { None }
}

/// Six pairs of hexadecimal digits.
pub(super) fn mac(rest: &[u8]) -> Option<usize> {
    let token = rest.get(..17)?;
    let separator = token[2];
    let shaped = token.iter().enumerate().all(|(at, byte)| match at % 3 {
        2 => *byte == separator,
        _ => byte.is_ascii_hexdigit(),
    });
    if shaped && matches!(separator, b':' | b'-') { ending(rest, 17) } else { None }
}

/// The length of `:8080`, or nothing.
fn port(rest: &[u8]) -> usize {
    let digits = rest.strip_prefix(b":").map_or(0, digits);
    if (1..=5).contains(&digits) { digits + 1 } else { 0 }
}
