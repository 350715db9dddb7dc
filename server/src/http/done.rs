//! Tells the page that follows a form which form was accepted: a cookie for one page, since an address that says so
//! would go on saying it when it is shared or loaded again.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::middleware::text;

const COOKIE: &str = "fieldfare_done";
/// The address that a refused form leads back to has it.
const REFUSED: &str = "__err=";

/// Path of the server function whose form was accepted last.
pub(super) fn accepted(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// Sets the cookie after an accepted form, and takes it away with the page that was told.
pub(super) async fn remember(request: Request, next: Next) -> Response<Body> {
    let (is_form, path) = (request.method() == Method::POST, request.uri().path().to_owned());
    let was_told = accepted(request.headers()).is_some();
    let response = next.run(request).await;
    if is_form && leads_back(&response) {
        return (CookieJar::new().add(cookie(path)), response).into_response();
    }
    let forget = was_told && !is_form && response.status().is_success();
    if forget { (CookieJar::new().add(removed()), response).into_response() } else { response }
}

/// Whether a form without a script was accepted: programs and scripts that read JSON are not sent anywhere.
fn leads_back(response: &Response<Body>) -> bool {
    let to = text(response.headers(), &header::LOCATION);
    response.status().is_redirection() && to.is_some_and(|to| !to.contains(REFUSED))
}

fn cookie(path: String) -> Cookie<'static> {
    Cookie::build((COOKIE, path)).path("/").http_only(true).same_site(SameSite::Lax).build()
}

fn removed() -> Cookie<'static> {
    Cookie::build((COOKIE, "")).path("/").removal().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_accepted_form_leads_back() {
        let answer = |status: u16, location: &str| {
            let builder = Response::builder().status(status).header(header::LOCATION, location);
            builder.body(Body::empty()).unwrap()
        };
        assert!(leads_back(&answer(302, "/settings")));
        assert!(!leads_back(&answer(302, "/settings?__path=x&__err=y")));
        assert!(!leads_back(&answer(200, "/settings")));
    }
}
