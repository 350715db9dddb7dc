//! HTTP: the router as a table of contents, one module per audience below it.

mod accounts;
mod api_v1;
mod assets;
mod attachments;
mod client_address;
mod done;
pub mod ingest;
pub mod listen;
mod live;
mod middleware;
mod operations;
mod pages;
pub mod problem;
mod sentry_api;
mod unsubscribe;
pub mod visitor;

pub use sentry_api::Unknown as UnknownCalls;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::compression::CompressionLayer;

use crate::state::State;

/// Every address the server answers.
pub fn router(state: State) -> Router {
    Router::new()
        .merge(for_machines(&state))
        .merge(for_people(&state))
        .layer(from_fn_with_state(state, middleware::harden))
        .layer(middleware::catch_panics())
        .layer(middleware::trace())
}

/// What is asked for without signing in, and mostly by programs.
fn for_machines(state: &State) -> Router {
    Router::new()
        .merge(ingest::router(state.clone()))
        .merge(sentry_api::router(state.clone()))
        .merge(operations::router(state.clone()))
        .merge(assets::router())
}

/// What knows who asks. Everything that changes something here must come from our own pages or from a program.
fn for_people(state: &State) -> Router {
    Router::new()
        .merge(accounts::router(state.clone()))
        .merge(attachments::router(state.clone()))
        .merge(unsubscribe::router(state.clone()))
        .merge(live::router(state.clone()))
        .nest("/api/v1", api_v1::router(state.clone()))
        .merge(pages::router(state))
        .layer(from_fn_with_state(state.clone(), visitor::recognise))
        .layer(middleware::same_origin(&state.config.web))
        .layer(from_fn(middleware::limit_body))
        .layer(middleware::timeout())
        .layer(CompressionLayer::new())
}
