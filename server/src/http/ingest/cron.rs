//! Check-ins of cron monitors as plain requests, for jobs that have no SDK: `curl` at the end of a crontab's line.

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{Refusal, accepted};
use super::auth::Caller;
use super::{body, passage};
use crate::ingest::admit::{self, Door};
use crate::projects::monitors;
use crate::protocol::check_in::{self, CheckIn, Status};
use crate::protocol::envelope::EnvelopeHeader;
use crate::state::State;

/// Largest body, bytes; Sentry's limit for a check-in.
const MAX_BYTES: usize = 100 * 1024;

/// A check-in may be sent as whatever a job's tool sends most easily.
pub(super) fn by_any_method() -> MethodRouter<State> {
    get(take_check_in).post(take_check_in).put(take_check_in)
}

#[derive(Deserialize)]
struct Address {
    slug: String,
}

async fn take_check_in(
    Shared(state): Shared<State>,
    Path(address): Path<Address>,
    caller: Caller,
    body: Body,
) -> Result<Response, Refusal> {
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    let door = passage::open(&state, &caller, &EnvelopeHeader::default()).await?;
    let sent = check_in::of_request(&address.slug, caller.query.as_deref().unwrap_or_default(), fields(&body)?);
    let check_in = match understood(&sent) {
        Ok(check_in) => check_in,
        Err((reason, sentence)) => {
            passage::commit(&state, admit::refused_check_in(reason, &door)).await?;
            return Err(Refusal::Malformed(sentence));
        }
    };
    take(&state, &door, check_in).await
}

fn fields(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.len() > MAX_BYTES {
        return Err(Refusal::TooLarge("a check-in is larger than 100 KiB"));
    }
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let wrong = |error| Refusal::Malformed(format!("the body is not a JSON object: {error}"));
    serde_json::from_slice(body).map_err(wrong)
}

/// The check-in, or what is wrong with it in a word and in a sentence. Unlike an item of an envelope, whose client
/// never looks, a request with settings that cannot be followed is refused, so that whoever wrote it learns of it.
fn understood(sent: &Value) -> Result<CheckIn, (&'static str, String)> {
    let check_in = check_in::read(sent).map_err(|reason| (reason, format!("the check-in cannot be read: {reason}")))?;
    match &check_in.config {
        Some(Err(fault)) => Err((fault.reason(), fault.sentence())),
        _ => Ok(check_in),
    }
}

async fn take(state: &State, door: &Door, mut check_in: CheckIn) -> Result<Response, Refusal> {
    let at = (check_in.slug.as_str(), check_in.environment.as_str());
    let known = monitors::find(state.store.reader(), door.project_id, at).await?;
    let is_known = known.is_some() || check_in.config.is_some();
    if check_in.id.is_none() {
        // Named here, so that the answer can say which run it was.
        let open = match &known {
            Some(monitor) if check_in.status != Status::InProgress => {
                monitors::latest_open(state.store.reader(), monitor).await?
            }
            _ => None,
        };
        check_in.id = Some(open.unwrap_or_else(crate::ids::random_uuid));
    }
    let taken = passage::commit(state, admit::check_in(check_in, door)).await?;
    if is_known { Ok((StatusCode::ACCEPTED, accepted(&taken)).into_response()) } else { Err(Refusal::UnknownMonitor) }
}
