//! Cuts a query into words, phrases, pairs of key and value, signs and parentheses; what a key means is not known here.

use std::ops::Range;

use super::Hints;
use super::key::{Key, Name};

/// Longest key that is taken for one, bytes; Sentry allows tags 200.
const MAX_KEY_BYTES: usize = 200;
/// How a tag is written whose key would otherwise mean something else: `tags[level]:high`.
const TAGS: &str = "tags[";
/// What stands before a colon in pasted text more often than as the key of a tag.
const NOT_KEYS: &[&str] =
    &["about", "blob", "data", "file", "http", "https", "javascript", "localhost", "mailto", "node", "tel", "urn"];
/// Endings of file names: `checkout.js:42:7` is a place in a file, not a tag.
const SOURCE_ENDINGS: &[&str] = &[
    "c", "cc", "cjs", "cpp", "cs", "dart", "ex", "go", "h", "java", "js", "jsx", "kt", "m", "mjs", "php", "py", "rb",
    "rs", "scala", "svelte", "swift", "ts", "tsx", "vue",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Or,
    And,
    /// The sign of negation, directly before what it negates.
    Not,
    Word(String),
    Phrase(String),
    Pair {
        name: Name,
        value: Value,
    },
}

/// What stands behind a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    One(String),
    /// `[a, b]`.
    List(Vec<String>),
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: Range<usize>,
}

/// The tokens of a query, in order.
pub(super) fn tokens(text: &str, hints: &mut Hints) -> Vec<Placed> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if rest.is_empty() {
            return tokens;
        }
        let (token, len) = token(rest, hints);
        tokens.push(Placed { token, at: at..at + len });
        at += len;
    }
}

/// The key of a tag as it must be written before this value, so that it is read as one.
pub(super) fn tag_key(key: &str, value: &str) -> String {
    let found = key_of(&format!("{key}:{value}")).map(|(name, _)| name);
    if found == Some(Name::Tag(key.to_owned())) { key.to_owned() } else { format!("{TAGS}{key}]") }
}

/// The first token of a text that does not begin with space, and how many bytes it takes.
fn token(text: &str, hints: &mut Hints) -> (Token, usize) {
    match text.as_bytes()[0] {
        b'(' => (Token::Open, 1),
        b')' => (Token::Close, 1),
        b'-' | b'!' if negates(&text[1..]) => (Token::Not, 1),
        b'"' => {
            let (phrase, len) = quoted(text, hints);
            (Token::Phrase(phrase), len)
        }
        _ => pair(text, hints).unwrap_or_else(|| word(text, hints)),
    }
}

/// Whether a sign before this is one of negation.
fn negates(rest: &str) -> bool {
    rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '"' | '_' | '*' | '('))
}

fn word(text: &str, hints: &mut Hints) -> (Token, usize) {
    let word = &text[..word_len(text)];
    let token = match word {
        "OR" => Token::Or,
        "AND" => Token::And,
        _ => {
            warn_of_missing_value(word, hints);
            Token::Word(word.to_owned())
        }
    };
    (token, word.len())
}

/// How far a word goes: to the next space, or to a parenthesis that has no counterpart inside the word.
fn word_len(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            _ if char.is_whitespace() => return at,
            '(' if closes(&text[at..]) => open += 1,
            '(' => return at,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether the parenthesis that a text begins with is closed before the next space.
fn closes(text: &str) -> bool {
    let mut open = 0_usize;
    for char in text.chars().take_while(|char| !char.is_whitespace()) {
        match char {
            '(' => open += 1,
            ')' if open == 1 => return true,
            ')' => open -= 1,
            _ => {}
        }
    }
    false
}

/// Key and value, if the text begins with a pair rather than an address, a path, a time or a place in a file.
fn pair(text: &str, hints: &mut Hints) -> Option<(Token, usize)> {
    let (name, value_at) = key_of(text)?;
    let rest = &text[value_at..];
    let (value, len) = match rest.as_bytes().first()? {
        b'"' => {
            let (value, len) = quoted(rest, hints);
            (Value::One(value), len)
        }
        b'[' => list(rest, hints).unwrap_or_else(|| plain(rest)),
        _ => plain(rest),
    };
    (len > 0).then(|| (Token::Pair { name, value }, value_at + len))
}

fn plain(rest: &str) -> (Value, usize) {
    let len = word_len(rest);
    (Value::One(rest[..len].to_owned()), len)
}

/// The key that a text begins with, and where its value begins.
pub(super) fn key_of(text: &str) -> Option<(Name, usize)> {
    let run = &text[..text.find(char::is_whitespace).unwrap_or(text.len())];
    if let Some((key, _)) = run.strip_prefix(TAGS).and_then(|rest| rest.split_once("]:")) {
        let is_one = !key.is_empty() && key.len() <= MAX_KEY_BYTES && !key.contains(']');
        return is_one.then(|| (Name::Tag(key.to_owned()), TAGS.len() + key.len() + "]:".len()));
    }
    let (key, value) = run.split_once(':')?;
    if !is_key(key) {
        return None;
    }
    let name = match Key::of(key) {
        Some(known) => Name::Key(known),
        None if looks_pasted(key, value) => return None,
        None => Name::Tag(key.to_owned()),
    };
    Some((name, key.len() + 1))
}

fn is_key(key: &str) -> bool {
    key.len() <= MAX_KEY_BYTES
        && key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-'))
}

/// Whether `key:value` is part of pasted text: `http://x`, `std::fmt`, `C:\temp`, `app.py:12`, `KeyError:x`.
fn looks_pasted(key: &str, value: &str) -> bool {
    let ending = key.rsplit_once('.').map(|(_, ending)| ending);
    value.starts_with("//")
        || value.starts_with(['\\', ':'])
        || NOT_KEYS.contains(&key.to_ascii_lowercase().as_str())
        || (["Error", "Exception"].iter().any(|name| key.ends_with(name)) && key.starts_with(char::is_uppercase))
        || (value.starts_with(|first: char| first.is_ascii_digit())
            && ending.is_some_and(|it| SOURCE_ENDINGS.contains(&it)))
}

/// What stands between the quotation mark that a text begins with and the next, where `\` keeps a mark from closing, and
/// how many bytes that takes. A mark that is never closed is closed by the end.
fn quoted(text: &str, hints: &mut Hints) -> (String, usize) {
    let mut inside = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (inside, at + 1),
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => inside.push(escaped),
                Some((_, other)) => inside.extend(['\\', other]),
                None => inside.push('\\'),
            },
            _ => inside.push(char),
        }
    }
    hints.add("A quotation mark is never closed; everything after it was taken for one phrase.");
    (inside, text.len())
}

/// The items of a list, from its opening bracket on, and how many bytes it takes.
fn list(text: &str, hints: &mut Hints) -> Option<(Value, usize)> {
    let mut items = Vec::new();
    let mut at = 1;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let (item, len) = if rest.starts_with('"') { quoted(rest, hints) } else { bare_item(rest) };
        at += len;
        items.extend((!item.is_empty()).then_some(item));
        let after = text[at..].trim_start();
        at = text.len() - after.len();
        match after.as_bytes().first() {
            Some(b']') => return Some((Value::List(items), at + 1)),
            Some(b',') => at += 1,
            // Something right behind a quoted item belongs to no item.
            Some(_) => at += bare_item(after).1,
            None => {
                hints.add("A list is never closed; its bracket was taken for a letter.");
                return None;
            }
        }
    }
}

fn bare_item(text: &str) -> (String, usize) {
    let len = text.find([',', ']']).unwrap_or(text.len());
    (text[..len].trim_end().to_owned(), len)
}

fn warn_of_missing_value(word: &str, hints: &mut Hints) {
    if let Some(key) = word.strip_suffix(':').filter(|key| Key::of(key).is_some()) {
        hints.add(format!("“{key}:” needs its value right after the colon; it was searched as text."));
    }
}
