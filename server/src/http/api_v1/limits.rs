//! How much a project may send, and how long it is kept.

use axum::extract::{Path, State as Shared};
use axum::{Extension, Json};
use fieldfare_app::api::{LimitSettings, ProjectLimits, RetentionSettings};
use fieldfare_app::backend::Limits as _;

use super::problem::{Answer, Body, ProblemDocument};
use crate::backend::{Asking, Visitor};
use crate::http::problem::Problem;
use crate::state::State;

#[utoipa::path(get, path = "/projects/{slug}/limits", tag = "projects",
    params(("slug" = String, Path)), responses((status = 200, body = ProjectLimits), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
) -> Answer<ProjectLimits> {
    Ok(Json(Asking { state, visitor }.get(slug).await.map_err(Problem)?))
}

/// Replaces what a project may send. What is left out goes back to what the installation says.
#[utoipa::path(put, path = "/projects/{slug}/limits", tag = "projects", request_body = LimitSettings,
    params(("slug" = String, Path)), responses((status = 200, body = ProjectLimits), (status = 422, body = ProblemDocument)))]
pub(super) async fn replace(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
    Body(settings): Body<LimitSettings>,
) -> Answer<ProjectLimits> {
    let asking = Asking { state, visitor };
    asking.change_limits(&slug, |before| *before = settings).await.map_err(Problem)?;
    Ok(Json(asking.get(slug).await.map_err(Problem)?))
}

/// Replaces how long what a project sent is kept. What is left out goes back to what the installation says.
#[utoipa::path(put, path = "/projects/{slug}/retention", tag = "projects", request_body = RetentionSettings,
    params(("slug" = String, Path)), responses((status = 200, body = ProjectLimits), (status = 422, body = ProblemDocument)))]
pub(super) async fn replace_retention(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
    Body(settings): Body<RetentionSettings>,
) -> Answer<ProjectLimits> {
    let asking = Asking { state, visitor };
    asking.save_retention(slug.clone(), settings).await.map_err(Problem)?;
    Ok(Json(asking.get(slug).await.map_err(Problem)?))
}
