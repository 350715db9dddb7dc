//! Security reports: each an event, the others counted by their kind.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::sent::Sent;
use super::{Admitted, Door, events};
use crate::ingest::arrival::Fate;
use crate::protocol::csp::{self, Sender};

/// Largest body of reports, bytes. A browser sends a few kilobytes at most; the policy itself is most of it.
pub const MAX_SECURITY_BYTES: usize = 64 * 1024;

/// Admits the reports of a body. `new_id` makes their ids: a browser gives them none.
///
/// # Errors
/// A reason in one word when the body is no report at all.
pub fn security(
    body: &[u8],
    sender: &Sender<'_>,
    door: &Door,
    new_id: impl Fn() -> Uuid,
) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    admitted.security_reports(body, sender, door, &new_id)?;
    // Several reports of one body have no one id to answer with.
    admitted.event_id = None;
    Ok(admitted.finished(door))
}

impl Admitted {
    pub(super) fn security_reports(
        &mut self,
        body: &[u8],
        sender: &Sender<'_>,
        door: &Door,
        new_id: &impl Fn() -> Uuid,
    ) -> Result<(), &'static str> {
        if body.len() > MAX_SECURITY_BYTES {
            return Err("too_large");
        }
        let reports = csp::reports(body, sender)?;
        for other in reports.others {
            self.count(Fate::Skipped, &other, "", 1);
        }
        for payload in reports.payloads {
            let mut event = events::admit(Sent::made(fields(payload)), door, None, new_id())?;
            event.category = "security";
            self.keep_event(event, door);
        }
        Ok(())
    }
}

fn fields(payload: Value) -> Map<String, Value> {
    match payload {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
