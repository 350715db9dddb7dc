//! Envelope framing: one header line, then items, each a header line and a payload. Borrows from the body.
//!
//! Source: the envelope format as SDKs write it. Payloads have a `length` or run to the next newline; only `\n`
//! separates. What is broken costs itself: what came before is kept, and after it the next item that states its
//! length is looked for. Only lengths are believed there, because a payload without one may itself look like a header.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Longest header line, bytes. Real ones have a few hundred; the trace context makes up most of them.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Faults of one envelope that are remembered: enough to explain it, too few to fill memory.
const MAX_FAULTS: usize = 100;

/// A parsed envelope.
#[derive(Debug, Default)]
pub struct Envelope<'a> {
    pub header: EnvelopeHeader,
    pub items: Vec<Item<'a>>,
    /// Places where the framing was broken, the first hundred of them.
    pub faults: Vec<Fault>,
}

/// What the first line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeHeader {
    pub event_id: Option<Uuid>,
    pub dsn: Option<String>,
    /// RFC 3339, as sent.
    pub sent_at: Option<String>,
}

/// One item, its payload untouched.
#[derive(Debug, PartialEq, Eq)]
pub struct Item<'a> {
    pub header: ItemHeader,
    pub payload: &'a [u8],
}

/// What an item says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ItemHeader {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, deserialize_with = "lenient_count")]
    pub length: Option<usize>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub content_type: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub filename: Option<String>,
    #[serde(default, deserialize_with = "lenient_text")]
    pub attachment_type: Option<String>,
    #[serde(default, deserialize_with = "lenient_count")]
    pub item_count: Option<usize>,
}

/// A place where the framing was broken, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub struct Fault {
    pub offset: usize,
    pub reason: &'static str,
}

/// Parses an envelope.
///
/// # Errors
/// When the first line is not the header of an envelope; everything behind it is kept as far as it can be found.
pub fn parse(body: &[u8]) -> Result<Envelope<'_>, Fault> {
    let (line, mut at) = line_at(body, 0);
    let header = header(line).ok_or(Fault { offset: 0, reason: "the first line is not a JSON object" })?;
    let mut envelope = Envelope { header, ..Envelope::default() };
    while at < body.len() {
        let (line, payload_at) = line_at(body, at);
        if line.trim_ascii().is_empty() {
            at = payload_at;
            continue;
        }
        match item(body, line, payload_at) {
            Ok((item, next)) => {
                envelope.items.push(item);
                at = next;
            }
            Err(reason) => {
                if envelope.faults.len() < MAX_FAULTS {
                    envelope.faults.push(Fault { offset: at, reason });
                }
                at = next_sound_item(body, payload_at);
            }
        }
    }
    Ok(envelope)
}

/// The item whose header is `line` and whose payload begins at `payload_at`, and where the next one begins.
fn item<'a>(body: &'a [u8], line: &[u8], payload_at: usize) -> Result<(Item<'a>, usize), &'static str> {
    let header = item_header(line).ok_or("an item's header is not a JSON object with a type")?;
    let Some(length) = header.length else {
        let (payload, next) = line_at(body, payload_at);
        return Ok((Item { header, payload }, next));
    };
    let end = payload_at.checked_add(length).filter(|end| *end <= body.len());
    let end = end.ok_or("an item is shorter than its length")?;
    match body.get(end) {
        None | Some(b'\n') => Ok((Item { header, payload: &body[payload_at..end] }, end + 1)),
        Some(_) => Err("an item is longer than its length"),
    }
}

/// Where the next line begins that is the header of an item whose length is right; the end if there is none.
fn next_sound_item(body: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < body.len() {
        let (line, payload_at) = line_at(body, at);
        // Most lines are settled by their first byte, so a large payload is not parsed line by line.
        let sound = || item(body, line, payload_at).is_ok_and(|(item, _)| item.header.length.is_some());
        if line.starts_with(b"{") && sound() {
            return at;
        }
        at = payload_at;
    }
    at
}

/// The line that begins at `at`, without its newline, and where the next one begins.
fn line_at(body: &[u8], at: usize) -> (&[u8], usize) {
    let rest = body.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => (&rest[..length], at + length + 1),
        None => (rest, body.len()),
    }
}

fn header(line: &[u8]) -> Option<EnvelopeHeader> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.len() > MAX_HEADER_BYTES {
        return None;
    }
    let Value::Object(fields) = serde_json::from_slice(line).ok()? else { return None };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(EnvelopeHeader {
        event_id: text("event_id").and_then(|id| Uuid::try_parse(id.trim()).ok()),
        dsn: text("dsn"),
        sent_at: text("sent_at"),
    })
}

fn item_header(line: &[u8]) -> Option<ItemHeader> {
    // A list would be read as the fields in order.
    let object = line.trim_ascii_start().starts_with(b"{");
    if !object || line.len() > MAX_HEADER_BYTES {
        return None;
    }
    serde_json::from_slice(line).ok()
}

fn lenient_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

fn lenient_count<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64().and_then(|count| usize::try_from(count).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}
