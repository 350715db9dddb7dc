//! One search over everything.

use axum::Json;
use axum::extract::State as Shared;
use fieldfare_app::api::SearchResults;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::{Answer, Params, ProblemDocument};
use crate::http::visitor::SignedIn;
use crate::search::{Asker, query};
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// In the query language.
    #[serde(default)]
    query: String,
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/search", tag = "search", params(SearchParams),
    responses((status = 200, body = SearchResults), (status = 422, body = ProblemDocument)))]
pub(super) async fn search(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<SearchParams>,
) -> Answer<SearchResults> {
    let query = query::parse(&params.query);
    let asker = Asker { viewer: &viewer, now: state.clock.now() };
    Ok(Json(state.search.search(&state.store, asker, &query, params.cursor.as_deref()).await?))
}
