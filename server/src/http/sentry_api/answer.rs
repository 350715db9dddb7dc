//! Refusals in the form Sentry's tools read.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fieldfare_app::backend::status_of;
use serde_json::{Value, json};

use crate::error::Error;
use crate::http::ingest::Refusal;

/// A status and a JSON body.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    body: Value,
}

impl Fault {
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, body: json!({ "detail": detail }) }
    }

    /// A field that is not acceptable, and why.
    pub(super) fn field(name: &str, reason: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: json!({ name: [reason] }) }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let error = error.at_the_edge();
        Self::new(status_of(&error), &error.to_string())
    }
}

/// What every handler answers.
pub(super) type Answer = Result<Response, Fault>;

/// A good answer.
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.status(), refusal.detail())
    }
}

pub(super) async fn no_such_method() -> Fault {
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "This address is not for requests of this method.")
}
