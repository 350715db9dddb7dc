//! Views: the caller's own, those that everybody has, and which of them an inbox opens with.

use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use fieldfare_app::api::{IssueFilter, IssueSort, NewView, Page, View};
use fieldfare_app::backend::ViewTabs as _;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{Answer, Body, ProblemDocument};
use crate::backend::{Asking, Visitor};
use crate::http::problem::Problem;
use crate::state::State;
use crate::store::Tx;
use crate::views::{self, Change};

#[utoipa::path(get, path = "/views", tag = "views", responses((status = 200, body = Page<View>)))]
pub(super) async fn list(Shared(state): Shared<State>, Extension(visitor): Extension<Visitor>) -> Answer<Page<View>> {
    let data = Asking { state, visitor }.list().await.map_err(Problem)?.views;
    Ok(Json(Page { data, next: None }))
}

/// A view to be saved.
#[derive(Deserialize, ToSchema)]
pub(super) struct ViewCreation {
    name: String,
    /// In the query language; without it, unresolved issues.
    #[serde(default)]
    query: String,
    sort: Option<IssueSort>,
    /// Whether everybody gets it, which takes a lead.
    #[serde(default)]
    shared: bool,
    /// Whether the caller's inbox opens with it from now on.
    #[serde(default)]
    default: bool,
}

#[utoipa::path(post, path = "/views", tag = "views", request_body = ViewCreation,
    responses((status = 201, body = View), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn create(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Body(asked): Body<ViewCreation>,
) -> Result<Response, Problem> {
    let ViewCreation { name, query, sort, shared, default } = asked;
    let filter = IssueFilter { query: Some(query), sort, ..IssueFilter::default() };
    let view = Asking { state, visitor }.save(NewView { name, filter, shared, default }).await.map_err(Problem)?;
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct ViewChange {
    name: Option<String>,
    query: Option<String>,
    sort: Option<IssueSort>,
    shared: Option<bool>,
    /// Its place among the views of the same kind, from 0.
    position: Option<usize>,
}

#[utoipa::path(patch, path = "/views/{id}", tag = "views", params(("id" = String, Path)), request_body = ViewChange,
    responses((status = 200, body = View), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Body(asked): Body<ViewChange>,
) -> Answer<View> {
    let ViewChange { name, query, sort, shared, position } = asked;
    let change = Change { name, query, sort, shared, position };
    let asking = Asking { state, visitor };
    let viewer = asking.viewer().map_err(Problem)?;
    let update = async |tx: &Tx| views::update(tx, viewer, &id, change.clone()).await;
    Ok(Json(asking.in_transaction(update).await.map_err(Problem)?))
}

#[utoipa::path(delete, path = "/views/{id}", tag = "views", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    Asking { state, visitor }.delete(id).await.map_err(Problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an inbox is to open with.
#[derive(Deserialize, ToSchema)]
pub(super) struct DefaultView {
    /// The id of a preset or of a saved view.
    view: String,
}

#[utoipa::path(put, path = "/views/default", tag = "views", request_body = DefaultView,
    responses((status = 204), (status = 404, body = ProblemDocument)))]
pub(super) async fn set_default(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Body(asked): Body<DefaultView>,
) -> Result<StatusCode, Problem> {
    Asking { state, visitor }.make_default(asked.view).await.map_err(Problem)?;
    Ok(StatusCode::NO_CONTENT)
}
