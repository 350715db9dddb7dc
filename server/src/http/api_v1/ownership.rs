//! Who looks after what of a project, by rules, and trying those.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State as Shared};
use fieldfare_app::api::{OwnershipSettings, OwnershipTrial};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::{Answer, Body, ProblemDocument};
use crate::error::{Error, Result};
use crate::http::visitor::SignedIn;
use crate::issues::ownership;
use crate::ownership::Sample;
use crate::state::State;

/// The rules in force.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Ownership {
    /// One a line, as `path:src/checkout/** #payments ada@example.org`; the last that matches decides.
    rules: String,
    /// Whether new issues are assigned by them.
    #[serde(default = "yes")]
    auto_assign: bool,
}

fn yes() -> bool {
    OwnershipSettings::default().auto_assign
}

#[utoipa::path(get, path = "/projects/{slug}/ownership", tag = "projects", params(("slug" = String, Path)),
    responses((status = 200, body = Ownership), (status = 404, body = ProblemDocument)))]
pub(super) async fn show(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
) -> Answer<Ownership> {
    let OwnershipSettings { rules, auto_assign, .. } =
        ownership::settings(state.store.reader(), &viewer, &slug).await?;
    Ok(Json(Ownership { rules, auto_assign }))
}

/// Replaces the rules, or changes nothing where a line cannot be read.
#[utoipa::path(put, path = "/projects/{slug}/ownership", tag = "projects", params(("slug" = String, Path)), request_body = Ownership,
    responses((status = 200, body = Ownership), (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub(super) async fn replace(
    state: Shared<State>,
    viewer: SignedIn,
    slug: Path<String>,
    Body(wanted): Body<Ownership>,
) -> Answer<Ownership> {
    let (db, now) = (state.store.writer(), state.clock.now());
    let project_id = ownership::replace(db, now, &viewer.0, &slug, (&wanted.rules, wanted.auto_assign)).await?;
    state.policies.forget(project_id).await;
    show(state, viewer, slug).await
}

/// What to try rules on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Trial {
    /// An event of the project; everything else is then left aside.
    event_id: Option<String>,
    path: Option<String>,
    module: Option<String>,
    url: Option<String>,
    release: Option<String>,
    tags: BTreeMap<String, String>,
    /// Others than those in force.
    rules: Option<String>,
}

impl Trial {
    fn sample(&self) -> Result<Sample> {
        let wrong = || Error::invalid("event_id", "is not the id of an event");
        let event_id = self.event_id.as_deref().map(uuid::Uuid::try_parse).transpose().map_err(|_| wrong())?;
        Ok(Sample {
            event_id,
            paths: self.path.iter().cloned().collect(),
            modules: self.module.iter().cloned().collect(),
            url: self.url.clone(),
            release: self.release.clone(),
            tags: self.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        })
    }
}

/// Says which rules match something, and which of them decides.
#[utoipa::path(post, path = "/projects/{slug}/ownership/trial", tag = "projects", params(("slug" = String, Path)), request_body = Trial,
    responses((status = 200, body = OwnershipTrial), (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub(super) async fn attempt(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Path(slug): Path<String>,
    Body(asked): Body<Trial>,
) -> Answer<OwnershipTrial> {
    let subject = (&asked.sample()?, asked.rules.as_deref());
    Ok(Json(ownership::rehearse(state.store.reader(), &viewer, &slug, subject).await?))
}
