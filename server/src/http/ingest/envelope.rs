//! Envelopes, in which every client of today reports, and the store endpoint of the years before.

use axum::body::Body;
use axum::extract::State as Shared;
use axum::response::Response;

use super::answer::{Refusal, accepted};
use super::auth::Caller;
use super::{body, passage};
use crate::ids;
use crate::ingest::admit;
use crate::ingest::quota::Meter;
use crate::protocol::encoding;
use crate::protocol::envelope::{self, EnvelopeHeader};
use crate::state::State;

/// What an envelope may hold that is let in by quotas.
const IN_ENVELOPES: [Meter; 7] = [
    Meter::Error,
    Meter::Transaction,
    Meter::Attachment,
    Meter::Session,
    Meter::Feedback,
    Meter::Monitor,
    Meter::Security,
];

pub(super) async fn take(Shared(state): Shared<State>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    // A tunnel has its key in the body only.
    if let Ok(door) = passage::open(&state, &caller, &EnvelopeHeader::default()).await {
        passage::refuse_unread(&door, &IN_ENVELOPES)?;
    }
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    let parsed =
        envelope::parse(&body).map_err(|fault| Refusal::Malformed(format!("the envelope is malformed: {fault}")))?;
    let door = passage::open(&state, &caller, &parsed.header).await?;
    let admitted = admit::envelope(&parsed, &door, ids::random_uuid);
    Ok(accepted(&passage::commit(&state, admitted).await?))
}

pub(super) async fn take_store(Shared(state): Shared<State>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    let door = passage::open_for(&state, &caller, Meter::Error).await?;
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    let json = encoding::store_body(&body, body::MAX_DECODED_BYTES)
        .map_err(|error| Refusal::Malformed(format!("the event cannot be read: {error}")))?;
    let admitted = admit::store(&json, &door, ids::random_uuid())
        .map_err(|reason| Refusal::Malformed(format!("the event cannot be read: {reason}")))?;
    Ok(accepted(&passage::commit(&state, admitted).await?))
}
