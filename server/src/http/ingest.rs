//! Ingestion: where Sentry's clients and the embeddable script report to.
//!
//! Each handler authenticates, admits, waits for the commit and answers; what a client sent is understood in
//! `protocol` and `ingest::admit`.

mod answer;
mod auth;
mod body;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderName, Method, header};
use axum::response::Response;
use axum::routing::post;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};
use uuid::Uuid;

use self::answer::{Refusal, accepted};
pub use self::auth::KeyCache;
pub use self::body::Room;
use super::client_address::Caller;
use crate::ingest::admit::{self, Admitted, Door};
use crate::protocol::{encoding, envelope};
use crate::state::State;

/// How long a browser may remember the answer to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3_600);

/// Routes with and without the trailing slash: a redirect would lose the body.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/api/{project}/envelope/", post(take_envelope))
        .route("/api/{project}/envelope", post(take_envelope))
        .route("/api/{project}/store/", post(take_store))
        .route("/api/{project}/store", post(take_store))
        .layer(cors())
        .with_state(state)
}

/// Any page may report; whether its project wants it is decided by key and origin. Errors carry these headers too,
/// or browsers would hide the status from the client.
fn cors() -> CorsLayer {
    let names = [
        "x-sentry-auth",
        "x-requested-with",
        "x-forwarded-for",
        "origin",
        "referer",
        "accept",
        "content-type",
        "authentication",
        "authorization",
        "content-encoding",
        "transfer-encoding",
        "sentry-trace",
        "baggage",
        "x-csrftoken",
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(names.map(HeaderName::from_static))
        .expose_headers([
            HeaderName::from_static("x-sentry-error"),
            HeaderName::from_static("x-sentry-rate-limits"),
            header::RETRY_AFTER,
        ])
        .max_age(PREFLIGHT_AGE)
}

async fn take_envelope(
    Shared(state): Shared<State>,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
    body: Body,
) -> Result<Response, Refusal> {
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    let parsed =
        envelope::parse(&body).map_err(|fault| Refusal::Malformed(format!("the envelope is malformed: {fault}")))?;
    let request = auth::Request { project: &project, query: query.as_deref(), headers: &caller.headers };
    let project = auth::authenticate(&state, &request, parsed.header.dsn.as_deref()).await?;
    let door = door(&state, project, &caller).await?;
    let admitted = admit::envelope(&parsed, &door, crate::ids::random_uuid);
    commit(&state, admitted, parsed.header.event_id).await
}

async fn take_store(
    Shared(state): Shared<State>,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
    body: Body,
) -> Result<Response, Refusal> {
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    let request = auth::Request { project: &project, query: query.as_deref(), headers: &caller.headers };
    let project = auth::authenticate(&state, &request, None).await?;
    let json = encoding::store_body(&body, body::MAX_DECODED_BYTES)
        .map_err(|error| Refusal::Malformed(format!("the event cannot be read: {error}")))?;
    let door = door(&state, project, &caller).await?;
    let admitted = admit::store(&json, &door, crate::ids::random_uuid())
        .map_err(|reason| Refusal::Malformed(format!("the event cannot be read: {reason}")))?;
    let event_id = admitted.event_id;
    commit(&state, admitted, event_id).await
}

/// Where the request came in, with what its project wants.
async fn door(state: &State, project_id: i64, caller: &Caller) -> Result<Door, Refusal> {
    let policy = state.policies.of(&state.store, project_id).await?;
    Ok(Door { project_id, received_at: state.clock.now(), client: caller.address, policy })
}

/// Applies the quota, stores attachments, waits for the writer, answers.
async fn commit(state: &State, mut admitted: Admitted, header_id: Option<Uuid>) -> Result<Response, Refusal> {
    let over_quota = admit::apply_quota(&mut admitted, &state.quotas);
    let event_id = header_id.or(admitted.event_id);
    let parcel = admit::store_blobs(admitted, &state.blobs).await.map_err(|error| {
        tracing::error!(%error, "an attachment could not be stored");
        Refusal::Busy
    })?;
    state.ingest.commit(parcel).await?;
    if over_quota { Err(Refusal::OverQuota) } else { Ok(accepted(event_id)) }
}
