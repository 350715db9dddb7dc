//! The query language: how a query is read, and how it could go on.

use axum::extract::State as Shared;
use axum::{Extension, Json};
use fieldfare_app::api::{Completions, QueryReading};
use fieldfare_app::backend::Search as _;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::{Answer, Params, ProblemDocument};
use crate::backend::{Asking, Visitor};
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::search::query;
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReadParams {
    /// In the query language.
    #[serde(default)]
    query: String,
}

/// How a query is read: what was understood, and what was not.
#[utoipa::path(get, path = "/query", tag = "search", params(ReadParams), responses((status = 200, body = QueryReading)))]
pub(super) async fn read(_viewer: SignedIn, Params(params): Params<ReadParams>) -> Answer<QueryReading> {
    let read = query::parse(&params.query);
    Ok(Json(QueryReading { canonical: read.to_string(), understood: read.in_words(), hints: read.hints }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CompletionParams {
    /// What has been written so far.
    #[serde(default)]
    query: String,
    /// Where the cursor is, in UTF-16 code units as browsers count; at the end without it.
    at: Option<u32>,
    /// The slug of the project whose values are offered; those of all without it.
    project: Option<String>,
}

/// What could stand at the cursor, and what it takes the place of.
#[utoipa::path(get, path = "/query/completions", tag = "search", params(CompletionParams),
    responses((status = 200, body = Completions), (status = 404, body = ProblemDocument)))]
pub(super) async fn completions(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Params(params): Params<CompletionParams>,
) -> Answer<Completions> {
    let CompletionParams { query, at, project } = params;
    Ok(Json(Asking { state, visitor }.complete(query, at, project).await.map_err(Problem)?))
}
