//! Ingestion: where Sentry's clients and the embeddable script report to.
//!
//! Each handler opens a [`passage`], admits, waits for the commit and answers; what a client sent is understood in
//! `protocol` and `ingest::admit`.

mod answer;
mod attachments;
mod auth;
mod body;
mod cron;
mod envelope;
mod error_page;
mod form;
mod minidump;
mod passage;
mod security;

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::routing::{MethodRouter, get, post};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

pub(in crate::http) use self::answer::Refusal;
pub(in crate::http) use self::auth::Caller;
pub use self::auth::KeyCache;
pub use self::body::Room;
pub(in crate::http) use self::body::read;
pub(in crate::http) use self::passage::{commit, open};
use crate::state::State;

/// How long a browser may remember the answer to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3_600);

/// Routes with and without the trailing slash: a redirect would lose the body.
pub fn router(state: State) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(&format!("{path}/"), methods.clone()).route(path, methods)
    });
    routes.method_not_allowed_fallback(answer::wrong_method).layer(cors()).with_state(state)
}

/// The table of contents.
fn routes() -> Vec<(&'static str, MethodRouter<State>)> {
    vec![
        ("/api/{project}/envelope", post(envelope::take)),
        ("/api/{project}/store", post(envelope::take_store)),
        ("/api/{project}/security", post(security::take)),
        ("/api/{project}/csp-report", post(security::take)),
        ("/api/{project}/minidump", post(minidump::take)),
        ("/api/{project}/events/{event_id}/attachments", post(attachments::take)),
        ("/api/{project}/cron/{slug}", cron::by_any_method()),
        ("/api/{project}/cron/{slug}/{key}", cron::by_any_method()),
        ("/api/embed/error-page", get(error_page::script).post(error_page::report)),
    ]
}

/// Any page may report; whether its project wants it is decided by key and origin. Errors carry these headers too,
/// or browsers would hide the status from the client.
pub(in crate::http) fn cors() -> CorsLayer {
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
