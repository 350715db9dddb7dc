//! Envelopes, built the way SDKs write them.

use serde_json::{Value, json};

/// An envelope that grows item by item.
#[derive(Clone, Debug)]
pub struct Envelope(Vec<u8>);

impl Envelope {
    /// With this header; `json!({})` is fine.
    pub fn new(header: &Value) -> Self {
        Self(header.to_string().into_bytes())
    }

    /// For an event or feedback with this id.
    pub fn of(event_id: &str) -> Self {
        Self::new(&json!({ "event_id": event_id }))
    }

    /// Adds a JSON item without a length, as JavaScript does.
    #[must_use]
    pub fn item(self, kind: &str, payload: &Value) -> Self {
        self.raw(&json!({ "type": kind }), payload.to_string().as_bytes())
    }

    /// Adds a file, with its length.
    #[must_use]
    pub fn attachment(self, filename: &str, content_type: &str, content: &[u8]) -> Self {
        let header = json!({
            "type": "attachment", "length": content.len(), "filename": filename, "content_type": content_type,
        });
        self.raw(&header, content)
    }

    /// Adds an item as it is.
    #[must_use]
    pub fn raw(mut self, header: &Value, payload: &[u8]) -> Self {
        self.0.push(b'\n');
        self.0.extend_from_slice(header.to_string().as_bytes());
        self.0.push(b'\n');
        self.0.extend_from_slice(payload);
        self
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
