//! `MessagePack`, read as JSON: the form in which sentry-native keeps an event on disk beside a minidump.

use serde_json::{Map, Number, Value};

/// Deepest nesting that is read; events have about ten levels.
const MAX_DEPTH: usize = 64;

/// Reads the first value of some bytes; `None` where they are broken.
pub fn read(bytes: &[u8]) -> Option<Value> {
    Reader(bytes).value(MAX_DEPTH)
}

/// Reads one value after the other until they end or are broken.
pub fn read_all(bytes: &[u8]) -> Vec<Value> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(|| reader.value(MAX_DEPTH)).collect()
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let marker = self.take(1)?[0];
        Some(match marker {
            0x00..=0x7F => Value::from(marker),
            0x80..=0x8F => self.map(usize::from(marker & 0x0F), depth)?,
            0x90..=0x9F => self.list(usize::from(marker & 0x0F), depth)?,
            0xA0..=0xBF => self.text(usize::from(marker & 0x1F))?,
            0xC0 => Value::Null,
            0xC2 | 0xC3 => Value::Bool(marker == 0xC3),
            0xC4..=0xC6 => self.length(marker - 0xC4).and_then(|length| self.text(length))?,
            0xCA => self.take(4)?.first_chunk().map(|bytes| float(f32::from_be_bytes(*bytes).into()))?,
            0xCB => self.take(8)?.first_chunk().map(|bytes| float(f64::from_be_bytes(*bytes)))?,
            0xCC..=0xCF => Value::from(self.unsigned(1 << (marker - 0xCC))?),
            0xD0..=0xD3 => Value::from(self.signed(1 << (marker - 0xD0))?),
            0xD9..=0xDB => self.length(marker - 0xD9).and_then(|length| self.text(length))?,
            0xDC | 0xDD => self.length(marker - 0xDC + 1).and_then(|length| self.list(length, depth))?,
            0xDE | 0xDF => self.length(marker - 0xDE + 1).and_then(|length| self.map(length, depth))?,
            0xE0..=0xFF => Value::from(i8::from_be_bytes([marker])),
            // Extensions, and the one marker that means nothing.
            _ => return None,
        })
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A length of one, two or four bytes.
    fn length(&mut self, power: u8) -> Option<usize> {
        usize::try_from(self.unsigned(1 << power)?).ok()
    }

    fn unsigned(&mut self, bytes: usize) -> Option<u64> {
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn signed(&mut self, bytes: usize) -> Option<i64> {
        let unused = 64 - 8 * bytes;
        Some((self.unsigned(bytes)? << unused).cast_signed() >> unused)
    }

    fn text(&mut self, bytes: usize) -> Option<Value> {
        Some(Value::String(String::from_utf8_lossy(self.take(bytes)?).into_owned()))
    }

    // Nothing is reserved for a list: it may announce more than there is.
    fn list(&mut self, count: usize, depth: usize) -> Option<Value> {
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(self.value(depth)?);
        }
        Some(Value::Array(values))
    }

    fn map(&mut self, count: usize, depth: usize) -> Option<Value> {
        let mut fields = Map::new();
        for _ in 0..count {
            let name = match self.value(depth)? {
                Value::String(name) => name,
                // Written as text inside of texts, every level would be twice as long as the one in it.
                Value::Array(_) | Value::Object(_) => return None,
                other => other.to_string(),
            };
            fields.insert(name, self.value(depth)?);
        }
        Some(Value::Object(fields))
    }
}

fn float(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_plain_is_a_name() {
        assert_eq!(read(b"\x82\x01\xa1a\xc0\xa1b"), Some(json!({"1": "a", "null": "b"})));
        let nested = [&[0x81; 60][..], b"\xa1a", &[0x01; 60]].concat();
        for broken in [&nested[..], b"\x81\x81\x01\x02\x03", b"\x81\x91\x01\x02"] {
            assert_eq!(read(broken), None);
        }
    }

    #[test]
    fn values_are_read() {
        for (bytes, expected) in [
            (&[0x07][..], json!(7)),
            (&[0xFF], json!(-1)),
            (&[0xC0], json!(null)),
            (&[0xC3], json!(true)),
            (&[0xCD, 0x01, 0x00], json!(256)),
            (&[0xD1, 0xFF, 0x00], json!(-256)),
            (&[0xD3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], json!(-2)),
            (&[0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0], json!(1.5)),
            (&[0xA2, b'h', b'i'], json!("hi")),
            (&[0xD9, 2, b'h', b'i'], json!("hi")),
            (&[0x92, 1, 0xC2], json!([1, false])),
            (&[0xDC, 0, 1, 1], json!([1])),
            (&[0x81, 0xA1, b'a', 0x90], json!({"a": []})),
            (&[0xDE, 0, 1, 0x05, 0x06], json!({"5": 6})),
        ] {
            assert_eq!(read(bytes), Some(expected), "{bytes:x?}");
        }
        assert_eq!(read_all(&[1, 0xA1, b'x', 0xC1, 2]), [json!(1), json!("x")]);
    }

    #[test]
    fn what_is_broken_is_nothing() {
        let deep = vec![0x91; 100_000];
        for bytes in [&[][..], &[0xC1], &[0xA5, b'h'], &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF], &[0x81, 0xA1, b'a'], &deep] {
            assert_eq!(read(bytes), None);
        }
    }
}
