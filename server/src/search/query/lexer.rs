//! Cuts a query into words, phrases and pairs of key and value; what a key means is not known here.

use super::key::is_known;

/// Longest key that is taken for one, bytes; Sentry allows tags 200.
const MAX_KEY_BYTES: usize = 200;
/// What stands before a colon in pasted text more often than as the key of a tag.
const NOT_KEYS: &[&str] =
    &["about", "blob", "data", "file", "http", "https", "javascript", "localhost", "mailto", "node", "tel", "urn"];
/// Endings of file names: `checkout.js:42:7` is a place in a file, not a tag.
const SOURCE_ENDINGS: &[&str] = &[
    "c", "cc", "cjs", "cpp", "cs", "dart", "ex", "go", "h", "java", "js", "jsx", "kt", "m", "mjs", "php", "py", "rb",
    "rs", "scala", "svelte", "swift", "ts", "tsx", "vue",
];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word { negated: bool, text: String },
    Phrase { negated: bool, text: String },
    Pair { negated: bool, key: String, value: String },
}

/// The pieces of a query, in order.
pub(super) fn pieces(text: &str, hints: &mut Vec<String>) -> Vec<Piece> {
    let mut rest = text.trim_start();
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = piece(rest, hints);
        pieces.push(piece);
        rest = after.trim_start();
    }
    pieces
}

/// The first piece of a text that does not begin with space, and what follows it.
fn piece<'a>(text: &'a str, hints: &mut Vec<String>) -> (Piece, &'a str) {
    let (negated, text) = negation(text);
    if let Some(quoted) = text.strip_prefix('"') {
        return phrase(negated, quoted, hints);
    }
    let (word, after) = word(text);
    let Some((key, value)) = pair(word) else {
        warn_of_missing_value(word, hints);
        return (Piece::Word { negated, text: word.to_owned() }, after);
    };
    if !value.starts_with('"') {
        return (Piece::Pair { negated, key: key.to_owned(), value: value.to_owned() }, after);
    }
    match closed(&text[key.len() + ":\"".len()..]) {
        Some((value, after)) => (Piece::Pair { negated, key: key.to_owned(), value }, after),
        None => {
            warn_of_open_quote(hints);
            (Piece::Word { negated, text: word.to_owned() }, after)
        }
    }
}

/// A sign of negation counts only directly before what it negates.
fn negation(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '!']) {
        Some(rest) if rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '"' | '_' | '*')) => {
            (true, rest)
        }
        _ => (false, text),
    }
}

/// A phrase, from behind its opening quotation mark. One that is never closed is a word that began with the mark.
fn phrase<'a>(negated: bool, text: &'a str, hints: &mut Vec<String>) -> (Piece, &'a str) {
    if let Some((text, after)) = closed(text) {
        return (Piece::Phrase { negated, text }, after);
    }
    warn_of_open_quote(hints);
    let (word, after) = word(text);
    (Piece::Word { negated, text: word.to_owned() }, after)
}

/// Text up to the closing quotation mark, where `\` keeps a mark from closing, and what follows it.
fn closed(text: &str) -> Option<(String, &str)> {
    let mut inside = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((inside, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                '"' => inside.push('"'),
                other => inside.extend(['\\', other]),
            },
            _ => inside.push(char),
        }
    }
    None
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Key and value, if the word is a pair rather than an address, a path, a time or a place in a file.
fn pair(word: &str) -> Option<(&str, &str)> {
    let (key, value) = word.split_once(':')?;
    let is_pair = !value.is_empty() && is_key(key) && (is_known(key) || !looks_pasted(key, value));
    is_pair.then_some((key, value))
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

fn warn_of_missing_value(word: &str, hints: &mut Vec<String>) {
    if let Some(key) = word.strip_suffix(':').filter(|key| is_known(key)) {
        hints.push(format!("“{key}:” needs its value right after the colon; it was searched as text."));
    }
}

fn warn_of_open_quote(hints: &mut Vec<String>) {
    let hint = "A quotation mark is never closed; what follows it was searched word by word.";
    if !hints.iter().any(|known| known == hint) {
        hints.push(hint.to_owned());
    }
}
