//! Who asks, and for which projects: a member's token, the organization of the path, projects of path, query and body.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use fieldfare_app::api::{Role, Viewer};
use sea_orm::EntityTrait;
use serde_json::Value;

use super::answer::Fault;
use crate::accounts;
use crate::error::Error;
use crate::http::middleware::text;
use crate::http::visitor;
use crate::projects;
use crate::releases::tools;
use crate::state::State;
use crate::store::entities::{organization, project};

/// Projects that one request may name.
const PROJECTS_MAX: usize = 100;

/// A tool that acts for a member, at the address it asked.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    pub(super) viewer: Viewer,
    pub(super) public_url: String,
    path: HashMap<String, String>,
    query: Vec<(String, String)>,
}

impl FromRequestParts<State> for Tool {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Fault> {
        let token = text(&parts.headers, &header::AUTHORIZATION).and_then(visitor::bearer);
        let Some(token) = token else {
            return Err(Fault::new(StatusCode::UNAUTHORIZED, "Send an API token: Authorization: Bearer …"));
        };
        let viewer = accounts::viewer_for_api_token(&state.store, token).await?;
        let viewer = viewer.ok_or_else(|| Fault::new(StatusCode::UNAUTHORIZED, "Invalid token."))?;
        let unreadable = || Fault::new(StatusCode::BAD_REQUEST, "The address cannot be read.");
        let Path(path) = Path::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        let Query(query) = Query::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        let tool = Self { viewer, public_url: visitor::public_url(state, &parts.headers), path, query };
        if let Some(slug) = tool.path.get("organization") {
            tool.organization(state).await?.filter(|known| known.slug.eq_ignore_ascii_case(slug)).ok_or_else(|| {
                Fault::new(
                    StatusCode::NOT_FOUND,
                    &format!("There is no organization {slug:.100}; see `organizations list`."),
                )
            })?;
        }
        Ok(tool)
    }
}

impl Tool {
    /// Refuses those who may only read. Every handler that changes something begins with it.
    pub(super) fn may_change(&self) -> Result<(), Fault> {
        match self.viewer.role.may(Role::Developer) {
            true => Ok(()),
            false => {
                Err(Fault::new(StatusCode::FORBIDDEN, "Your role may only read: developers and above may upload."))
            }
        }
    }

    /// The one organization of the installation.
    pub(super) async fn organization(&self, state: &State) -> Result<Option<organization::Model>, Fault> {
        Ok(organization::Entity::find().one(state.store.reader()).await.map_err(Error::from)?)
    }

    /// The version of the path, as releases are called here.
    pub(super) fn version(&self) -> Result<String, Fault> {
        let version = self.path.get("version").and_then(|version| crate::protocol::names::release(version));
        version.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "This is no version."))
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The project of the path.
    pub(super) async fn project(&self, state: &State) -> Result<project::Model, Fault> {
        let slug = self.path.get("project").map(String::as_str).unwrap_or_default();
        Ok(projects::get(state.store.reader(), &self.viewer, slug).await?)
    }

    /// The projects a request is about: that of the path, else those of the body, else those of the query; every
    /// project where none is named.
    pub(super) async fn projects(&self, state: &State, body: &Value) -> Result<Vec<project::Model>, Fault> {
        if self.path.contains_key("project") {
            return Ok(vec![self.project(state).await?]);
        }
        let known = project::Entity::find().all(state.store.reader()).await.map_err(Error::from)?;
        let named = self.named(body);
        if named.is_empty() {
            return Ok(known);
        }
        let find = |name: &String| {
            let found = known.iter().find(|project| project.slug == *name || project.id.to_string() == *name);
            found
                .cloned()
                .ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, &format!("There is no project {name:.100}.")))
        };
        named.iter().take(PROJECTS_MAX).map(find).collect()
    }

    /// The same, but one must be named.
    pub(super) async fn named_projects(&self, state: &State, body: &Value) -> Result<Vec<project::Model>, Fault> {
        if !self.path.contains_key("project") && self.named(body).is_empty() {
            return Err(Fault::new(StatusCode::BAD_REQUEST, "Name a project: sentry-cli --project SLUG."));
        }
        self.projects(state, body).await
    }

    /// Those that are named, else those that have a release of this version already.
    pub(super) async fn named_or_known(
        &self,
        state: &State,
        body: &Value,
        version: &str,
    ) -> Result<Vec<project::Model>, Fault> {
        let projects = self.projects(state, body).await?;
        if self.path.contains_key("project") || !self.named(body).is_empty() {
            return Ok(projects);
        }
        let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
        let rows = tools::find(state.store.reader(), &ids, version).await?;
        Ok(projects.into_iter().filter(|project| rows.iter().any(|row| row.project_id == project.id)).collect())
    }

    fn named(&self, body: &Value) -> Vec<String> {
        let listed = body["projects"].as_array().into_iter().flatten();
        let in_body = listed.chain(body.get("project")).filter_map(|name| match name {
            Value::String(name) => Some(name.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        });
        let in_query = self.query.iter().filter(|(key, _)| key == "project" || key == "projectSlug");
        let mut named: Vec<String> = in_body.collect();
        if named.is_empty() {
            named = in_query.map(|(_, name)| name.clone()).collect();
        }
        named.dedup();
        named
    }
}
