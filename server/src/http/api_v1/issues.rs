//! Issues: the inbox, one issue, its events, its activity, and triage.

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use fieldfare_app::api::{Activity, EventRow, Issue, IssueDetail, IssueFilter, IssueSort, Page, Priority, Viewer};
use http::StatusCode;
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::deciding::Decided;
use super::problem::{Answer, Body, Params, ProblemDocument};
use crate::http::problem::Problem;
use crate::http::visitor::SignedIn;
use crate::issues::{self, Afterwards, Change, Sources};
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// In the query language; without it, unresolved issues.
    query: Option<String>,
    /// A project's slug.
    project: Option<String>,
    /// A version, `latest`, or a comparison such as `>=2.4.0`.
    release: Option<String>,
    environment: Option<String>,
    sort: Option<IssueSort>,
    cursor: Option<String>,
}

impl From<ListParams> for IssueFilter {
    fn from(params: ListParams) -> Self {
        let ListParams { query, project, release, environment, sort, cursor } = params;
        Self { query, project, release, environment, sort, cursor }
    }
}

#[utoipa::path(get, path = "/issues", tag = "issues", params(ListParams),
    responses((status = 200, body = Page<Issue>), (status = 422, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<ListParams>,
) -> Answer<Page<Issue>> {
    let sources = Sources { store: &state.store, search: &state.search };
    Ok(Json(issues::list(sources, state.clock.now(), &viewer, &params.into()).await?))
}

#[utoipa::path(get, path = "/issues/{id}", tag = "issues", params(("id" = String, Path, description = "`SHOP-12`, or the number in `id`")),
    responses((status = 200, body = IssueDetail), (status = 307, description = "It was merged into the issue at `Location`"),
        (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Json(found) = detail(&state, &viewer, &id).await?;
    let is_itself = found.issue.short_id.eq_ignore_ascii_case(&id) || found.issue.id.to_string() == id;
    Ok(match is_itself {
        true => Json(found).into_response(),
        false => Redirect::temporary(&format!("/api/v1/issues/{}", found.issue.short_id)).into_response(),
    })
}

async fn detail(state: &State, viewer: &Viewer, id: &str) -> Answer<IssueDetail> {
    Ok(Json(issues::get(state.store.reader(), state.clock.now(), viewer, id).await?))
}

/// What to change; what is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct IssueChange {
    #[serde(flatten)]
    decided: Decided,
    /// `null` leaves the priority to Fieldfare again.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Priority>)]
    priority: Option<Option<Priority>>,
    /// E-mail address of a member, `me`, or `#team`; null or empty takes the issue from whoever had it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<String>>,
}

/// Tells `null` from a field that is absent.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[utoipa::path(patch, path = "/issues/{id}", tag = "issues", params(("id" = String, Path)), request_body = IssueChange,
    responses((status = 200, body = IssueDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn change(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Body(asked): Body<IssueChange>,
) -> Answer<IssueDetail> {
    let change = Change {
        decision: asked.decided.read()?,
        priority: asked.priority,
        assignee: asked.assignee.as_ref().map(|assignee| assignee.as_deref().unwrap_or_default()),
    };
    issues::change(&state.store, state.clock.now(), &viewer, &id, change).await?;
    detail(&state, &viewer, &id).await
}

/// The same as PATCH, for clients that only know PUT.
#[utoipa::path(put, path = "/issues/{id}", tag = "issues", params(("id" = String, Path)), request_body = IssueChange,
    responses((status = 200, body = IssueDetail), (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn replace(
    state: Shared<State>,
    viewer: SignedIn,
    id: Path<String>,
    asked: Body<IssueChange>,
) -> Answer<IssueDetail> {
    change(state, viewer, id, asked).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeleteParams {
    /// Whether later events like those of the issue are dropped, too; only for errors.
    #[serde(default)]
    discard: bool,
}

#[utoipa::path(delete, path = "/issues/{id}", tag = "issues", params(("id" = String, Path), DeleteParams),
    responses((status = 204), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub(super) async fn delete(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Params(params): Params<DeleteParams>,
) -> Result<StatusCode, Problem> {
    let afterwards = if params.discard { Afterwards::Discarded } else { Afterwards::Welcome };
    let project_id = issues::delete(&state.store, state.clock.now(), &viewer, &id, afterwards).await?;
    state.policies.forget(project_id).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsParams {
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/issues/{id}/events", tag = "issues", params(("id" = String, Path), EventsParams),
    responses((status = 200, body = Page<EventRow>), (status = 404, body = ProblemDocument)))]
pub(super) async fn events(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Params(params): Params<EventsParams>,
) -> Answer<Page<EventRow>> {
    Ok(Json(issues::events(state.store.reader(), &viewer, &id, params.cursor.as_deref()).await?))
}

#[utoipa::path(get, path = "/issues/{id}/activity", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = Page<Activity>), (status = 404, body = ProblemDocument)))]
pub(super) async fn activity(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Answer<Page<Activity>> {
    let data = issues::activity(state.store.reader(), &viewer, &id).await?;
    Ok(Json(Page { data, next: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> IssueChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn null_takes_an_issue_away_and_absence_leaves_it() {
        assert_eq!(read("{}").assignee, None);
        assert_eq!(read(r#"{"assignee": null}"#).assignee, Some(None));
        assert_eq!(read(r#"{"assignee": "me"}"#).assignee, Some(Some("me".to_owned())));
    }

    #[test]
    fn null_leaves_a_priority_to_be_found() {
        assert_eq!(read("{}").priority, None);
        assert_eq!(read(r#"{"priority": null}"#).priority, Some(None));
        assert_eq!(read(r#"{"priority": "low"}"#).priority, Some(Some(Priority::Low)));
    }
}
