//! Minidumps: an event made from one, or an event that one explains.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::blobs::File;
use super::sent::Sent;
use super::{Admitted, Door, MAX_EVENT_BYTES, events};
use crate::protocol::minidump;

/// What a crash reporter sent.
#[derive(Debug)]
pub struct CrashReport {
    /// Payload of the event, as far as the client said anything.
    pub event: Map<String, Value>,
    pub dump: File,
    /// Other files.
    pub files: Vec<File>,
}

/// Admits a crash as an event with its dump and other files beside it.
///
/// # Errors
/// A reason in one word when the dump is none, or the event is too large.
pub fn crash(report: CrashReport, door: &Door, new_id: Uuid) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    let mut fields = report.event;
    minidump::describe(&mut fields, &report.dump.content)?;
    let sent = Sent::made(fields);
    if sent.bytes.len() > MAX_EVENT_BYTES {
        return Err("too_large");
    }
    let event = events::admit(sent, door, None, new_id)?;
    let event_id = event.event_id;
    admitted.keep_event(event, door);
    let kind = Some(minidump::ATTACHMENT_TYPE.to_owned());
    for file in std::iter::once(File { kind, ..report.dump }).chain(report.files) {
        admitted.keep_file(file, event_id, door);
    }
    Ok(admitted.finished(door))
}

/// Adds what a dump says to the event it came with. A broken dump says nothing, and stays beside it as it is.
pub(super) fn explain(event: &mut Value, dump: &[u8]) -> bool {
    event.as_object_mut().is_some_and(|fields| minidump::describe(fields, dump).is_ok())
}

/// The payload of an event nobody sent, made from its dump alone.
pub(super) fn event_of(dump: &[u8]) -> Result<Sent<'static>, &'static str> {
    let mut fields = Map::new();
    minidump::describe(&mut fields, dump)?;
    Ok(Sent::made(fields))
}
