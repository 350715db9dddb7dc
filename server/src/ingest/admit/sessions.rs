//! Sessions: read, and their users hashed before anything is stored.

use serde_json::Value;

use super::sent::Sent;
use super::{Admitted, Door, MAX_SMALL_BYTES};
use crate::ids::user_hash;
use crate::ingest::arrival::{Fate, Place, SessionAggregate, SessionStatus, SessionUpdate};
use crate::protocol::session::{self, Attributes, Status};

impl Admitted {
    pub(super) fn session(&mut self, payload: &[u8], door: &Door) -> Result<(), &'static str> {
        let session = admit(payload, door)?;
        self.count(Fate::Accepted, "session", "", 1);
        self.parcel.sessions.push(session);
        Ok(())
    }

    pub(super) fn sessions(&mut self, payload: &[u8], door: &Door) -> Result<(), &'static str> {
        let sums = admit_aggregates(payload, door)?;
        let quantity =
            sums.iter().map(|sum| sum.healthy + sum.errored + sum.unhandled + sum.crashed + sum.abnormal).sum();
        self.count(Fate::Accepted, "session", "", quantity);
        self.parcel.aggregates.extend(sums);
        Ok(())
    }
}

fn admit(bytes: &[u8], door: &Door) -> Result<SessionUpdate, &'static str> {
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

fn admit_aggregates(bytes: &[u8], door: &Door) -> Result<Vec<SessionAggregate>, &'static str> {
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
    let mut value = Sent::read(bytes, MAX_SMALL_BYTES)?.value.into_value();
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
