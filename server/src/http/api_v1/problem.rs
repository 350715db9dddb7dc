//! Refusals of this API's own: extractors whose errors are problem documents too, and addresses that do not exist.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use fieldfare_app::api::ApiError;
use http::{StatusCode, header};
use serde_json::json;

use crate::http::problem::Problem;

/// What every handler answers.
pub(super) type Answer<T> = Result<axum::Json<T>, Problem>;

/// Query parameters.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(super) struct Params<T>(pub(super) T);

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(super) struct Body<T>(pub(super) T);

/// A problem document (RFC 9457), for the description of this API.
#[derive(utoipa::ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its description is used; the document itself is made in `http::problem`")]
pub(super) struct ProblemDocument {
    /// Always `about:blank`: the status says what kind of problem it is.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// The field or parameter that was wrong.
    field: Option<String>,
    /// What to quote when asking the operator; names a line of the server's log.
    reference: Option<String>,
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self(ApiError::Invalid { field: "query".to_owned(), reason: rejection.body_text() })
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self(ApiError::Invalid { field: "body".to_owned(), reason: rejection.body_text() })
    }
}

pub(super) async fn no_such_address() -> Problem {
    Problem(ApiError::NotFound("such address".to_owned()))
}

pub(super) async fn no_such_method() -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let document = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": "This address does not know this method; see /api/v1/openapi.json.",
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], document.to_string()).into_response()
}
