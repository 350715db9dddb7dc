//! Security reports, which browsers send by themselves to an address in a response header.

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::Refusal;
use super::auth::Caller;
use super::{body, passage};
use crate::ids;
use crate::ingest::admit::{self, MAX_SECURITY_BYTES};
use crate::ingest::quota::Meter;
use crate::protocol::csp::Sender;
use crate::protocol::dsn_auth::query_value;
use crate::state::State;

/// What browsers call their reports.
const TYPES: [&str; 8] = [
    "application/csp-report",
    "application/reports+json",
    "application/json",
    "application/expect-ct-report",
    "application/expect-ct-report+json",
    "application/expect-staple-report",
    "application/expect-staple-report+json",
    "application/hpkp-report+json",
];

/// Browsers read nothing of the answer but its status.
pub(super) async fn take(Shared(state): Shared<State>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    if caller.text(header::CONTENT_TYPE).is_some_and(|sent| !is_report(sent)) {
        return Err(Refusal::WrongType("security reports are application/csp-report or application/reports+json"));
    }
    let door = passage::open_for(&state, &caller, Meter::Security).await?;
    let body = body::read(&state.bodies, &caller.headers, body).await?;
    if body.len() > MAX_SECURITY_BYTES {
        return Err(Refusal::TooLarge("security reports are at most 64 KiB"));
    }
    let said = |name: &str| query_value(caller.query.as_deref().unwrap_or_default(), name);
    let (release, environment) = (said("sentry_release"), said("sentry_environment"));
    let sender = Sender {
        release: release.as_deref(),
        environment: environment.as_deref(),
        user_agent: caller.text(header::USER_AGENT),
    };
    let admitted = admit::security(&body, &sender, &door, ids::random_uuid)
        .map_err(|reason| Refusal::Malformed(format!("the report cannot be read: {reason}")))?;
    let taken = passage::commit(&state, admitted).await?;
    Ok((StatusCode::CREATED, taken.announced(), ()).into_response())
}

fn is_report(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind))
}
