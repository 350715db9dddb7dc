//! What somebody is writing at a place in a query, so that it can be completed.

use std::ops::Range;

use super::Hints;
use super::key::Name;
use super::lexer::{self, Placed, Token};

/// What is being written, and the bytes that a completion takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub writing: Writing,
    pub at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// A word that may become a key: what there is of it.
    Word(String),
    /// A value: behind which key, and what there is of it.
    Value { key: String, is_tag: bool, begun: String },
}

/// What is being written at a byte of a text.
pub fn at(text: &str, byte: usize) -> Cursor {
    let byte = text.floor_char_boundary(byte);
    let before = &text[..byte];
    let last = lexer::tokens(before, &mut Hints::default()).pop().filter(|last| last.at.end == byte);
    match last {
        Some(Placed { token: Token::Word(_) | Token::Or | Token::And, at }) => word(text, at),
        Some(Placed { token: Token::Pair { name, .. }, at }) => value(&name, text, at),
        _ => Cursor { writing: Writing::Word(String::new()), at: byte..byte },
    }
}

/// A word, which is whole up to its colon. A key may be complete and its value not begun: `is:`.
fn word(text: &str, at: Range<usize>) -> Cursor {
    let written = &text[at.clone()];
    if written.ends_with(':')
        && let Some((name, value_at)) = lexer::key_of(written)
    {
        let from = at.start + value_at;
        return Cursor { writing: writing(&name, ""), at: from..end_of(text, at.end) };
    }
    let end = end_of(text, at.end);
    let end = text[at.end..end].find(':').map_or(end, |colon| at.end + colon + 1);
    Cursor { writing: Writing::Word(written.to_owned()), at: at.start..end }
}

fn value(name: &Name, text: &str, at: Range<usize>) -> Cursor {
    let value_at = lexer::key_of(&text[at.start..]).map_or(at.start, |(_, value_at)| at.start + value_at);
    let written = &text[value_at..at.end];
    // In a list, the item at the cursor.
    let from = match written.strip_prefix('[') {
        Some(items) => {
            let items = items.rsplit_once(',').map_or(items, |(_, last)| last).trim_start();
            at.end - items.len()
        }
        None => value_at,
    };
    let begun = &text[from..at.end];
    let end = end_of(text, at.end);
    match begun.strip_prefix('"') {
        // Its quotation marks are written anew with it.
        Some(begun) => {
            let closed = usize::from(text[end..].starts_with('"'));
            Cursor { writing: writing(name, begun), at: from..end + closed }
        }
        None => Cursor { writing: writing(name, begun), at: from..end },
    }
}

fn writing(name: &Name, begun: &str) -> Writing {
    let is_tag = matches!(name, Name::Tag(_));
    Writing::Value { key: name.as_str().to_owned(), is_tag, begun: begun.to_owned() }
}

/// Where what stands at the cursor ends.
fn end_of(text: &str, byte: usize) -> usize {
    let ends = |char: char| char.is_whitespace() || matches!(char, ')' | ']' | ',' | '"');
    text[byte..].find(ends).map_or(text.len(), |more| byte + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor; answers what is being written and what is to be replaced.
    #[track_caller]
    fn check(text: &str, expected: &str, replaced: &str) {
        let byte = text.find('|').unwrap();
        let text = text.replace('|', "");
        let cursor = at(&text, byte);
        let found = match cursor.writing {
            Writing::Word(word) => word,
            Writing::Value { key, is_tag, begun } => format!("{key}{}{begun}", if is_tag { "=" } else { ":" }),
        };
        assert_eq!((found.as_str(), &text[cursor.at]), (expected, replaced), "{text}");
    }

    #[test]
    fn what_is_written_at_the_cursor_is_known() {
        for (text, expected, replaced) in [
            ("|", "", ""),
            ("is:new |", "", ""),
            ("is:new re|", "re", "re"),
            ("re|lease:1.0", "re", "release:"),
            ("is:|", "is:", ""),
            ("is:|new users", "is:", "new"),
            ("(-is:ne|", "is:ne", "ne"),
            ("(env:pro|d OR x)", "environment:pro", "prod"),
            ("release:>=2.|", "release:>=2.", ">=2."),
            ("release:\"shop 2|.0\" x", "release:shop 2", "\"shop 2.0\""),
            ("release:[1.0,2.|]", "release:2.", "2."),
            ("release:[|", "release:", ""),
            ("plan:fr|", "plan=fr", "fr"),
            ("tags[level]:h|", "level=h", "h"),
            ("ä|", "ä", "ä"),
            ("\"a phrase|", "", ""),
        ] {
            check(text, expected, replaced);
        }
    }
}
