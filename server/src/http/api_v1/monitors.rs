//! Cron monitors of a project and their check-ins.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{CheckIn, Monitor, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::{Answer, Params, ProblemDocument};
use crate::http::visitor::SignedIn;
use crate::projects::monitors;
use crate::state::State;

#[utoipa::path(get, path = "/projects/{slug}/monitors", tag = "projects", params(("slug" = String, Path)),
    responses((status = 200, body = Page<Monitor>), (status = 404, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<Page<Monitor>> {
    let data = monitors::list(state.store.reader(), &viewer, &slug).await?;
    Ok(Json(Page { data, next: None }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckInParams {
    cursor: Option<String>,
}

/// Runs of one monitor, newest first, those that did not happen among them.
#[utoipa::path(get, path = "/projects/{slug}/monitors/{id}/check-ins", tag = "projects",
    params(("slug" = String, Path), ("id" = i64, Path), CheckInParams),
    responses((status = 200, body = Page<CheckIn>), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn check_ins(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((slug, id)): Path<(String, i64)>,
    Params(params): Params<CheckInParams>,
) -> Answer<Page<CheckIn>> {
    let db = state.store.reader();
    Ok(Json(monitors::check_ins(db, &viewer, (&slug, id), params.cursor.as_deref()).await?))
}
