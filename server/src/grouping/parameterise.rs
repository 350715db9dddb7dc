//! Replaces what changes from one occurrence of a text to the next by placeholders: "order 1234 of a@b.io failed"
//! becomes "order `<int>` of `<email>` failed". One pass over the bytes, no backtracking beyond one token.

mod bytes;
mod identifier;
mod network;
mod number;
mod path;
mod time;

use bytes::{boolean, is_word, quoted};

/// Beyond two lines a text is a dump of state, which differs each time.
const LINES_MAX: usize = 2;

/// Enough to tell two messages apart; what follows is mostly interpolated values.
const CHARS_MAX: usize = 256;

/// Input read at most. Larger than [`CHARS_MAX`], so that no token is cut in two where the result could show it.
const INPUT_CHARS_MAX: usize = 1_024;

/// Tells how many bytes at the start of its input are one token of its kind, if any are.
type Recogniser = fn(&[u8]) -> Option<usize>;

/// What may start with a digit or a sign, in order: the longer form before the one it contains.
const NUMERIC: [(Recogniser, &str); 13] = [
    (identifier::uuid, "<uuid>"),
    (network::mac, "<mac>"),
    (network::ipv6, "<ip>"),
    (network::ipv4, "<ip>"),
    (time::date, "<date>"),
    (time::clock, "<time>"),
    (network::email, "<email>"),
    (identifier::prefixed_hex, "<hex>"),
    (number::version, "<version>"),
    (identifier::hex, "<hex>"),
    (identifier::random, "<id>"),
    (number::duration, "<duration>"),
    (number::size, "<size>"),
];

/// What is left of the numbers.
const NUMBERS: [(Recogniser, &str); 3] =
    [(number::ordinal, "<ordinal>"), (number::float, "<float>"), (number::int, "<int>")];

/// What may start with a letter.
const ALPHABETIC: [(Recogniser, &str); 9] = [
    (network::url, "<url>"),
    (network::email, "<email>"),
    (identifier::uuid, "<uuid>"),
    (network::mac, "<mac>"),
    (network::ipv6, "<ip>"),
    (time::date, "<date>"),
    (number::version, "<version>"),
    (identifier::hex, "<hex>"),
    (identifier::random, "<id>"),
];

/// The first two lines of a text with their changing parts replaced, 256 characters at most.
pub fn parameterise(text: &str) -> String {
    let text = super::explanation::clip(text, INPUT_CHARS_MAX);
    let mut out = String::with_capacity(text.len().min(2 * CHARS_MAX));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in lines.take(LINES_MAX) {
        space(&mut out);
        Lexer { line, at: 0 }.run(&mut out);
    }
    let end = super::explanation::clip(out.trim_end(), CHARS_MAX).trim_end().len();
    out.truncate(end);
    out
}

/// Runs of white space are one space: indentation and wrapping are not part of what is said.
fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

struct Lexer<'t> {
    line: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn run(mut self, out: &mut String) {
        // A character is at most four bytes, so beyond this the result is long enough.
        while self.at < self.line.len() && out.len() < CHARS_MAX * 4 {
            let length = self.token(out).unwrap_or_else(|| self.copy(out));
            self.at += length;
        }
    }

    fn rest(&self) -> &[u8] {
        &self.line.as_bytes()[self.at..]
    }

    /// Replaces the token that starts here, if one does; tells its length.
    fn token(&self, out: &mut String) -> Option<usize> {
        let rest = self.rest();
        let value = is_value(out);
        match rest[0] {
            b'"' | b'\'' if value.is_some() => replace(quoted(rest)?, "<str>", out),
            _ if self.in_word() => None,
            b'/' | b'.' | b'~' => path::replace(rest, out),
            b'0'..=b'9' => recognise(&NUMERIC, rest, out).or_else(|| recognise(&NUMBERS, rest, out)),
            b'+' | b'-' => recognise(&NUMBERS, rest, out),
            b':' => recognise(&[(network::ipv6, "<ip>")], rest, out),
            first if first.is_ascii_alphabetic() => self.word(value, out),
            _ => None,
        }
    }

    fn word(&self, value: Option<Value>, out: &mut String) -> Option<usize> {
        let rest = self.rest();
        if value == Some(Value::Certain)
            && let Some(length) = boolean(rest)
        {
            return replace(length, "<bool>", out);
        }
        path::replace(rest, out).or_else(|| recognise(&ALPHABETIC, rest, out))
    }

    /// A token starts where a word does. An underscore separates: `order_42` holds a number, `utf8` does not.
    fn in_word(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| self.line.as_bytes()[at]);
        let signed = matches!(self.rest()[0], b'+' | b'-' | b'.' | b'/' | b'~' | b':');
        before.is_some_and(|before| {
            is_word(before) || signed && matches!(before, b'_' | b')' | b']' | b'>' | b'.' | b'/')
        })
    }

    /// Copies the word or the single character that starts here; tells its length.
    fn copy(&self, out: &mut String) -> usize {
        let rest = &self.line[self.at..];
        let word = rest.bytes().take_while(|&byte| is_word(byte)).count();
        if word > 0 {
            out.push_str(&rest[..word]);
            return word;
        }
        let char = rest.chars().next().unwrap_or(' ');
        if char.is_whitespace() {
            space(out)
        } else {
            out.push(char)
        }
        char.len_utf8()
    }
}

fn recognise(table: &[(Recogniser, &str)], rest: &[u8], out: &mut String) -> Option<usize> {
    let (length, placeholder) =
        table.iter().find_map(|(recognise, placeholder)| Some((recognise(rest)?, placeholder)))?;
    replace(length, placeholder, out)
}

fn replace(length: usize, placeholder: &str, out: &mut String) -> Option<usize> {
    out.push_str(placeholder);
    Some(length)
}

/// How surely the next token is the value of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// After `=` or a quoted key.
    Certain,
    /// After a colon, which also ends a clause: quoted text there is a value, a bare word is not.
    Likely,
}

fn is_value(out: &str) -> Option<Value> {
    let out = out.trim_end().as_bytes();
    match out {
        [.., b'='] | [.., b'"' | b'\'', b':'] => Some(Value::Certain),
        [.., b':'] => Some(Value::Likely),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
