//! Teams: who is in them, and which projects they look after.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Page, Team, TeamDraft};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{Answer, Body, ProblemDocument};
use crate::accounts::teams;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::state::State;

#[utoipa::path(get, path = "/teams", tag = "teams", responses((status = 200, body = Page<Team>)))]
pub(super) async fn list(Shared(state): Shared<State>, SignedIn(viewer): SignedIn) -> Answer<Page<Team>> {
    let data = teams::list(state.store.reader(), &viewer).await?;
    Ok(Json(Page { data, next: None }))
}

#[utoipa::path(get, path = "/teams/{slug}", tag = "teams", params(("slug" = String, Path)),
    responses((status = 200, body = Team), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<Team> {
    Ok(Json(teams::get(state.store.reader(), &viewer, &slug).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewTeam {
    name: String,
    /// Made from the name when it is left out.
    #[serde(default)]
    slug: String,
    /// E-mail addresses.
    #[serde(default)]
    members: Vec<String>,
    /// Slugs.
    #[serde(default)]
    projects: Vec<String>,
}

#[utoipa::path(post, path = "/teams", tag = "teams", request_body = NewTeam,
    responses((status = 201, body = Team), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn create(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Body(new): Body<NewTeam>,
) -> Result<(StatusCode, Json<Team>), Problem> {
    let NewTeam { name, slug, members, projects } = new;
    let draft = TeamDraft { name, slug, members, projects };
    let tx = state.store.begin().await?;
    let made = teams::create(&tx, state.clock.now(), &viewer, &draft).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct TeamChange {
    name: Option<String>,
    slug: Option<String>,
    /// E-mail addresses of all who are to be in it.
    members: Option<Vec<String>>,
    /// Slugs of all it is to look after.
    projects: Option<Vec<String>>,
}

#[utoipa::path(patch, path = "/teams/{slug}", tag = "teams", params(("slug" = String, Path)), request_body = TeamChange,
    responses((status = 200, body = Team), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
    Body(asked): Body<TeamChange>,
) -> Answer<Team> {
    let tx = state.store.begin().await?;
    let before = teams::get(&tx, &viewer, &slug).await?;
    let draft = TeamDraft {
        name: asked.name.unwrap_or(before.name),
        slug: asked.slug.unwrap_or_default(),
        members: asked.members.unwrap_or_else(|| before.members.into_iter().map(|member| member.email).collect()),
        projects: asked.projects.unwrap_or(before.projects),
    };
    let saved = teams::save(&tx, &viewer, &slug, &draft).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(Json(saved))
}

#[utoipa::path(delete, path = "/teams/{slug}", tag = "teams", params(("slug" = String, Path)),
    responses((status = 204), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    let tx = state.store.begin().await?;
    teams::delete(&tx, state.clock.now(), &viewer, &slug).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}
