//! One thing done to many issues, and taking it back.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{BulkAction, BulkChange, IssueFilter, Selection};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{Answer, Body, ProblemDocument};
use crate::http::visitor::SignedIn;
use crate::issues::{self, Sources};
use crate::state::State;

/// What to do with which issues: those named in `issues`, or without it all that the filter finds.
#[derive(Deserialize, ToSchema)]
pub(super) struct Bulk {
    what: BulkAction,
    /// Short ids, or numbers as text.
    issues: Option<Vec<String>>,
    /// In the query language.
    query: Option<String>,
    project: Option<String>,
    release: Option<String>,
    environment: Option<String>,
    /// For `assign`: a member's e-mail address or `me`; empty takes the issues from whoever had them.
    #[serde(default)]
    assignee: String,
}

/// At most 10,000 issues. What each was before is kept for 30 days, so that it can be undone.
#[utoipa::path(post, path = "/issues/bulk", tag = "issues", request_body = Bulk,
    responses((status = 200, body = BulkChange), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Body(asked): Body<Bulk>,
) -> Answer<BulkChange> {
    let Bulk { what, issues: named, query, project, release, environment, assignee } = asked;
    let selection = match named {
        Some(issues) => Selection::These(issues),
        None => Selection::Matching(IssueFilter { query, project, release, environment, ..IssueFilter::default() }),
    };
    let sources = Sources { store: &state.store, search: &state.search };
    let now = state.clock.now();
    Ok(Json(issues::change_many(sources, now, &viewer, &selection, (what, &assignee)).await?))
}

#[utoipa::path(get, path = "/issues/bulk/{id}", tag = "issues", params(("id" = i64, Path)),
    responses((status = 200, body = BulkChange), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<i64>,
) -> Answer<BulkChange> {
    Ok(Json(issues::bulk_change(state.store.reader(), &viewer, id).await?))
}

/// Issues that somebody or something changed since stay as they are.
#[utoipa::path(post, path = "/issues/bulk/{id}/undo", tag = "issues", params(("id" = i64, Path)),
    responses((status = 200, body = BulkChange), (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub(super) async fn undo(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<i64>,
) -> Answer<BulkChange> {
    Ok(Json(issues::undo(&state.store, state.clock.now(), &viewer, id).await?))
}
