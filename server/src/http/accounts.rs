//! Signing in and out, and the first visit: plain forms, answered with redirects.

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::extract::{Extension, Form, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum_extra::extract::CookieJar;
use fieldfare_app::api::ApiError;
use fieldfare_app::routes;
use serde::Deserialize;

use super::client_address::ClientAddress;
use super::visitor::{login_cookie, no_login_cookie};
use crate::accounts::{self, Password, Setup};
use crate::backend::Visitor;
use crate::error::{Error, Result};
use crate::projects;
use crate::state::State;

pub(super) fn router(state: State) -> Router {
    Router::new()
        .route(routes::LOGIN, post(sign_in))
        .route(routes::LOGOUT, post(sign_out))
        .route(routes::SETUP, post(set_up))
        .with_state(state)
}

#[derive(Deserialize)]
struct LoginForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    ClientAddress(address): ClientAddress,
    Form(form): Form<LoginForm>,
) -> Response {
    let from = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let now = state.clock.now();
    match accounts::sign_in(&state.store, &state.attempts, now, from, (&form.email, &form.password)).await {
        Ok(token) => signed_in(token, &visitor, local(&form.next)),
        Err(error) => {
            let said = said(error).1;
            see(routes::LOGIN, &[("error", &said), ("email", &form.email), ("next", &form.next)])
        }
    }
}

async fn sign_out(Shared(state): Shared<State>, Extension(visitor): Extension<Visitor>) -> Response {
    if let Some(token) = &visitor.login
        && let Err(error) = accounts::sign_out(&state.store, token).await
    {
        return super::problem::Problem::from(error).into_response();
    }
    (CookieJar::new().add(no_login_cookie()), Redirect::to(routes::LOGIN)).into_response()
}

#[derive(Deserialize)]
struct SetupForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    project: String,
    #[serde(default)]
    platform: String,
}

async fn set_up(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<SetupForm>,
) -> Response {
    match make_all(&state, &form).await {
        Ok((token, slug)) => signed_in(token, &visitor, &routes::project_start(&slug)),
        Err(error) => {
            let (field, error) = said(error);
            let fields = [
                ("token", form.token.as_str()),
                ("error", &error),
                ("field", &field),
                ("organization", &form.organization),
                ("name", &form.name),
                ("email", &form.email),
                ("project", &form.project),
                ("platform", &form.platform),
            ];
            see(routes::SETUP, &fields)
        }
    }
}

/// Everything in one transaction; answers the owner's login and the project's slug.
async fn make_all(state: &State, form: &SetupForm) -> Result<(String, String)> {
    // Before the password is hashed, which is work, and before its length is explained to strangers.
    if !accounts::setup_token_is_right(state.store.reader(), &form.token).await? {
        return Err(Error::Forbidden);
    }
    let setup = Setup {
        organization: form.organization.clone(),
        name: form.name.clone(),
        email: form.email.clone(),
        password: Password::new("password", &form.password).await?,
    };
    let now = state.clock.now();
    let tx = state.store.begin().await?;
    let owner = accounts::set_up(&tx, now, &form.token, setup).await?;
    let viewer = accounts::viewer(&tx, owner).await?;
    let project = projects::create(&tx, now, &viewer, &form.project, &form.platform).await.map_err(of_the_project)?;
    let token = accounts::start_login(&tx, now, owner).await?;
    tx.commit().await?;
    Ok((token, project.slug))
}

/// The form has two names; the project's is called `project`.
fn of_the_project(error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } if field == "name" => Error::invalid("project", reason),
        other => other,
    }
}

/// The field that was wrong and what to say about it.
fn said(error: Error) -> (String, String) {
    match error.at_the_edge() {
        ApiError::Invalid { field, reason } => (field, reason),
        ApiError::Forbidden => {
            let sorry =
                "This link has been used or is from an earlier start: the server prints a new one at each start.";
            (String::new(), sorry.to_owned())
        }
        other => (String::new(), other.to_string()),
    }
}

fn signed_in(token: String, visitor: &Visitor, next: &str) -> Response {
    let jar = CookieJar::new().add(login_cookie(token, &visitor.public_url));
    (jar, Redirect::to(next)).into_response()
}

/// A redirect with a query.
pub(super) fn see(path: &str, query: &[(&str, &str)]) -> Response {
    let given = query.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = given.map(|(name, value)| format!("{name}={}", routes::encode(value))).collect();
    let question = if pairs.is_empty() { "" } else { "?" };
    Redirect::to(&format!("{path}{question}{}", pairs.join("&"))).into_response()
}

/// Where to go next, if it is a page of ours; the overview otherwise. Browsers take `//host` and `/\host` for others.
pub(super) fn local(next: &str) -> &str {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if is_local && next.is_ascii() { next } else { routes::OVERVIEW }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(local("/issues?query=is%3Aunresolved"), "/issues?query=is%3Aunresolved");
        for elsewhere in ["", "issues", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"]
        {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }
}
