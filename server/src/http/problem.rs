//! Errors as programs read them: problem documents (RFC 9457).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fieldfare_app::api::ApiError;
use fieldfare_app::backend::status_of;
use serde_json::json;

use crate::error::Error;

/// An error on its way out.
#[derive(Debug)]
pub struct Problem(pub ApiError);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error.at_the_edge())
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status_of(&self.0);
        let mut document = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.0.to_string(),
        });
        match &self.0 {
            ApiError::Invalid { field, .. } => document["field"] = json!(field),
            ApiError::Internal { reference } => document["reference"] = json!(reference),
            _ => {}
        }
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, headers, document.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let bearer = axum::http::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
