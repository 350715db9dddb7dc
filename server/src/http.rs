//! HTTP: the router as a table of contents, one module per audience below it.

pub mod ingest;
pub mod listen;

use axum::Router;

use crate::state::State;

/// Every address the server answers.
pub fn router(state: State) -> Router {
    Router::new().merge(ingest::router(state))
}
