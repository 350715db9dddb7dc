//! Projects, their keys, and how far a new one has come.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Timestamp};

/// One application that reports to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Project {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub platform: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
}

/// A key with which a client may report to its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ProjectKey {
    pub id: i64,
    pub label: String,
    pub public_key: String,
    pub dsn: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub revoked_at: Option<Timestamp>,
}

/// One quantity that was not kept, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Dropped {
    pub category: String,
    pub reason: String,
    pub quantity: u64,
}

/// What arrived in the last 30 days and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Stats {
    /// Quantity by data category.
    pub accepted: std::collections::BTreeMap<String, u64>,
    /// Of what was accepted: quantity that was counted but not stored, since a flood of one issue was sampled.
    #[serde(default)]
    pub sampled: std::collections::BTreeMap<String, u64>,
    pub dropped: Vec<Dropped>,
    /// Quantity by item type of what Fieldfare does not keep.
    pub skipped: std::collections::BTreeMap<String, u64>,
    /// What was stored once and removed since, to keep within the limits of age and number.
    #[serde(default)]
    pub evicted: Vec<Dropped>,
}

/// Everything the settings page of a project shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    pub project: Project,
    /// Origins a browser may report from; empty means any. `https://*.example.org` is allowed.
    pub allowed_origins: Vec<String>,
    pub keys: Vec<ProjectKey>,
    pub stats: Stats,
    /// The address under which this installation is reached, without a trailing slash.
    pub public_url: String,
}

/// Whether anything has arrived yet, for the page that waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSight {
    pub project: Project,
    /// The DSN of the oldest key that works.
    pub dsn: String,
    pub public_url: String,
    /// Short id and title of the first issue, once there is one.
    pub first_issue: Option<(String, String)>,
}

#[server(prefix = "/fn", endpoint = "list_projects")]
pub async fn list_projects() -> Result<Vec<Project>, ApiError> {
    crate::backend::answer(async |backend| backend.projects.list().await).await
}

#[server(prefix = "/fn", endpoint = "create_project")]
pub async fn create_project(name: String, platform: String) -> Result<(), ApiError> {
    let slug = crate::backend::answer(async |backend| backend.projects.create(name, platform).await).await?;
    leptos_axum::redirect(&crate::routes::project_start(&slug), false);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "project_settings")]
pub async fn load_project_settings(slug: String) -> Result<ProjectSettings, ApiError> {
    crate::backend::answer(async |backend| backend.projects.settings(slug).await).await
}

/// `origins` is one per line.
#[server(prefix = "/fn", endpoint = "save_project")]
pub async fn save_project(slug: String, name: String, platform: String, origins: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.projects.save(slug, name, platform, origins).await).await
}

#[server(prefix = "/fn", endpoint = "create_key")]
pub async fn create_key(slug: String, label: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.projects.create_key(slug, label).await).await
}

#[server(prefix = "/fn", endpoint = "revoke_key")]
pub async fn revoke_key(slug: String, key: i64) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.projects.revoke_key(slug, key).await).await
}

#[server(prefix = "/fn", endpoint = "first_sight")]
pub async fn load_first_sight(slug: String) -> Result<FirstSight, ApiError> {
    crate::backend::answer(async |backend| backend.projects.first_sight(slug).await).await
}
