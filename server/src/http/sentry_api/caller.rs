//! Who asks: a member by an API token, or a client by the DSN of its project.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use fieldfare_app::api::Viewer;

use super::answer::Fault;
use crate::accounts;
use crate::http::middleware::text;
use crate::state::State;

/// By what a request says it may.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    Member(Viewer),
    Dsn(String),
}

impl FromRequestParts<State> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Fault> {
        match credentials(&parts.headers) {
            Some(("dsn", dsn)) => Ok(Self::Dsn(dsn.to_owned())),
            Some(("bearer", token)) => {
                let viewer = accounts::viewer_for_api_token(&state.store, token).await?;
                viewer.map(Self::Member).ok_or_else(|| Fault::new(StatusCode::UNAUTHORIZED, "Invalid token."))
            }
            _ => Err(Fault::new(
                StatusCode::UNAUTHORIZED,
                "Authentication credentials were not provided: send Authorization: Bearer or DSN.",
            )),
        }
    }
}

/// Scheme and value of the header.
fn credentials(headers: &HeaderMap) -> Option<(&'static str, &str)> {
    let (scheme, value) = text(headers, &header::AUTHORIZATION)?.trim().split_once(' ')?;
    let known = ["dsn", "bearer"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
    Some((known, value.trim()))
}
