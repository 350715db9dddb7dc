//! Secrets in texts that name them: `password=…` in queries and forms, `"password": "…"` in JSON and what programs
//! print, whole or cut off.

use super::rules::of_class;
use super::text::Span;
use super::{FILTERED, Rules, keys};

/// Bytes before a separator that are read as its name.
const NAME_BYTES_MAX: usize = 64;

/// Finds the values of secret names.
pub(super) fn find(text: &str, keeps_addresses: bool, rules: &Rules, found: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(separator) = next_separator(bytes, at) {
        at = separator + 1;
        let Some((name, is_quoted)) = name_before(text, separator) else { continue };
        let rule = keys::class(name).and_then(|class| of_class(class, keeps_addresses));
        let Some(rule) = rule.filter(|_| !rules.keeps_key(name)) else { continue };
        let Some((from, to)) = value_after(text, separator, is_quoted) else { continue };
        if from < to && &text[from..to] != FILTERED {
            found.push(Span { from, to, rule });
        }
        at = to.max(at);
    }
}

fn next_separator(bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|byte| matches!(byte, b'=' | b':')).map(|at| from + at)
}

/// The name a separator belongs to, and whether it stands in quotes. A colon needs them: without, it is prose.
fn name_before(text: &str, separator: usize) -> Option<(&str, bool)> {
    let bytes = text.as_bytes();
    let mut end = separator;
    let is_quoted = end > 0 && matches!(bytes[end - 1], b'"' | b'\'');
    if is_quoted {
        end -= 1;
        while end > 0 && bytes[end - 1] == b'\\' {
            end -= 1;
        }
    } else if bytes[separator] == b':' {
        return None;
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']');
    let length = bytes[..end].iter().rev().take(NAME_BYTES_MAX).take_while(|byte| is_name(byte)).count();
    (length > 0).then(|| (&text[end - length..end], is_quoted))
}

/// Where the value behind a separator begins and ends.
fn value_after(text: &str, separator: usize, is_quoted: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut from = separator + 1;
    match bytes.get(from) {
        // An arrow, as Ruby and PHP print maps; a comparison is none.
        Some(b'>') if is_quoted => from += 1,
        Some(b'=' | b'>') => return None,
        _ => {}
    }
    if is_quoted {
        from += bytes[from..].iter().take_while(|byte| **byte == b' ').count();
    }
    let escapes = bytes[from..].iter().take_while(|byte| **byte == b'\\').count();
    match bytes.get(from + escapes) {
        Some(&quote @ (b'"' | b'\'')) => {
            let from = from + escapes + 1;
            Some((from, end_of_quoted(bytes, from, quote, escapes)))
        }
        Some(b'[' | b'{') if escapes == 0 => Some((from, end_of_brackets(bytes, from))),
        _ => {
            let to = end_of_word(text, from);
            let is_literal = matches!(&text[from..to], "null" | "None" | "nil" | "true" | "false" | "True" | "False");
            (!is_literal).then_some((from, to))
        }
    }
}

/// The closing quote has as many backslashes before it as the opening one, or the text was cut off before it.
fn end_of_quoted(bytes: &[u8], from: usize, quote: u8, escapes: usize) -> usize {
    let mut backslashes = 0;
    for (index, &byte) in bytes[from..].iter().enumerate() {
        if byte == quote && backslashes == escapes {
            return from + index - escapes;
        }
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
        // A pair of backslashes is one that is meant.
        if escapes == 0 && backslashes == 2 {
            backslashes = 0;
        }
    }
    bytes.len()
}

fn end_of_brackets(bytes: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    for (index, byte) in bytes[from..].iter().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return from + index + 1;
        }
    }
    bytes.len()
}

fn end_of_word(text: &str, from: usize) -> usize {
    let ends = |char: char| {
        matches!(char, '&' | ';' | ',' | '"' | '\'' | '<' | '>' | ')' | '}' | ']' | '\\') || char.is_whitespace()
    };
    text[from..].find(ends).map_or(text.len(), |at| from + at)
}
