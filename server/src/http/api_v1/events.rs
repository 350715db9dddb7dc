//! Events by their id, with the payload as it was sent.

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::Event;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::{Answer, Params, ProblemDocument};
use crate::http::visitor::SignedIn;
use crate::issues;
use crate::state::State;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ShowParams {
    /// A project's slug, where two projects may have been sent the same id.
    project: Option<String>,
}

#[utoipa::path(get, path = "/events/{event_id}", tag = "events",
    params(("event_id" = String, Path, description = "32 hexadecimal digits, dashes allowed"), ShowParams),
    responses((status = 200, body = Event), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(event_id): Path<String>,
    Params(params): Params<ShowParams>,
) -> Answer<Event> {
    Ok(Json(issues::event(state.store.reader(), &viewer, &event_id, params.project.as_deref()).await?))
}
