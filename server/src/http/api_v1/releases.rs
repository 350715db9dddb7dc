//! Releases and their health. Versions are percent-encoded in the path: `shop%402.4.0`.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Health, Page, Release, ReleaseDetail, ReleaseFilter, ReleaseStatus, ResponseTimes};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::error::Error;
use crate::http::visitor::SignedIn;
use crate::releases;
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// A project's slug.
    project: Option<String>,
    environment: Option<String>,
    /// `open` unless it says otherwise.
    status: Option<ReleaseStatus>,
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/releases", tag = "releases", params(ListParams),
    responses((status = 200, body = Page<Release>), (status = 422, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<ListParams>,
) -> Answer<Page<Release>> {
    let ListParams { project, environment, status, cursor } = params;
    let filter = ReleaseFilter { project, environment, status, cursor };
    Ok(Json(releases::list(state.store.reader(), state.clock.now(), &viewer, &filter).await?.releases))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OneParams {
    /// A project's slug; needed where several projects have this version.
    project: Option<String>,
}

#[utoipa::path(get, path = "/releases/{version}", tag = "releases", params(("version" = String, Path), OneParams),
    responses((status = 200, body = ReleaseDetail), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(version): Path<String>,
    Params(params): Params<OneParams>,
) -> Answer<ReleaseDetail> {
    let (db, now) = (state.store.reader(), state.clock.now());
    Ok(Json(releases::get(db, now, &viewer, params.project.as_deref(), &version).await?))
}

/// What to change about a release.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseChange {
    /// Archived releases are left out of lists, and go on taking what arrives for them.
    status: ReleaseStatus,
}

/// Archives or restores a release. For developers.
#[utoipa::path(put, path = "/releases/{version}", tag = "releases", request_body = ReleaseChange,
    params(("version" = String, Path), OneParams),
    responses((status = 200, body = ReleaseDetail), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(version): Path<String>,
    Params(params): Params<OneParams>,
    Body(asked): Body<ReleaseChange>,
) -> Answer<ReleaseDetail> {
    let (now, project) = (state.clock.now(), params.project.as_deref());
    let tx = state.store.begin().await?;
    releases::set_status(&tx, now, &viewer, (project, &version), asked.status).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(Json(releases::get(state.store.reader(), now, &viewer, project, &version).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HealthParams {
    /// A project's slug; needed where several projects have this version.
    project: Option<String>,
    /// Without it, all environments together.
    environment: Option<String>,
}

#[utoipa::path(get, path = "/releases/{version}/health", tag = "releases", params(("version" = String, Path), HealthParams),
    responses((status = 200, body = Health), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn health(
    Shared(state): Shared<State>,
    SignedIn(_viewer): SignedIn,
    Path(version): Path<String>,
    Params(params): Params<HealthParams>,
) -> Answer<Health> {
    let (db, now) = (state.store.reader(), state.clock.now());
    let (project, environment) = (params.project.as_deref(), params.environment.as_deref());
    Ok(Json(releases::health(db, now, project, &version, environment).await?))
}

/// Response times of the transactions seen most, beside those of the release before.
#[utoipa::path(get, path = "/releases/{version}/transactions", tag = "releases", params(("version" = String, Path), HealthParams),
    responses((status = 200, body = ResponseTimes), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn transactions(
    Shared(state): Shared<State>,
    SignedIn(_viewer): SignedIn,
    Path(version): Path<String>,
    Params(params): Params<HealthParams>,
) -> Answer<ResponseTimes> {
    let (db, now) = (state.store.reader(), state.clock.now());
    let (project, environment) = (params.project.as_deref(), params.environment.as_deref());
    Ok(Json(releases::transactions(db, now, project, &version, environment).await?))
}
