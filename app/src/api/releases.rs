//! Releases and how they fare.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, Feedback, Issue, Page, Timestamp};

named! {
    /// Whether a release is in use. Archived ones are left out of lists, and go on taking what arrives for them.
    ReleaseStatus { Open = "open", Archived = "archived" }
}

/// Sessions and users of one release in one environment or all of them. Rates are shares from 0 to 1, `None` without sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Health {
    pub sessions: u64,
    pub healthy: u64,
    pub errored: u64,
    pub unhandled: u64,
    pub crashed: u64,
    pub abnormal: u64,
    /// 1 − crashed / sessions.
    pub crash_free_sessions: Option<f64>,
    pub users: u64,
    pub crash_free_users: Option<f64>,
    /// Share of the project's sessions of the last 24 hours.
    pub adoption: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Release {
    pub version: String,
    /// The project's slug.
    pub project: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub first_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub released_at: Option<Timestamp>,
    /// When it was put out of use; `null` while it is in use.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub archived_at: Option<Timestamp>,
    /// Whether anything was heard of it after it was archived.
    pub seen_since_archived: bool,
    /// Issues first seen in it.
    pub new_issues: u64,
    /// Issues that came back in it.
    pub regressed_issues: u64,
    pub events: u64,
    pub feedback: u64,
    pub sessions: u64,
    /// Share from 0 to 1; `None` without sessions.
    pub crash_free_sessions: Option<f64>,
    /// Events per day over the last 14 days, oldest first.
    pub trend: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReleaseDetail {
    #[serde(flatten)]
    pub release: Release,
    pub health: Health,
    /// Health by environment name.
    pub environments: Vec<(String, Health)>,
    /// The release before it in order, to compare with.
    pub previous: Option<Release>,
    /// At most 25 each, most events in this release first.
    pub new: Vec<Issue>,
    pub regressed: Vec<Issue>,
    pub ongoing: Vec<Issue>,
    /// Newest first, at most 25.
    pub recent_feedback: Vec<Feedback>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFilter {
    pub project: Option<String>,
    pub environment: Option<String>,
    /// Those in use unless it says otherwise.
    pub status: Option<ReleaseStatus>,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseList {
    pub releases: Page<Release>,
    pub projects: Vec<String>,
    /// Whether there are archived releases, of whatever project.
    pub any_archived: bool,
}

#[server(prefix = "/fn", endpoint = "list_releases")]
pub async fn list_releases(filter: ReleaseFilter) -> Result<ReleaseList, ApiError> {
    crate::backend::answer(async |backend| backend.releases.list(filter).await).await
}

#[server(prefix = "/fn", endpoint = "get_release")]
pub async fn get_release(project: String, version: String) -> Result<ReleaseDetail, ApiError> {
    crate::backend::answer(async |backend| backend.releases.get(project, version).await).await
}

#[server(prefix = "/fn", endpoint = "archive_release")]
pub async fn archive_release(project: String, version: String, status: ReleaseStatus) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.releases.archive(project, version, status).await).await
}
