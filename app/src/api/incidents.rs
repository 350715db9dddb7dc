//! Incidents: something wrong enough to be run.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, IncidentStatus, Issue, Page, Severity, Timestamp};

/// One line of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The member who did it; `None` for Fieldfare itself.
    pub by: Option<String>,
    /// `declared`, `note`, `status`, `severity`, `linked`, `unlinked`, `resolved`.
    pub kind: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Incident {
    pub id: i64,
    pub number: i64,
    pub title: String,
    pub severity: Severity,
    pub status: IncidentStatus,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub declared_at: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub resolved_at: Option<Timestamp>,
    /// Name of the member who declared it.
    pub declared_by: Option<String>,
    /// Short ids of the linked issues.
    pub issues: Vec<String>,
    /// Releases in which the linked issues were seen, newest first.
    pub releases: Vec<String>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IncidentDetail {
    #[serde(flatten)]
    pub incident: Incident,
    pub linked: Vec<Issue>,
}

#[server(prefix = "/fn", endpoint = "list_incidents")]
pub async fn list_incidents(cursor: Option<String>) -> Result<Page<Incident>, ApiError> {
    crate::backend::answer(async |backend| backend.incidents.list(cursor).await).await
}

#[server(prefix = "/fn", endpoint = "get_incident")]
pub async fn get_incident(number: i64) -> Result<IncidentDetail, ApiError> {
    crate::backend::answer(async |backend| backend.incidents.get(number).await).await
}

/// `issue` is a short id, empty when declared from scratch. Goes to the new incident.
#[server(prefix = "/fn", endpoint = "declare_incident")]
pub async fn declare_incident(
    title: String,
    severity: Severity,
    #[server(default)] note: String,
    #[server(default)] issue: String,
) -> Result<(), ApiError> {
    let number =
        crate::backend::answer(async |backend| backend.incidents.declare(title, severity, note, issue).await).await?;
    leptos_axum::redirect(&crate::routes::incident(number), false);
    Ok(())
}

/// Changes status and severity and adds a note, whichever of them differ or are not empty, as one update.
#[server(prefix = "/fn", endpoint = "update_incident")]
pub async fn update_incident(
    number: i64,
    status: IncidentStatus,
    severity: Severity,
    #[server(default)] note: String,
) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.incidents.update(number, status, severity, note).await).await
}

#[server(prefix = "/fn", endpoint = "link_issue")]
pub async fn link_issue(number: i64, issue: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.incidents.link(number, issue).await).await
}

#[server(prefix = "/fn", endpoint = "unlink_issue")]
pub async fn unlink_issue(number: i64, issue: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.incidents.unlink(number, issue).await).await
}
