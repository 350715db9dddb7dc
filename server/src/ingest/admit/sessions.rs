//! Sessions: read, and their users hashed before anything is stored.

use serde_json::Value;

use super::sent::Sent;
use super::{Door, MAX_SMALL_BYTES};
use crate::ids::user_hash;
use crate::ingest::arrival::{Place, SessionAggregate, SessionStatus, SessionUpdate};
use crate::protocol::session::{self, Attributes, Status};

pub(super) fn admit(bytes: &[u8], door: &Door) -> Result<SessionUpdate, &'static str> {
    let update = session::update(&corrected(bytes, door)?, door.received_at)?;
    Ok(SessionUpdate {
        sid: update.sid,
        place: place(update.attributes),
        started: update.started,
        status: status(update.status),
        errors: update.errors,
        user_hash: update.did.as_deref().map(user_hash),
    })
}

pub(super) fn admit_aggregates(bytes: &[u8], door: &Door) -> Result<Vec<SessionAggregate>, &'static str> {
    let aggregates = session::aggregates(&corrected(bytes, door)?, door.received_at)?;
    let row = |sums: session::Aggregate| SessionAggregate {
        place: place(sums.attributes),
        started: sums.started,
        user_hash: sums.did.as_deref().map(user_hash),
        healthy: sums.exited,
        errored: sums.errored,
        unhandled: sums.unhandled,
        crashed: sums.crashed,
        abnormal: sums.abnormal,
    };
    Ok(aggregates.into_iter().map(row).collect())
}

/// The payload, with its times by our clock.
fn corrected(bytes: &[u8], door: &Door) -> Result<Value, &'static str> {
    let mut value = Sent::read(bytes, MAX_SMALL_BYTES)?.value;
    door.drift.correct_session(&mut value);
    Ok(value)
}

fn place(attributes: Attributes) -> Place {
    Place { release: Some(attributes.release), environment: attributes.environment }
}

fn status(status: Status) -> SessionStatus {
    match status {
        Status::Ok => SessionStatus::Ok,
        Status::Exited => SessionStatus::Exited,
        Status::Unhandled => SessionStatus::Unhandled,
        Status::Crashed => SessionStatus::Crashed,
        Status::Abnormal => SessionStatus::Abnormal,
    }
}
