//! Incidents: declared, updated, noted on, linked. Each change is one transaction and answers the incident after it.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Incident, IncidentDetail, IncidentStatus, Page, Severity};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::incidents::{self, NewIncident, Update};
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/incidents", tag = "incidents", params(ListParams),
    responses((status = 200, body = Page<Incident>), (status = 422, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(_viewer): SignedIn,
    Params(params): Params<ListParams>,
) -> Answer<Page<Incident>> {
    Ok(Json(incidents::list(state.store.reader(), params.cursor.as_deref()).await?))
}

#[utoipa::path(get, path = "/incidents/{number}", tag = "incidents", params(("number" = i64, Path)),
    responses((status = 200, body = IncidentDetail), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(_viewer): SignedIn,
    Path(number): Path<String>,
) -> Answer<IncidentDetail> {
    detail(&state, read(&number)?).await
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Declaration {
    title: String,
    severity: Severity,
    /// What is known so far.
    #[serde(default)]
    note: String,
    /// Short id or number of the issue behind it.
    #[serde(default)]
    issue: String,
}

#[utoipa::path(post, path = "/incidents", tag = "incidents", request_body = Declaration,
    responses((status = 201, body = IncidentDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn declare(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Body(said): Body<Declaration>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    let new = NewIncident { title: &said.title, severity: said.severity, note: &said.note, issue: &said.issue };
    let tx = state.store.begin().await?;
    let number = incidents::declare(&tx, &viewer, state.clock.now(), new).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok((StatusCode::CREATED, detail(&state, number).await?))
}

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct IncidentChange {
    status: Option<IncidentStatus>,
    severity: Option<Severity>,
    #[serde(default)]
    note: String,
}

#[utoipa::path(patch, path = "/incidents/{number}", tag = "incidents", params(("number" = i64, Path)), request_body = IncidentChange,
    responses((status = 200, body = IncidentDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn update(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(number): Path<String>,
    Body(asked): Body<IncidentChange>,
) -> Answer<IncidentDetail> {
    let (number, now) = (read(&number)?, state.clock.now());
    let tx = state.store.begin().await?;
    let before = incidents::get(&tx, now, number).await?.incident;
    let update = Update {
        status: asked.status.unwrap_or(before.status),
        severity: asked.severity.unwrap_or(before.severity),
        note: &asked.note,
    };
    incidents::update(&tx, &viewer, now, number, update).await?;
    tx.commit().await.map_err(Error::from)?;
    detail(&state, number).await
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewNote {
    note: String,
}

#[utoipa::path(post, path = "/incidents/{number}/updates", tag = "incidents", params(("number" = i64, Path)), request_body = NewNote,
    responses((status = 201, body = IncidentDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn note(
    state: Shared<State>,
    viewer: SignedIn,
    number: Path<String>,
    Body(said): Body<NewNote>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    let asked = IncidentChange { status: None, severity: None, note: said.note };
    Ok((StatusCode::CREATED, update(state, viewer, number, Body(asked)).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Link {
    /// Short id or number.
    issue: String,
}

#[utoipa::path(post, path = "/incidents/{number}/links", tag = "incidents", params(("number" = i64, Path)), request_body = Link,
    responses((status = 201, body = IncidentDetail), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn link(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(number): Path<String>,
    Body(link): Body<Link>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    let number = read(&number)?;
    let tx = state.store.begin().await?;
    incidents::link(&tx, &viewer, state.clock.now(), number, &link.issue).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok((StatusCode::CREATED, detail(&state, number).await?))
}

#[utoipa::path(delete, path = "/incidents/{number}/links", tag = "incidents", params(("number" = i64, Path)), request_body = Link,
    responses((status = 200, body = IncidentDetail), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn unlink(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(number): Path<String>,
    Body(link): Body<Link>,
) -> Answer<IncidentDetail> {
    let number = read(&number)?;
    let tx = state.store.begin().await?;
    incidents::unlink(&tx, &viewer, state.clock.now(), number, &link.issue).await?;
    tx.commit().await.map_err(Error::from)?;
    detail(&state, number).await
}

async fn detail(state: &State, number: i64) -> Answer<IncidentDetail> {
    Ok(Json(incidents::get(state.store.reader(), state.clock.now(), number).await?))
}

fn read(number: &str) -> Result<i64, Error> {
    number.parse().map_err(|_| Error::not_found("incident"))
}
