//! Cookies in one text: their names stay, their values go.

use super::text::Span;
use super::{FILTERED, Rules};

/// Finds the value of each cookie in `a=1; b=2`; a text without pairs is one value.
pub(super) fn find(text: &str, rules: &Rules, found: &mut Vec<Span>) {
    if !text.contains('=') {
        if !text.is_empty() && text != FILTERED {
            found.push(Span { from: 0, to: text.len(), rule: "@cookie" });
        }
        return;
    }
    let mut from = 0;
    for part in text.split(';') {
        let (start, end) = (from, from + part.len());
        from = end + 1;
        let value = part.find('=').map_or(start, |at| start + at + 1);
        let name = text[start..value].trim_matches(|char: char| char == '=' || char.is_whitespace());
        let is_attribute =
            ["path", "domain", "expires", "max-age", "samesite"].iter().any(|it| name.eq_ignore_ascii_case(it));
        let is_bare = value == start && ["", "httponly", "secure"].contains(&part.trim().to_ascii_lowercase().as_str());
        if value < end && &text[value..end] != FILTERED && !is_attribute && !is_bare && !rules.keeps_key(name) {
            found.push(Span { from: value, to: end, rule: "@cookie" });
        }
    }
}
