//! Envelopes, as clients write them.

use serde_json::{Value, json};
use uuid::Uuid;

/// An envelope under construction.
#[derive(Clone, Debug)]
pub(super) struct Envelope(Vec<u8>);

impl Envelope {
    pub(super) fn new(event_id: Option<Uuid>) -> Self {
        let header = event_id.map_or(json!({}), |id| json!({ "event_id": id.simple().to_string() }));
        Self(format!("{header}\n").into_bytes())
    }

    pub(super) fn json(self, kind: &str, payload: &Value) -> Self {
        self.item(json!({ "type": kind }), payload.to_string().as_bytes())
    }

    pub(super) fn screenshot(self, png: &[u8]) -> Self {
        self.item(
            json!({
                "type": "attachment",
                "filename": "screenshot.png",
                "content_type": "image/png",
                "attachment_type": "event.attachment",
            }),
            png,
        )
    }

    fn item(mut self, mut header: Value, payload: &[u8]) -> Self {
        header["length"] = json!(payload.len());
        self.0.extend(format!("{header}\n").into_bytes());
        self.0.extend(payload);
        self.0.push(b'\n');
        self
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The id of something in the story, the same in every telling.
pub(super) fn id_of(what: &str) -> Uuid {
    let digest = blake3::hash(what.as_bytes());
    Uuid::from_bytes(digest.as_bytes()[..16].first_chunk().copied().unwrap_or_default())
}

/// Seconds with a fraction, as most clients write times.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 have 41 bits")]
pub(super) fn seconds(ms: i64) -> Value {
    json!(ms as f64 / 1_000.0)
}
