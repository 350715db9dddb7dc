//! Files of an event that was reported, or will be, in a request of its own.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::answer::Refusal;
use super::auth::Caller;
use super::form::Part;
use super::{body, form, passage};
use crate::ingest::admit;
use crate::ingest::quota::Meter;
use crate::state::State;

pub(super) async fn take(
    Shared(state): Shared<State>,
    Path((_, event_id)): Path<(String, String)>,
    caller: Caller,
    body: Body,
) -> Result<Response, Refusal> {
    let door = passage::open_for(&state, &caller, Meter::Attachment).await?;
    let event_id = Uuid::try_parse(event_id.trim())
        .map_err(|_| Refusal::Malformed("the event's id is not 32 hexadecimal digits".to_owned()))?;
    let (body, _room) = body::read(&state.bodies, &caller.headers, body).await?.into_bytes();
    let parts = form::parts(&caller.headers, body).await?;
    if parts.is_empty() {
        return Err(Refusal::Malformed("the form holds no file".to_owned()));
    }
    let admitted = admit::attachments(event_id, parts.into_iter().map(Part::into_file).collect(), &door);
    let kept = !admitted.uploads.is_empty();
    let taken = passage::commit(&state, admitted).await?;
    if !kept {
        return Err(Refusal::TooLarge("a file is at most 20 MiB"));
    }
    Ok((StatusCode::CREATED, taken.announced(), Json(json!({ "id": event_id.simple().to_string() }))).into_response())
}
