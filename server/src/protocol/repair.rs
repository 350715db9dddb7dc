//! JSON that is nearly JSON, as clients of some languages write it, made readable: better than losing the event.
//!
//! What is mended: bytes that are not UTF-8, half of a surrogate pair (JavaScript cuts strings there), NaN and infinities
//! (Python writes them), numbers too large for 64 bits of floating point, and nesting no reader would follow.

/// Levels of nesting that are kept; below what our reader follows (128). SDKs cut at ten.
const LEVELS: usize = 100;

/// The mended text. One pass, and never longer than the input plus a few bytes for each thing mended.
pub fn repair(json: &[u8]) -> String {
    let text = String::from_utf8_lossy(json);
    let mut mend = Mend { rest: &text, out: String::with_capacity(text.len()), level: 0 };
    while let Some(next) = mend.rest.chars().next() {
        mend.value(next);
    }
    mend.out
}

struct Mend<'a> {
    rest: &'a str,
    out: String,
    level: usize,
}

impl<'a> Mend<'a> {
    fn value(&mut self, next: char) {
        match next {
            '"' => self.string(),
            '[' | '{' => {
                if self.level >= LEVELS {
                    self.skip_nested();
                    self.out.push_str("null");
                } else {
                    self.level += 1;
                    self.copy(1);
                }
            }
            ']' | '}' => {
                self.level = self.level.saturating_sub(1);
                self.copy(1);
            }
            '-' | '+' | '0'..='9' | 'A'..='Z' | 'a'..='z' => self.word(),
            _ => self.copy(next.len_utf8()),
        }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn copy(&mut self, bytes: usize) {
        let taken = self.take(bytes);
        self.out.push_str(taken);
    }

    /// A number or a literal.
    fn word(&mut self) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let word = self.take(end);
        let unreadable = word.parse::<f64>().is_ok_and(|number| !number.is_finite());
        self.out.push_str(if unreadable { "null" } else { word });
    }

    /// Up to and with the closing quote.
    fn string(&mut self) {
        self.copy(1);
        loop {
            let Some(end) = self.rest.find(['"', '\\']) else { return self.copy(self.rest.len()) };
            self.copy(end);
            if self.rest.starts_with('"') {
                return self.copy(1);
            }
            self.escape();
        }
    }

    fn escape(&mut self) {
        let Some(first) = unit(self.rest) else {
            let length = 1 + self.rest.chars().nth(1).map_or(0, char::len_utf8);
            return self.copy(length);
        };
        let second = self.rest.get(6..).and_then(unit);
        match (first, second) {
            (0xD800..=0xDBFF, Some(0xDC00..=0xDFFF)) => self.copy(12),
            (0xD800..=0xDFFF, _) => {
                self.take(6);
                self.out.push_str("\\ufffd");
            }
            _ => self.copy(6),
        }
    }

    /// Passes over one list or object, however deep, minding that brackets in strings are none.
    fn skip_nested(&mut self) {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'[' | b'{' if !in_string => depth += 1,
                b']' | b'}' if !in_string => {
                    depth -= 1;
                    if depth == 0 {
                        self.rest = &self.rest[at + 1..];
                        return;
                    }
                }
                _ => {}
            }
        }
        self.rest = "";
    }
}

/// The code unit of a `\uXXXX` that the text begins with.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_clients_write_wrongly_can_be_read() {
        let cases: &[(&[u8], Value)] = &[
            (br#"{"a":"x\ud800y","b":"\ud83d\ude00"}"#, json!({"a": "x\u{fffd}y", "b": "\u{1f600}"})),
            (br#"{"a":"\udc00\ud800"}"#, json!({"a": "\u{fffd}\u{fffd}"})),
            (
                br#"{"a":NaN,"b":-Infinity,"c":[1e999,-2.5e3,true,null]}"#,
                json!({"a": null, "b": null, "c": [null, -2500.0, true, null]}),
            ),
            (b"{\"a\":\"\xff\"}", json!({"a": "\u{fffd}"})),
            (br#"{"NaN":"NaN \" [[[ \\"}"#, json!({"NaN": "NaN \" [[[ \\"})),
        ];
        for (sent, expected) in cases {
            let mended = repair(sent);
            assert_eq!(&serde_json::from_str::<Value>(&mended).expect(&mended), expected);
        }
    }

    #[test]
    fn what_is_too_deep_becomes_null_and_what_follows_stays() {
        let deep = format!("{{\"a\":{}\"]\"{},\"b\":1}}", "[".repeat(50_000), "]".repeat(50_000));
        let value: Value = serde_json::from_str(&repair(deep.as_bytes())).unwrap();
        assert_eq!(value["b"], 1);
    }

    proptest::proptest! {
        #[test]
        fn good_json_means_the_same_and_nothing_panics(text in ".*", number: i64) {
            let value = json!({"text": text, "list": [number, {"a": [true, null]}]});
            proptest::prop_assert_eq!(serde_json::from_str::<Value>(&repair(value.to_string().as_bytes())).unwrap(), value);
            repair(text.as_bytes());
        }
    }
}
