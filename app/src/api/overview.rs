//! The first page: what needs attention now.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Feedback, Incident, Issue, Project, Release, Timestamp};

/// How one project fares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectOverview {
    pub project: Project,
    pub unresolved: u64,
    pub new_today: u64,
    /// Events per day over the last 14 days, oldest first.
    pub trend: Vec<u32>,
    pub latest: Option<Release>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub projects: Vec<ProjectOverview>,
    /// The day that the trends begin with.
    pub trends_from: Timestamp,
    pub open_incidents: Vec<Incident>,
    /// Unresolved, new or regressed in the last seven days; most events first, at most 8.
    pub issues: Vec<Issue>,
    /// Newest first, at most 6.
    pub feedback: Vec<Feedback>,
}

#[server(prefix = "/fn", endpoint = "overview")]
pub async fn load_overview() -> Result<Overview, ApiError> {
    crate::backend::answer(async |backend| backend.overview.overview().await).await
}
