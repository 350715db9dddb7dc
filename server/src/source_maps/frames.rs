//! The frames of an event that a source map may apply to, and what their maps make of them. Values only.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::archive::debug_id_of;
use super::script::Outcome;
use crate::protocol::event::{Event, Frame, Generated};
use crate::protocol::mapped::{self, MappedFrame};

/// Scripts of one event that are looked up. A page loads many, but a stack runs through few.
const SCRIPTS_MAX: usize = 10;
/// Different places of one event that are mapped.
const PLACES_MAX: usize = 200;

/// A script that an event's frames ran in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    /// Its address as the frames have it.
    pub(super) path: String,
    pub(super) debug_id: Option<Uuid>,
}

impl Running {
    /// Whether a developer would expect its frames to be mapped: a browser's script, or one built with a debug id.
    /// Programs for Node.js often run as they were written.
    pub(super) fn is_expected(&self) -> bool {
        self.debug_id.is_some() || self.path.contains("://")
    }
}

/// Whether the event has frames that a source map could say more about.
pub fn applies_to(event: &Event) -> bool {
    mapped::stacks(event).flatten().any(|frame| is_script(event, frame) && frame.colno.is_some())
}

/// Every script that a JavaScript frame of the event names, in order of appearance.
pub(super) fn scripts(event: &Event) -> Vec<Running> {
    let mut found: Vec<Running> = Vec::new();
    let frames = mapped::stacks(event).flatten().filter(|frame| is_script(event, frame));
    for path in frames.filter_map(mapped::generated).filter_map(|place| place.path) {
        if found.len() < SCRIPTS_MAX && is_file(&path) && !found.iter().any(|running| running.path == path) {
            let debug_id = debug_id(&event.images, &path);
            found.push(Running { path, debug_id });
        }
    }
    found
}

/// What the maps, by the address of their script, make of the event's frames: each place once.
pub fn map(event: &Event, outcomes: &HashMap<String, Arc<Outcome>>) -> Vec<MappedFrame> {
    let mut mapped: HashMap<Generated, MappedFrame> = HashMap::new();
    for stack in mapped::stacks(event) {
        let mut called = None;
        for frame in stack {
            let place = mapped::generated(frame).filter(|_| is_script(event, frame));
            let script = place.as_ref().and_then(|place| outcomes.get(place.path.as_ref()?)?.as_ref().as_ref().ok());
            let (Some(place), Some(script)) = (place, script) else {
                called = None;
                continue;
            };
            let name = place.function.as_deref().unwrap_or_default();
            let found = script.locate(place.lineno, place.colno, name, called);
            called = script.name_at(place.lineno, place.colno);
            if let Some(found) = found.filter(|_| mapped.len() < PLACES_MAX) {
                mapped.entry(place.clone()).or_insert(MappedFrame { generated: place, ..found });
            }
        }
    }
    let mut mapped: Vec<MappedFrame> = mapped.into_values().collect();
    mapped.sort_by(|a, b| place(a).cmp(&place(b)));
    mapped
}

/// An order that is the same every time.
fn place(frame: &MappedFrame) -> (Option<&str>, u32, u32, Option<&str>) {
    let Generated { path, function, lineno, colno } = &frame.generated;
    (path.as_deref(), *lineno, *colno, function.as_deref())
}

fn is_script(event: &Event, frame: &Frame) -> bool {
    matches!(frame.platform.as_deref().unwrap_or(&event.platform), "javascript" | "node")
}

/// Whether a path is that of a file, and not of the runtime itself.
fn is_file(path: &str) -> bool {
    !path.starts_with("node:") && !path.starts_with('<') && !path.starts_with('[') && path != "native"
}

fn debug_id(images: &[Value], path: &str) -> Option<Uuid> {
    let image = images
        .iter()
        .find(|image| image["type"].as_str() == Some("sourcemap") && image["code_file"].as_str() == Some(path))?;
    debug_id_of(image["debug_id"].as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::script::Script;
    use super::*;
    use crate::protocol::event::Exception;

    fn frame(path: &str, platform: Option<&str>) -> Frame {
        Frame {
            abs_path: Some(path.to_owned()),
            platform: platform.map(str::to_owned),
            lineno: Some(1),
            colno: Some(2),
            ..Frame::default()
        }
    }

    #[test]
    fn two_names_at_one_place_are_in_the_same_order_every_time() {
        let text = r#"{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAA"}"#;
        let outcomes = HashMap::from([("https://a/x.js".to_owned(), Arc::new(Script::read(text.as_bytes(), None)))]);
        let named = |name: &str| Frame { function: Some(name.to_owned()), ..frame("https://a/x.js", None) };
        let frames = ["pay", "e", "d", "c", "b", "a"].map(named).to_vec();
        let exceptions = vec![Exception { frames, ..Exception::default() }];
        let event = Event { platform: "javascript".to_owned(), exceptions, ..Event::default() };
        let mapped = map(&event, &outcomes);
        let names: Vec<_> = mapped.iter().filter_map(|frame| frame.generated.function.as_deref()).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e", "pay"]);
    }

    #[test]
    fn scripts_are_found_with_their_debug_ids() {
        let id = "a9993e36-4706-816a-ba3e-25717850c26c";
        let frames = vec![
            frame("https://a/x.js", None),
            frame("https://a/x.js", None),
            frame("node:internal/timers", None),
            frame("<anonymous>", None),
            frame("/srv/app.so", Some("native")),
            frame("https://a/y.js", None),
            Frame { lineno: None, ..frame("https://a/z.js", None) },
        ];
        let event = Event {
            platform: "javascript".to_owned(),
            exceptions: vec![Exception { frames, ..Exception::default() }],
            images: vec![json!({ "type": "sourcemap", "code_file": "https://a/y.js", "debug_id": id })],
            ..Event::default()
        };
        let expected = [("https://a/x.js", None), ("https://a/y.js", debug_id_of(id))];
        assert_eq!(scripts(&event), expected.map(|(path, debug_id)| Running { path: path.to_owned(), debug_id }));
        assert_eq!(scripts(&Event { platform: "python".to_owned(), ..event }), []);
    }
}
