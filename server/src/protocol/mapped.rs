//! What source maps made of an event's frames, beside what the client sent: one key of the stored payload that is ours.
//!
//! A frame is found again by its place in the generated script, not by its position in a list, so that a normaliser
//! that keeps more or fewer frames still finds it, and a recursion is stored once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::{Event, Frame, Generated};
use super::json::{Fields, Json};

/// The key of a payload that holds [`Mapped`]. What clients send under it is dropped on admission.
pub const KEY: &str = "_fieldfare";

/// What is stored under [`KEY`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mapped {
    frames: Vec<MappedFrame>,
}

/// A frame as it is in the sources, and where it was in the generated script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappedFrame {
    pub generated: Generated,
    pub filename: String,
    /// The source's name as the map has it.
    pub abs_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// 1-based.
    pub lineno: u32,
    /// 1-based.
    pub colno: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pre_context: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_line: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_context: Vec<String>,
    /// Whether the source is a library's; `None` where it is as the SDK said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_app: Option<bool>,
}

/// The place of a frame in the script that ran, if it has one and is not mapped already.
pub fn generated(frame: &Frame) -> Option<Generated> {
    let path = frame.abs_path.as_ref().or(frame.filename.as_ref())?;
    let (lineno, colno) = (frame.lineno?, frame.colno?);
    let place = Generated { path: Some(path.clone()), function: frame.function.clone(), lineno, colno };
    frame.generated.is_none().then_some(place)
}

/// Every stack of an event.
pub fn stacks(event: &Event) -> impl Iterator<Item = &[Frame]> {
    let exceptions = event.exceptions.iter().map(|exception| exception.frames.as_slice());
    exceptions.chain(event.threads.iter().map(|thread| thread.frames.as_slice()))
}

/// Takes what is stored under our key out of a payload.
pub(super) fn take(fields: &mut Fields<'_>) -> Vec<MappedFrame> {
    let Some(stored) = fields.remove(KEY) else { return Vec::new() };
    serde_json::from_value(stored.into_value()).map(|mapped: Mapped| mapped.frames).unwrap_or_default()
}

/// Puts the sources in the place of the generated frames.
pub fn apply(event: &mut Event, mapped: &[MappedFrame]) {
    if mapped.is_empty() {
        return;
    }
    let by_place: HashMap<&Generated, &MappedFrame> = mapped.iter().map(|frame| (&frame.generated, frame)).collect();
    let exceptions = event.exceptions.iter_mut().flat_map(|exception| exception.frames.iter_mut());
    let threads = event.threads.iter_mut().flat_map(|thread| thread.frames.iter_mut());
    for frame in exceptions.chain(threads) {
        let Some(place) = generated(frame) else { continue };
        if let Some(mapped) = by_place.get(&place) {
            replace(frame, mapped, place);
        }
    }
}

fn replace(frame: &mut Frame, mapped: &MappedFrame, place: Generated) {
    frame.filename = Some(mapped.filename.clone());
    frame.abs_path = Some(mapped.abs_path.clone());
    frame.function.clone_from(&mapped.function);
    // SDKs derive it from the name of the bundle.
    frame.module = None;
    frame.lineno = Some(mapped.lineno);
    frame.colno = Some(mapped.colno);
    frame.pre_context.clone_from(&mapped.pre_context);
    frame.context_line.clone_from(&mapped.context_line);
    frame.post_context.clone_from(&mapped.post_context);
    frame.in_app = mapped.in_app.or(frame.in_app);
    frame.generated = Some(Box::new(place));
}

/// The payload with what source maps made of it: the JSON of the client is kept to the byte, but for its last brace.
pub fn append(json: &[u8], mapped: &[MappedFrame]) -> Vec<u8> {
    let open = json.trim_ascii_end().strip_suffix(b"}").filter(|_| !mapped.is_empty());
    let stored = Mapped { frames: mapped.to_vec() };
    let (Some(open), Ok(stored)) = (open, serde_json::to_vec(&stored)) else { return json.to_vec() };
    let comma: &[u8] = if open.trim_ascii_end().ends_with(b"{") { b"" } else { b"," };
    [open, comma, b"\"", KEY.as_bytes(), b"\":", &stored, b"}"].concat()
}

/// Whether source maps were applied to a payload.
pub fn is_mapped(payload: &Json<'_>) -> bool {
    payload.get(KEY).is_some()
}

/// Takes our key away, so that what is left is what the client sent.
pub fn strip(payload: &mut Value) {
    if let Value::Object(fields) = payload {
        fields.remove(KEY);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::protocol::normalise::{self, Arrival};

    fn mapped() -> MappedFrame {
        let place = Generated { path: Some("https://a/x.js".into()), function: Some("t".into()), lineno: 1, colno: 9 };
        MappedFrame {
            generated: place,
            filename: "src/cart.ts".into(),
            abs_path: "../src/cart.ts".into(),
            function: Some("total".into()),
            lineno: 4,
            colno: 3,
            context_line: Some("throw it".into()),
            ..MappedFrame::default()
        }
    }

    #[test]
    fn a_mapped_frame_takes_the_place_of_the_generated_one() {
        let sent = json!({ "exception": [{ "type": "E", "stacktrace": { "frames": [
            { "filename": "x.js", "abs_path": "https://a/x.js", "function": "t", "lineno": 1, "colno": 9, "in_app": true },
            { "filename": "x.js", "abs_path": "https://a/x.js", "function": "t", "lineno": 1, "colno": 10 },
        ] } }] });
        let stored = append(sent.to_string().as_bytes(), &[mapped()]);
        let payload: Value = serde_json::from_slice(&stored).unwrap();
        assert!(is_mapped(&Json::from(payload.clone())));
        let mut raw = payload.clone();
        strip(&mut raw);
        assert_eq!(raw, sent);

        let event = normalise::event(payload, &Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None });
        let [first, second] = event.exceptions[0].frames.as_slice() else { panic!("two frames") };
        assert_eq!((first.function.as_deref(), first.lineno), (Some("total"), Some(4)));
        assert_eq!((first.in_app, first.context_line.as_deref()), (Some(true), Some("throw it")));
        assert_eq!(first.generated.as_deref(), Some(&mapped().generated));
        assert_eq!((second.function.as_deref(), &second.generated), (Some("t"), &None));
    }

    #[test]
    fn an_empty_payload_takes_it_too_and_nothing_changes_nothing() {
        assert!(Json::parse(&append(b"{}\n", &[mapped()])).is_ok_and(|value| is_mapped(&value)));
        assert_eq!(append(b"{\"a\":1} ", &[]), b"{\"a\":1} ");
    }
}
