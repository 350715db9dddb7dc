//! Cron monitors of a project and their check-ins.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{CheckIn, Monitor, Page};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::error::Error;
use crate::http::problem::Problem;
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

#[utoipa::path(get, path = "/projects/{slug}/monitors/{id}", tag = "projects",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = Monitor), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((slug, id)): Path<(String, i64)>,
) -> Answer<Monitor> {
    Ok(Json(monitors::one(state.store.reader(), &viewer, (&slug, id)).await?))
}

/// What to change about a monitor. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MonitorChange {
    /// By which its job checks in from then on. It keeps its runs and its issue.
    slug: Option<String>,
    /// Whether its failures are kept quiet. It is watched all the same.
    muted: Option<bool>,
}

/// Renames, mutes and unmutes a monitor. For leads.
#[utoipa::path(put, path = "/projects/{slug}/monitors/{id}", tag = "projects", request_body = MonitorChange,
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = Monitor), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((slug, id)): Path<(String, i64)>,
    Body(asked): Body<MonitorChange>,
) -> Answer<Monitor> {
    let change = monitors::Change { slug: asked.slug, muted: asked.muted };
    let tx = state.store.begin().await?;
    monitors::change(&tx, &viewer, (&slug, id), &change).await?;
    let changed = monitors::one(&tx, &viewer, (&slug, id)).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(Json(changed))
}

/// Forgets a monitor and its runs; its issue stays. For leads.
#[utoipa::path(delete, path = "/projects/{slug}/monitors/{id}", tag = "projects",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<StatusCode, Problem> {
    let tx = state.store.begin().await?;
    monitors::delete(&tx, &viewer, (&slug, id)).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
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
