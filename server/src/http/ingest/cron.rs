//! Check-ins of cron monitors as plain requests, for jobs that have no SDK: `curl` at the end of a crontab's line.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::{auth, body, commit, door};
use crate::ingest::admit::{self, Door};
use crate::projects::monitors;
use crate::protocol::check_in::{self, CheckIn, Status};
use crate::state::State;

/// Largest body, bytes; Sentry's limit for a check-in.
const MAX_BYTES: usize = 100 * 1024;

/// With and without a key in the address, with and without the trailing slash.
pub(super) fn router() -> Router<State> {
    let paths = ["/api/{project}/cron/{slug}", "/api/{project}/cron/{slug}/{key}"];
    paths.iter().fold(Router::new(), |router, path| {
        router.route(path, take_check_in_by_any()).route(&format!("{path}/"), take_check_in_by_any())
    })
}

fn take_check_in_by_any() -> MethodRouter<State> {
    get(take_check_in).post(take_check_in).put(take_check_in)
}

#[derive(Deserialize)]
struct Address {
    project: String,
    slug: String,
    #[serde(default)]
    key: Option<String>,
}

async fn take_check_in(
    Shared(state): Shared<State>,
    Path(address): Path<Address>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let body = body::read(&state.bodies, &headers, body).await?;
    let (query, path_key) = (query.as_deref(), address.key.as_deref());
    let request = auth::Request { project: &address.project, query, headers: &headers, path_key };
    let key = auth::authenticate(&state, &request, None).await?;
    let door = door(&state, &key, &headers).await?;
    let sent = check_in::of_request(&address.slug, query.unwrap_or_default(), fields(&body)?);
    let check_in = match understood(&sent) {
        Ok(check_in) => check_in,
        Err((reason, sentence)) => {
            commit(&state, &door, admit::refused_check_in(reason, &door), None).await?;
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
    let id = check_in.id;
    let answer = commit(state, door, admit::check_in(check_in, door), id).await?;
    if is_known { Ok((StatusCode::ACCEPTED, answer).into_response()) } else { Err(Refusal::UnknownMonitor) }
}
