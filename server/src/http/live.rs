//! `GET /live`: server-sent events that say when a page that is open should look again.
//!
//! `?project=` narrows to one project, `?after=` says what the page knows already. An event is called `changed`; its data is the number in the change sequence. Nothing
//! else is told, so there is nothing to leak and nothing to miss: a reader that was away looks once when it is back.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fieldfare_app::routes;
use futures::stream;
use serde::Deserialize;

use super::middleware::text;
use super::problem::Problem;
use super::visitor::SignedIn;
use crate::live::Listener;
use crate::projects;
use crate::state::State;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// A line goes out this often, so that proxies keep the connection and a reader that is gone is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

pub(super) fn router(state: State) -> Router {
    Router::new().route(routes::LIVE, get(listen)).with_state(state)
}

#[derive(Deserialize)]
struct Wanted {
    project: Option<String>,
    /// The number up to which the page knows; without it, what is known now.
    after: Option<i64>,
}

async fn listen(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let project = match wanted.project.filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(projects::get(state.store.reader(), &viewer, &slug).await?.id),
        None => None,
    };
    let Some(listener) = state.live.listen() else {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let seen = last_heard(&headers).or(wanted.after).unwrap_or_else(|| listener.now(project));
    let words = stream::unfold((listener, seen), move |(listener, seen)| next(listener, project, seen));
    Ok(Sse::new(words).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// Browsers say on reconnecting which event they had last.
fn last_heard(headers: &HeaderMap) -> Option<i64> {
    text(headers, &LAST_EVENT_ID)?.parse().ok()
}

async fn next(
    mut listener: Listener,
    project: Option<i64>,
    seen: i64,
) -> Option<(Result<Event, Infallible>, (Listener, i64))> {
    let seq = listener.after(project, seen).await?;
    Some((Ok(Event::default().event("changed").id(seq.to_string()).data(seq.to_string())), (listener, seq)))
}
