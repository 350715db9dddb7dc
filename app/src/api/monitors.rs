//! Cron monitors and their check-ins.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, CheckInStatus, MonitorState, Project, ProjectKey, Timestamp};

/// One run of a job, or one that was expected and did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CheckIn {
    pub id: String,
    pub status: CheckInStatus,
    /// For one that did not happen, when it was expected.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub started_at: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub finished_at: Option<Timestamp>,
    pub duration_ms: Option<u64>,
    /// `None` for a run between two that were expected.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub expected_at: Option<Timestamp>,
    pub release: Option<String>,
}

/// A job that is expected to run in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Monitor {
    pub id: i64,
    pub slug: String,
    pub environment: String,
    pub state: MonitorState,
    /// Watched, but not reported.
    pub muted: bool,
    /// In words.
    pub schedule: String,
    /// As its client wrote it.
    pub schedule_text: String,
    pub timezone: String,
    /// Minutes a check-in may be late.
    pub checkin_margin: u32,
    /// Minutes a run may take.
    pub max_runtime: u32,
    /// Failures in a row that open an issue, and successes in a row that close it.
    pub failure_issue_threshold: u32,
    pub recovery_threshold: u32,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub last_check_in: Option<Timestamp>,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub next_expected: Timestamp,
    /// Newest first, a few.
    pub recent: Vec<CheckIn>,
    /// Short id of its issue, if it ever had one.
    pub issue: Option<String>,
}

/// Everything the page of a project's monitors shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorList {
    pub project: Project,
    pub monitors: Vec<Monitor>,
    /// A key that works, for the examples.
    pub key: Option<ProjectKey>,
    /// The address under which this installation is reached, without a trailing slash.
    pub public_url: String,
}

#[server(prefix = "/fn", endpoint = "list_monitors")]
pub async fn list_monitors(slug: String) -> Result<MonitorList, ApiError> {
    crate::backend::answer(async |backend| backend.monitors.list(slug).await).await
}

#[server(prefix = "/fn", endpoint = "mute_monitor")]
pub async fn mute_monitor(slug: String, monitor: i64, muted: bool) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.monitors.mute(slug, monitor, muted).await).await
}

#[server(prefix = "/fn", endpoint = "rename_monitor")]
pub async fn rename_monitor(slug: String, monitor: i64, name: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.monitors.rename(slug, monitor, name).await).await
}

#[server(prefix = "/fn", endpoint = "delete_monitor")]
pub async fn delete_monitor(slug: String, monitor: i64) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.monitors.delete(slug, monitor).await).await
}
