//! Who asks: found once per request, in its cookie or its bearer token, and kept in its extensions.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State as Shared};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use fieldfare_app::api::{ApiError, Viewer};

use super::middleware::text;
use super::problem::Problem;
use crate::accounts;
use crate::backend::Visitor;
use crate::error::Result;
use crate::state::State;

/// The cookie that holds a login's token.
const COOKIE: &str = "fieldfare_login";
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The member who asks; asking for it is the check. Others get a problem document.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Viewer);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let visitor = parts.extensions.get::<Visitor>();
        let viewer = visitor.and_then(|visitor| visitor.viewer.clone());
        viewer.map(Self).ok_or(Problem(ApiError::Unauthorized))
    }
}

/// Puts the [`Visitor`] into the request.
pub(super) async fn recognise(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response<Body> {
    match visitor(&state, request.headers()).await {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn visitor(state: &State, headers: &HeaderMap) -> Result<Visitor> {
    let public_url = public_url(state, headers);
    if let Some(token) = text(headers, &header::AUTHORIZATION).and_then(bearer) {
        let viewer = accounts::viewer_for_api_token(&state.store, token).await?;
        return Ok(Visitor { viewer, login: None, public_url });
    }
    let login = login(headers);
    let viewer = match &login {
        Some(token) => accounts::viewer_for_login(&state.store, state.clock.now(), token).await?,
        None => None,
    };
    Ok(Visitor { viewer, login, public_url })
}

pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token of the browser's login.
pub(super) fn login(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// The cookie that keeps a browser signed in. The browser keeps it as long as browsers may; how long the login lasts is
/// decided on this side, visit by visit.
pub(super) fn login_cookie(token: String, public_url: &str) -> Cookie<'static> {
    Cookie::build((COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(public_url.starts_with("https://"))
        .permanent()
        .build()
}

/// The cookie that takes it away.
pub(super) fn no_login_cookie() -> Cookie<'static> {
    Cookie::build((COOKIE, "")).path("/").removal().build()
}

/// Under which address the request reached us, unless the settings say it.
pub(super) fn public_url(state: &State, headers: &HeaderMap) -> String {
    let configured = state.config.web.public_url.clone();
    configured.unwrap_or_else(|| {
        let host = text(headers, &header::HOST).filter(|host| is_host(host));
        let scheme = text(headers, &FORWARDED_PROTO).filter(|scheme| *scheme == "https").unwrap_or("http");
        host.map_or_else(|| state.config.web.url(state.config.web.listen), |host| format!("{scheme}://{host}"))
    })
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_found_whatever_its_case() {
        assert_eq!(bearer("Bearer ff_1"), Some("ff_1"));
        assert_eq!(bearer("bearer ff_1"), Some("ff_1"));
        assert_eq!(bearer("Basic eDp5"), None);
    }

    #[test]
    fn a_host_is_not_a_place_for_markup() {
        assert!(is_host("a.example:8000") && is_host("[::1]:8000"));
        assert!(!is_host("a\"><script>") && !is_host("a/b") && !is_host(""));
    }
}
