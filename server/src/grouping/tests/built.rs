//! Short ways to write events.

use super::super::{Grouping, Kind, Rules, group};
use crate::protocol::event::{Event, Exception, Frame, LogMessage, Mechanism};

pub(in super::super) fn keyed(event: &Event) -> Grouping {
    group(event, &Rules::default())
}

#[track_caller]
pub(in super::super) fn assert_together(a: &Event, b: &Event) {
    let (a, b) = (keyed(a), keyed(b));
    assert_eq!(a.primary, b.primary, "\n{:#?}\n{:#?}", used(&a), used(&b));
}

#[track_caller]
pub(in super::super) fn assert_apart(a: &Event, b: &Event) {
    let (a, b) = (keyed(a), keyed(b));
    assert_ne!(a.primary, b.primary, "\n{:#?}\n{:#?}", used(&a), used(&b));
    assert!(a.system.is_none_or(|system| Some(system) != b.system), "the system keys meet");
}

/// The values that make the key.
pub(in super::super) fn used(grouping: &Grouping) -> Vec<&str> {
    let components = grouping.explanation.components.iter().filter(|component| component.contributes);
    components.map(|component| component.value.as_str()).collect()
}

/// The reasons things were left out for.
pub(in super::super) fn left_out(grouping: &Grouping, kind: Kind) -> Vec<&str> {
    let components = grouping.explanation.components.iter().filter(|component| !component.contributes);
    components.filter(|component| component.kind == kind).filter_map(|component| component.reason.as_deref()).collect()
}

pub(in super::super) fn event(platform: &str, exceptions: Vec<Exception>) -> Event {
    Event { platform: platform.into(), exceptions, ..Event::default() }
}

pub(in super::super) fn exception(kind: &str, value: &str, frames: Vec<Frame>) -> Exception {
    Exception { kind: Some(kind.into()), value: Some(value.into()), frames, ..Exception::default() }
}

/// Frames from "function path" lines, the throw site last; `-` before the function marks a library's frame.
pub(in super::super) fn frames(lines: &[&str]) -> Vec<Frame> {
    lines.iter().map(|line| frame(line)).collect()
}

fn frame(line: &str) -> Frame {
    let (function, path) = line.rsplit_once(' ').unwrap();
    let library = function.strip_prefix('-');
    Frame {
        function: Some(library.unwrap_or(function).into()),
        filename: Some(path.into()),
        in_app: Some(library.is_none()),
        lineno: Some(7),
        ..Frame::default()
    }
}

pub(in super::super) fn message(template: Option<&str>, formatted: &str) -> Event {
    let message = LogMessage { template: template.map(Into::into), formatted: formatted.into(), params: Vec::new() };
    Event { platform: "python".into(), message: Some(message), ..Event::default() }
}

pub(in super::super) fn in_group(exception: Exception, id: i64, parent: Option<i64>, is_group: bool) -> Exception {
    let mechanism =
        Mechanism { exception_id: Some(id), parent_id: parent, is_exception_group: is_group, ..Mechanism::default() };
    Exception { mechanism: Some(mechanism), ..exception }
}
