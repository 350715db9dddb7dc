//! What clients are told, in the form Sentry's clients read: a status, `detail`, and the rate-limit headers.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use crate::error::Error;
use crate::ingest::quota::Limits;

const X_SENTRY_ERROR: HeaderName = HeaderName::from_static("x-sentry-error");
const X_SENTRY_RATE_LIMITS: HeaderName = HeaderName::from_static("x-sentry-rate-limits");
/// How long a client should wait when our queue is full, seconds: the writer empties it well within that.
const BUSY_PAUSE_SECONDS: u32 = 1;

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) enum Refusal {
    /// The body or its framing is broken.
    Malformed(String),
    /// No key, or forms of it that contradict each other.
    Unauthenticated(&'static str),
    /// A key this project does not know, or an origin it does not allow.
    Forbidden(&'static str),
    TooLarge(&'static str),
    /// A body of a kind that this address does not take.
    WrongType(&'static str),
    WrongMethod,
    /// A check-in of a monitor nobody has described yet.
    UnknownMonitor,
    /// Some or all of it was more than a quota allows.
    OverQuota(Limits),
    /// The queue is full or the database is not there.
    Busy,
    /// Our fault; logged.
    Internal,
}

/// The answer to what was taken: the event's id, or `{}` where nothing has one. Limits that are used up by now are
/// announced, so that clients need not send in vain.
pub(super) fn accepted(taken: &Taken) -> Response {
    let body = match taken.event_id {
        Some(id) => Json(json!({ "id": id.simple().to_string() })),
        None => Json(json!({})),
    };
    (taken.announced(), body).into_response()
}

/// What came of a request that was taken.
#[derive(Debug, Default)]
pub(in crate::http) struct Taken {
    pub(in crate::http) event_id: Option<Uuid>,
    /// What is used up by now.
    pub(super) limits: Limits,
}

impl Taken {
    /// The limits as a header, if there are any.
    pub(super) fn announced(&self) -> Option<AppendHeaders<[(HeaderName, String); 1]>> {
        (!self.limits.is_empty()).then(|| AppendHeaders([(X_SENTRY_RATE_LIMITS, self.limits.header())]))
    }
}

/// For an address that is asked in another way than it is made for.
pub(super) async fn wrong_method() -> Refusal {
    Refusal::WrongMethod
}

impl Refusal {
    pub(in crate::http) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownMonitor => StatusCode::NOT_FOUND,
            Self::OverQuota(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(in crate::http) fn detail(&self) -> &str {
        match self {
            Self::Malformed(detail) => detail,
            Self::Unauthenticated(detail)
            | Self::Forbidden(detail)
            | Self::TooLarge(detail)
            | Self::WrongType(detail) => detail,
            Self::WrongMethod => "this address is not for requests of this method",
            Self::UnknownMonitor => "no such monitor: send a monitor_config with a schedule with its first check-in",
            Self::OverQuota(_) => "more was sent than a quota allows; X-Sentry-Rate-Limits says which",
            Self::Busy => "the server is busy; send it again later",
            Self::Internal => "the server failed; this was logged",
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(detail) = HeaderValue::from_str(self.detail()) {
            headers.insert(X_SENTRY_ERROR, detail);
        }
        match self {
            Self::OverQuota(limits) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(limits.retry_after()));
                let announced = HeaderValue::from_str(&limits.header());
                headers.extend(announced.map(|limits| (X_SENTRY_RATE_LIMITS, limits)).ok());
            }
            Self::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(BUSY_PAUSE_SECONDS));
            }
            _ => {}
        }
        headers
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "detail": self.detail(), "causes": [] }));
        (self.status(), self.headers(), body).into_response()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable => Self::Busy,
            Error::Invalid { field, reason } => Self::Malformed(format!("{field}: {reason}")),
            Error::NotFound(_) | Error::Forbidden => Self::Forbidden("no such project or key"),
            other => {
                tracing::error!(error = %other, "an ingestion request failed on our side");
                Self::Internal
            }
        }
    }
}
