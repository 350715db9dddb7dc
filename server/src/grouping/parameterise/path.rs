//! File paths: the directories differ from machine to machine, the name of the file mostly does not.

use super::bytes::run;

/// Replaces the path that starts here; tells its length.
///
/// `/home/ann/app/report12.csv` becomes `<path>/report.csv`. Where the last part has no extension it is as likely a
/// route: `/api/orders/1234` becomes `/api/orders/<id>`.
pub(super) fn replace(rest: &[u8], out: &mut String) -> Option<usize> {
    let start = prefix(rest)?;
    let end = run(rest, |byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"/\\._-~@+%$:".contains(&byte));
    let trailing = rest[..end].iter().rev().take_while(|byte| b".:,".contains(byte)).count();
    let text = std::str::from_utf8(&rest[..end - trailing]).ok()?;
    let (text, _position) = split_position(text);
    let parts: Vec<&str> = text[start..].split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    let (name, directories) = parts.split_last()?;
    if directories.is_empty() && start <= 1 {
        return None;
    }
    if has_extension(name) {
        out.push_str("<path>/");
        out.extend(name.chars().filter(|char| !char.is_ascii_digit()));
    } else {
        parts.iter().for_each(|part| push_part(part, out));
    }
    Some(text.len())
}

/// The length of `/`, `./`, `../`, `~/` or `C:\`.
fn prefix(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'/', next, ..] if next.is_ascii_alphanumeric() || matches!(next, b'.' | b'_' | b'@') => Some(1),
        [b'.' | b'~', b'/', ..] => Some(2),
        [b'.', b'.', b'/', ..] => Some(3),
        [drive, b':', b'\\' | b'/', next, ..] if drive.is_ascii_alphabetic() && *next != b'/' => Some(3),
        _ => None,
    }
}

/// Cuts `:12:5` off the end: the position is a number of its own.
fn split_position(text: &str) -> (&str, &str) {
    let end = text.trim_end_matches(|char: char| char.is_ascii_digit() || char == ':').len();
    match text[end..].find(':') {
        Some(colon) => text.split_at(end + colon),
        None => (text, ""),
    }
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

fn push_part(part: &str, out: &mut String) {
    out.push('/');
    out.push_str(if part.bytes().any(|byte| byte.is_ascii_digit()) && !is_api_version(part) { "<id>" } else { part });
}

/// `v1` is part of the route's name.
fn is_api_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}
