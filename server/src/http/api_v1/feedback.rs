//! What end users wrote.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{Feedback, FeedbackDetail, FeedbackFilter, FeedbackType, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::{Answer, Params, ProblemDocument};
use crate::error::Error;
use crate::feedback;
use crate::http::visitor::SignedIn;
use crate::issues::Sources;
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// In the query language.
    query: Option<String>,
    /// A project's slug.
    project: Option<String>,
    /// A version, `latest`, or a comparison such as `>=2.4.0`.
    release: Option<String>,
    environment: Option<String>,
    #[serde(rename = "type")]
    kind: Option<FeedbackType>,
    cursor: Option<String>,
}

impl From<ListParams> for FeedbackFilter {
    fn from(params: ListParams) -> Self {
        let ListParams { query, project, release, environment, kind, cursor } = params;
        Self { query, project, release, environment, kind, cursor }
    }
}

#[utoipa::path(get, path = "/feedback", tag = "feedback", params(ListParams),
    responses((status = 200, body = Page<Feedback>), (status = 422, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<ListParams>,
) -> Answer<Page<Feedback>> {
    let sources = Sources { store: &state.store, search: &state.search };
    Ok(Json(feedback::list(sources, state.clock.now(), &viewer, &params.into()).await?.feedback))
}

#[utoipa::path(get, path = "/feedback/{id}", tag = "feedback", params(("id" = i64, Path)),
    responses((status = 200, body = FeedbackDetail), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Answer<FeedbackDetail> {
    let id = id.parse().map_err(|_| Error::not_found("feedback"))?;
    Ok(Json(feedback::get(state.store.reader(), &viewer, id).await?))
}
