//! Check-ins of cron monitors: read; what they mean is decided by the writer, which knows their monitor.

use super::Door;
use super::sent::Sent;
use crate::ingest::arrival::{NewCheckIn, Place};
use crate::protocol::check_in::{self, CheckIn};

/// Largest check-in, bytes; Sentry's own limit.
pub(super) const MAX_BYTES: usize = 100 * 1024;
/// Check-ins of one envelope; clients send one.
const MAX_CHECK_INS: usize = 100;

pub(super) fn admit(bytes: &[u8], door: &Door, admitted: usize) -> Result<NewCheckIn, &'static str> {
    if admitted >= MAX_CHECK_INS {
        return Err("too_many_items");
    }
    Ok(new(check_in::read(&Sent::read(bytes, MAX_BYTES)?.value.into_value())?, door))
}

pub(super) fn new(sent: CheckIn, door: &Door) -> NewCheckIn {
    let place = Place { release: sent.release.clone(), environment: Some(sent.environment.clone()) };
    NewCheckIn { place, at: door.received_at, sent }
}
