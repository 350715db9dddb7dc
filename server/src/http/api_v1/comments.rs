//! What members say about an issue, its timeline, and who follows it.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Comment, Moment, Page, Subscription, Suggestion};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::issues::{self, comments, following, timeline};
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/issues/{id}/comments", tag = "issues", params(("id" = String, Path), ListParams),
    responses((status = 200, body = Page<Comment>), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Params(params): Params<ListParams>,
) -> Answer<Page<Comment>> {
    Ok(Json(comments::list(state.store.reader(), &viewer, &id, params.cursor.as_deref()).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct CommentBody {
    /// Markdown; `@name`, `@address` and `#team` mention somebody.
    body: String,
}

#[utoipa::path(post, path = "/issues/{id}/comments", tag = "issues", params(("id" = String, Path)), request_body = CommentBody,
    responses((status = 201, body = Comment), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub(super) async fn add(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Body(said): Body<CommentBody>,
) -> Result<(StatusCode, Json<Comment>), Problem> {
    let comment = comments::add(&state.store, state.clock.now(), &viewer, &id, &said.body).await?;
    let made = comments::get(state.store.reader(), &viewer, &id, comment).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

#[utoipa::path(patch, path = "/issues/{id}/comments/{comment}", tag = "issues",
    params(("id" = String, Path), ("comment" = i64, Path)), request_body = CommentBody,
    responses((status = 200, body = Comment), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub(super) async fn edit(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((id, comment)): Path<(String, String)>,
    Body(said): Body<CommentBody>,
) -> Answer<Comment> {
    let comment = read(&comment)?;
    comments::edit(&state.store, state.clock.now(), &viewer, (&id, comment), &said.body).await?;
    Ok(Json(comments::get(state.store.reader(), &viewer, &id, comment).await?))
}

#[utoipa::path(delete, path = "/issues/{id}/comments/{comment}", tag = "issues",
    params(("id" = String, Path), ("comment" = i64, Path)),
    responses((status = 204), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path((id, comment)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    comments::delete(&state.store, &viewer, &id, read(&comment)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(comment: &str) -> Result<i64, Error> {
    comment.parse().map_err(|_| Error::not_found("comment"))
}

/// Comments, activity, releases, deploys and mails in one order, newest first.
#[utoipa::path(get, path = "/issues/{id}/timeline", tag = "issues", params(("id" = String, Path), ListParams),
    responses((status = 200, body = Page<Moment>), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn timeline(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Params(params): Params<ListParams>,
) -> Answer<Page<Moment>> {
    Ok(Json(timeline::page(state.store.reader(), &viewer, &id, params.cursor.as_deref()).await?))
}

/// Who should perhaps look at the issue, and why, best first.
#[utoipa::path(get, path = "/issues/{id}/suggestions", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = Page<Suggestion>), (status = 404, body = ProblemDocument)))]
pub(super) async fn suggestions(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Answer<Page<Suggestion>> {
    let data = issues::suggested(state.store.reader(), &viewer, &id).await?;
    Ok(Json(Page { data, next: None }))
}

#[utoipa::path(get, path = "/issues/{id}/subscription", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = Subscription), (status = 404, body = ProblemDocument)))]
pub(super) async fn subscription(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Answer<Subscription> {
    Ok(Json(following::subscription(state.store.reader(), &viewer, &id).await?))
}

/// Follows the issue on behalf of whoever asks.
#[utoipa::path(put, path = "/issues/{id}/subscription", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = Subscription), (status = 404, body = ProblemDocument)))]
pub(super) async fn subscribe(state: Shared<State>, viewer: SignedIn, id: Path<String>) -> Answer<Subscription> {
    following::subscribe(&state.store, state.clock.now(), &viewer.0, &id, true).await?;
    subscription(state, viewer, id).await
}

/// Leaves the issue, whatever the reason was to follow it.
#[utoipa::path(delete, path = "/issues/{id}/subscription", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = Subscription), (status = 404, body = ProblemDocument)))]
pub(super) async fn unsubscribe(state: Shared<State>, viewer: SignedIn, id: Path<String>) -> Answer<Subscription> {
    following::subscribe(&state.store, state.clock.now(), &viewer.0, &id, false).await?;
    subscription(state, viewer, id).await
}
