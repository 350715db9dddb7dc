//! Uploaded source maps, and those that events looked for in vain.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{ArtifactBundle, Page, SourceMapReport};
use http::StatusCode;

use super::problem::{Answer, ProblemDocument};
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::source_maps;
use crate::state::State;

#[utoipa::path(get, path = "/projects/{slug}/artifacts", tag = "source maps",
    params(("slug" = String, Path)), responses((status = 200, body = Page<ArtifactBundle>), (status = 404, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<Page<ArtifactBundle>> {
    let data = source_maps::bundles(&state.store, &viewer, &slug).await?;
    Ok(Json(Page { data, next: None }))
}

#[utoipa::path(delete, path = "/projects/{slug}/artifacts/{id}", tag = "source maps",
    params(("slug" = String, Path), ("id" = i64, Path)), responses((status = 204), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<StatusCode, Problem> {
    let project_id = source_maps::delete(state.store.writer(), &viewer, &slug, id).await?;
    state.source_maps.forget(project_id).await;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/projects/{slug}/source-maps", tag = "source maps",
    params(("slug" = String, Path)), responses((status = 200, body = SourceMapReport), (status = 404, body = ProblemDocument)))]
pub(super) async fn report(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<SourceMapReport> {
    Ok(Json(source_maps::report(&state.source_maps, &viewer, &slug).await?))
}
