//! Projects, their keys, and what became of what they sent.

use axum::extract::{Path, State as Shared};
use axum::{Extension, Json};
use fieldfare_app::api::{Page, Project, ProjectKey, Role, Stats};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::backend::Visitor;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::issues::{names, require};
use crate::projects;
use crate::state::State;

#[utoipa::path(get, path = "/projects", tag = "projects", responses((status = 200, body = Page<Project>)))]
pub(super) async fn list(Shared(state): Shared<State>, SignedIn(viewer): SignedIn) -> Answer<Page<Project>> {
    let data = projects::list(state.store.reader(), &viewer).await?;
    Ok(Json(Page { data, next: None }))
}

#[utoipa::path(get, path = "/projects/{slug}", tag = "projects",
    params(("slug" = String, Path)), responses((status = 200, body = Project), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<Project> {
    let found = projects::list(state.store.reader(), &viewer).await?.into_iter().find(|project| project.slug == slug);
    Ok(Json(found.ok_or_else(|| Error::not_found("project"))?))
}

#[utoipa::path(get, path = "/projects/{slug}/keys", tag = "projects",
    params(("slug" = String, Path)), responses((status = 200, body = Page<ProjectKey>), (status = 404, body = ProblemDocument)))]
pub(super) async fn keys(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
    Extension(visitor): Extension<Visitor>,
) -> Answer<Page<ProjectKey>> {
    let db = state.store.reader();
    let project = projects::get(db, &viewer, &slug).await?;
    let data = projects::keys::list(db, project.id, &visitor.public_url).await?;
    Ok(Json(Page { data, next: None }))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewKey {
    label: String,
}

#[utoipa::path(post, path = "/projects/{slug}/keys", tag = "projects", request_body = NewKey,
    params(("slug" = String, Path)), responses((status = 201, body = ProjectKey), (status = 422, body = ProblemDocument)))]
pub(super) async fn create_key(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
    Extension(visitor): Extension<Visitor>,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<ProjectKey>), Problem> {
    require(&viewer, Role::Lead)?;
    let (db, now) = (state.store.writer(), state.clock.now());
    projects::create_key(db, now, &viewer, &slug, &new.label).await?;
    let project = projects::get(db, &viewer, &slug).await?;
    let keys = projects::keys::list(db, project.id, &visitor.public_url).await?;
    let newest = keys.into_iter().max_by_key(|key| key.id);
    let newest = newest.ok_or_else(|| Error::not_found("key"))?;
    Ok((StatusCode::CREATED, Json(newest)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StatsParams {
    /// A project's slug; without it, all projects together.
    project: Option<String>,
}

#[utoipa::path(get, path = "/stats", tag = "projects", params(StatsParams), responses((status = 200, body = Stats)))]
pub(super) async fn stats(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<StatsParams>,
) -> Answer<Stats> {
    let db = state.store.reader();
    let project_id = match params.project.as_deref() {
        Some(slug) => Some(names::project(db, slug).await?.id),
        None => None,
    };
    Ok(Json(projects::stats(db, state.clock.now(), &viewer, project_id).await?))
}
