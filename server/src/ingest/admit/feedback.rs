//! Feedback: protected, read, named, compressed, and given what it needs to find its like.

use serde_json::Value;
use uuid::Uuid;

use super::events::place;
use super::protect::{Protected, protect};
use super::sent::Sent;
use super::{Admitted, Door, MAX_EVENT_BYTES};
use crate::clustering;
use crate::filters::Reason;
use crate::ingest::arrival::NewFeedback;
use crate::ingest::quota::Meter;
use crate::ownership::Subject;
use crate::protocol::feedback::{self, Feedback};
use crate::protocol::normalise::Arrival;
use crate::store::payload;

/// Admits a `feedback` item.
pub(super) fn admit(
    bytes: &[u8],
    door: &Door,
    header_id: Option<Uuid>,
    fallback: Uuid,
) -> Result<NewFeedback, &'static str> {
    let sent = Sent::read(bytes, MAX_EVENT_BYTES)?;
    let Sent { mut value, bytes } =
        if door.drift.is_any() { sent.changed(|event| door.drift.correct_event(event)) } else { sent };
    let own_id = value.get("event_id").and_then(|id| Uuid::try_parse(id.as_str()?.trim()).ok());
    let protected = protect(&mut value, bytes, door)?;
    let event_id = header_id.or(own_id).unwrap_or(fallback);
    let arrival = Arrival { event_id, received_at: door.received_at, client_ip: None };
    row(feedback::feedback(value, &arrival)?, &protected, door)
}

/// Admits what a user wrote about an event, from a form or a program that sends no envelopes. Its id, made from what
/// it says, is the one to answer with; without one it was filtered.
///
/// # Errors
/// A reason in one word when there is no comment or no event it is about.
pub fn user_report(report: &Value, door: &Door) -> Result<Admitted, &'static str> {
    let mut admitted = Admitted::new(door);
    let feedback = match admit_report(report.to_string().as_bytes(), door) {
        Ok(feedback) => feedback,
        // Nothing was wrong with it: whoever wrote it is not told to write it again.
        Err(reason) if Reason::is(reason) => {
            admitted.drop_one("feedback", reason, 1);
            return Ok(admitted.finished(door));
        }
        Err(reason) => return Err(reason),
    };
    admitted.event_id = Some(feedback.event_id);
    if admitted.take(Meter::Feedback, feedback.event_id, door) {
        admitted.parcel.feedback.push(feedback);
    }
    Ok(admitted.finished(door))
}

/// Admits a `user_report` item.
pub(super) fn admit_report(bytes: &[u8], door: &Door) -> Result<NewFeedback, &'static str> {
    let Sent { mut value, bytes } = Sent::read(bytes, MAX_EVENT_BYTES)?;
    let protected = protect(&mut value, bytes, door)?;
    let arrival = Arrival { event_id: Uuid::nil(), received_at: door.received_at, client_ip: None };
    row(feedback::user_report(&value.into_value(), &arrival)?, &protected, door)
}

fn row(said: Feedback, protected: &Protected<'_>, door: &Door) -> Result<NewFeedback, &'static str> {
    if let Some(reason) = door.policy.filters.refuses_feedback(&said.message, said.email.as_deref()) {
        return Err(reason.as_str());
    }
    let user_key = said.event.user.as_ref().and_then(|user| user.key()).map(str::to_owned);
    let user_key = user_key.or_else(|| said.email.clone()).or_else(|| protected.user_key(&said.event, door));
    let hash = clustering::near_duplicate_key(&said.message).to_uuid();
    let subject = || Subject { url: said.url.as_deref(), ..Subject::of_event(&said.event) };
    let owner = door.policy.owners.as_ref().and_then(|judge| judge.assignment(hash, subject));
    Ok(NewFeedback {
        event_id: said.event_id,
        created_at: said.event.timestamp,
        place: place(&said.event),
        title: clustering::title(&said.message),
        hash,
        owner,
        signature: clustering::signature(&said.message).0,
        user_key,
        message: said.message,
        name: said.name,
        email: said.email,
        url: said.url,
        source: said.source,
        kind: said.kind.to_owned(),
        rating: said.rating,
        associated_event_id: said.associated_event_id,
        payload: payload::pack(&protected.json).map_err(|_| "not_compressible")?,
    })
}
