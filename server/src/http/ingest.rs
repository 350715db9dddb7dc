//! Ingestion: where Sentry's clients and the embeddable script report to.
//!
//! Each handler authenticates, admits, waits for the commit and answers; what a client sent is understood in
//! `protocol` and `ingest::admit`.

mod answer;
mod auth;
mod body;
mod cron;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::response::Response;
use axum::routing::post;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};
use uuid::Uuid;

use self::answer::{Refusal, accepted};
pub use self::auth::KeyCache;
pub use self::body::Room;
use crate::ingest::admit::{self, Admitted, Door};
use crate::ingest::mapping;
use crate::ingest::quota::{Budget, Meter};
use crate::projects::keys::KeyRow;
use crate::protocol::{encoding, envelope};
use crate::state::State;

/// How long a browser may remember the answer to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3_600);

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

/// Routes with and without the trailing slash: a redirect would lose the body.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/api/{project}/envelope/", post(take_envelope))
        .route("/api/{project}/envelope", post(take_envelope))
        .route("/api/{project}/store/", post(take_store))
        .route("/api/{project}/store", post(take_store))
        .merge(cron::router())
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
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::OPTIONS])
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
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let request = auth::Request { project: &project, query: query.as_deref(), headers: &headers, path_key: None };
    // A tunnel has its key in the body only.
    if let Ok(key) = auth::authenticate(&state, &request, None).await {
        refuse_unread(&door(&state, &key, &headers).await?, &IN_ENVELOPES)?;
    }
    let body = body::read(&state.bodies, &headers, body).await?;
    let parsed =
        envelope::parse(&body).map_err(|fault| Refusal::Malformed(format!("the envelope is malformed: {fault}")))?;
    let key = auth::authenticate(&state, &request, parsed.header.dsn.as_deref()).await?;
    let door = door(&state, &key, &headers).await?;
    let admitted = admit::envelope(&parsed, &door, crate::ids::random_uuid);
    commit(&state, &door, admitted, parsed.header.event_id).await
}

async fn take_store(
    Shared(state): Shared<State>,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let request = auth::Request { project: &project, query: query.as_deref(), headers: &headers, path_key: None };
    let key = auth::authenticate(&state, &request, None).await?;
    let door = door(&state, &key, &headers).await?;
    refuse_unread(&door, &[Meter::Error])?;
    let body = body::read(&state.bodies, &headers, body).await?;
    let json = encoding::store_body(&body, body::MAX_DECODED_BYTES)
        .map_err(|error| Refusal::Malformed(format!("the event cannot be read: {error}")))?;
    let admitted = admit::store(&json, &door, crate::ids::random_uuid())
        .map_err(|reason| Refusal::Malformed(format!("the event cannot be read: {reason}")))?;
    let event_id = admitted.event_id;
    commit(&state, &door, admitted, event_id).await
}

/// Where the request came in, with what its project wants.
async fn door(state: &State, key: &KeyRow, headers: &HeaderMap) -> Result<Door, Refusal> {
    let (project_id, received_at) = (key.project_id, state.clock.now());
    let policy = state.policies.of(&state.store, project_id).await?;
    let budget = Budget::new(state.quotas.clone(), policy.clone(), (project_id, key.key_id), received_at);
    Ok(Door { project_id, received_at, client: auth::client_address(headers), policy, budget })
}

/// Refuses a request whose body would be read in vain, since every quota it may count against is used up.
fn refuse_unread(door: &Door, may_hold: &[Meter]) -> Result<(), Refusal> {
    door.budget.refuse_unread(may_hold).map_or(Ok(()), |limits| Err(Refusal::OverQuota(limits)))
}

/// Applies source maps, stores attachments, waits for the writer, answers. What is within its quota was kept although the
/// answer says that something was not.
async fn commit(
    state: &State,
    door: &Door,
    mut admitted: Admitted,
    header_id: Option<Uuid>,
) -> Result<Response, Refusal> {
    let (limits, is_limited) = (std::mem::take(&mut admitted.limits), admitted.is_limited);
    mapping::apply(&mut admitted.parcel, &state.source_maps, &door.policy).await;
    let event_id = header_id.or(admitted.event_id);
    let parcel = admit::store_blobs(admitted, &state.blobs).await.map_err(|error| {
        tracing::error!(%error, "an attachment could not be stored");
        Refusal::Busy
    })?;
    state.ingest.commit(parcel).await?;
    if is_limited { Err(Refusal::OverQuota(limits)) } else { Ok(accepted(event_id, &limits)) }
}
