//! What Sentry's own tools and older integrations ask: `/api/0`, one file per noun.
//!
//! Errors are `{"detail": …}`, as those tools read them. Nobody is known here by a cookie, so nothing here can be asked
//! for by another site's page in a member's name.

mod answer;
mod caller;
mod user_feedback;

use axum::Router;
use axum::routing::{MethodRouter, post};

use super::ingest;
use crate::state::State;

/// Every address below `/api/0`, with and without the trailing slash, ready to be nested there.
pub(super) fn router(state: State) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(&format!("{path}/"), methods.clone()).route(path, methods)
    });
    routes
        .fallback(answer::no_such_address)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(ingest::cors())
        .with_state(state)
}

/// The table of contents.
fn routes() -> Vec<(&'static str, MethodRouter<State>)> {
    vec![("/projects/{organization}/{project}/user-feedback", post(user_feedback::create))]
}
