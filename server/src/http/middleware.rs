//! What holds for every request, whoever asks for whatever.

use std::any::Any;
use std::time::Duration;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};
use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnFailure, TraceLayer};
use tracing::{Level, Span};

use crate::config::Web;
use crate::state::State;

/// Longest time a page or an answer of the API may take; nobody waits longer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long browsers remember to come back over TLS only: a year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Headers of every answer that does not set them itself.
const HARDENING: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Adds the headers that make browsers careful.
pub(super) async fn harden(Shared(state): Shared<State>, request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HARDENING {
        headers.entry(name).or_insert(value);
    }
    if state.config.web.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// No request body grows without end, whoever reads it: two megabytes, axum's default, unless a route says otherwise.
pub(super) async fn limit_body(request: Request, next: Next) -> Response<Body> {
    next.run(request.with_limited_body()).await
}

/// Refuses changes that another site's page asked for. Behind a proxy that rewrites `Host`, the public URL is known.
pub(super) fn same_origin(web: &Web) -> CsrfLayer {
    let ours = web.public_url.as_ref().and_then(|url| CsrfLayer::new().add_trusted_origin(url).ok());
    ours.unwrap_or_default()
}

pub(super) fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT)
}

pub(super) fn catch_panics() -> CatchPanicLayer<AnswerPanic> {
    CatchPanicLayer::custom(AnswerPanic)
}

/// Says that it is our fault, without saying what was in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnswerPanic;

impl ResponseForPanic for AnswerPanic {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send>) -> Response<Body> {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("nothing");
        tracing::error!(said, "a request panicked");
        let mut response = Response::new(Body::from("Something went wrong on the server."));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    }
}

type Trace = TraceLayer<SharedClassifier<ServerErrorsAsFailures>, fn(&Request) -> Span>;

/// Method and path of each request, for the log lines written meanwhile. Never the query: it may hold a token.
pub(super) fn trace() -> Trace {
    let span: fn(&Request) -> Span = |request| {
        let (method, path) = (request.method(), request.uri().path());
        tracing::info_span!("request", %method, path)
    };
    TraceLayer::new_for_http().make_span_with(span).on_failure(DefaultOnFailure::new().level(Level::WARN))
}

/// A header as text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
