//! What holds an issue together, merging issues, and splitting them.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Issue, IssueDetail, IssueGrouping, Page};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{Answer, Body, ProblemDocument};
use crate::http::visitor::SignedIn;
use crate::issues;
use crate::state::State;

#[utoipa::path(get, path = "/issues/{id}/grouping", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = IssueGrouping), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Answer<IssueGrouping> {
    Ok(Json(issues::regrouping::of_issue(state.store.reader(), &viewer, &id).await?))
}

/// Which issues become part of this one.
#[derive(Deserialize, ToSchema)]
pub(super) struct Merge {
    /// Ids or short ids, of the same project and kind.
    #[schema(value_type = Vec<String>)]
    issues: Vec<IssueRef>,
}

/// `12` or `"SHOP-12"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum IssueRef {
    Id(i64),
    ShortId(String),
}

#[utoipa::path(post, path = "/issues/{id}/merge", tag = "issues", params(("id" = String, Path)), request_body = Merge,
    responses((status = 200, body = IssueDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn merge(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Body(asked): Body<Merge>,
) -> Answer<IssueDetail> {
    let others = asked.issues.into_iter().map(|issue| match issue {
        IssueRef::Id(id) => id.to_string(),
        IssueRef::ShortId(short_id) => short_id,
    });
    issues::merge(&state.store, state.clock.now(), &viewer, &id, &others.collect::<Vec<_>>()).await?;
    Ok(Json(issues::get(state.store.reader(), state.clock.now(), &viewer, &id).await?))
}

/// Which hashes leave this issue.
#[derive(Deserialize, ToSchema)]
pub(super) struct Unmerge {
    /// 32 hexadecimal digits each.
    hashes: Vec<String>,
}

/// Answers the issues that came out: those that were merged before, and one new one for what never was an issue.
#[utoipa::path(post, path = "/issues/{id}/unmerge", tag = "issues", params(("id" = String, Path)), request_body = Unmerge,
    responses((status = 200, body = Page<Issue>), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn unmerge(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Body(asked): Body<Unmerge>,
) -> Answer<Page<Issue>> {
    let now = state.clock.now();
    let out = issues::unmerge(&state.store, now, &viewer, &id, &asked.hashes).await?;
    Ok(Json(Page { data: issues::rows(state.store.reader(), now, &out).await?, next: None }))
}
