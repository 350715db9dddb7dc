//! Issues: the unit of triage, for errors and feedback alike.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    ApiError, Feedback, IssueKind, IssueSort, IssueState, Level, Member, Page, Priority, Status, Substatus, TeamName,
    Timestamp,
};

/// How often an issue was seen in one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReleaseCount {
    pub version: String,
    pub events: u64,
    pub users: u64,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub first_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_seen: Timestamp,
}

/// An issue as lists and the API carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Issue {
    pub id: i64,
    /// `SHOP-12`.
    pub short_id: String,
    /// The project's slug.
    pub project: String,
    pub kind: IssueKind,
    pub title: String,
    pub culprit: Option<String>,
    pub level: Level,
    pub status: Status,
    pub substatus: Option<Substatus>,
    pub priority: Priority,
    /// Why it has this priority: `fatal, 120 users in 24 h`, or `set by Ada`.
    pub priority_reason: String,
    /// Whether Fieldfare finds the priority; not once somebody has set it.
    pub priority_is_automatic: bool,
    /// E-mail address of the member it is assigned to, or `#team`.
    pub assignee: Option<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub first_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_seen: Timestamp,
    /// Events of an error issue, pieces of feedback of a feedback issue.
    pub events: u64,
    /// Distinct users who were told apart.
    pub users: u64,
    pub first_release: Option<String>,
    pub last_release: Option<String>,
    /// Newest release first.
    pub releases: Vec<ReleaseCount>,
    /// Events per day over the last 14 days, oldest first.
    pub trend: Vec<u32>,
}

/// What the inbox asks for. Every field is part of the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueFilter {
    /// In the query language of Fieldfare; empty means `is:unresolved`.
    pub query: Option<String>,
    /// A project's slug.
    pub project: Option<String>,
    pub release: Option<String>,
    pub environment: Option<String>,
    pub sort: Option<IssueSort>,
    pub cursor: Option<String>,
}

/// The inbox: one page of issues and what the page around it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    pub issues: Page<Issue>,
    /// How the query was read, in words: `unresolved and level is error`.
    pub understood: String,
    /// What the query language could not use, and why, in whole sentences.
    pub hints: Vec<String>,
    /// How many issues match in all; counting stops at 100,000.
    pub total: u64,
    pub projects: Vec<String>,
    pub environments: Vec<String>,
    /// Whom issues can be assigned to.
    pub members: Vec<Member>,
    pub teams: Vec<TeamName>,
    /// Newest first, at most 50.
    pub releases: Vec<String>,
    /// Whether this installation has ever received anything.
    pub anything: bool,
}

/// Something that happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Activity {
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The member who did it; `None` for Fieldfare itself.
    pub by: Option<String>,
    /// One sentence without its subject: `resolved this in 2.4.0`.
    pub what: String,
}

/// A reference to an incident, for lists of links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IncidentLink {
    pub number: i64,
    pub title: String,
    pub status: super::IncidentStatus,
}

/// What was counted of an issue without being stored: a flood of it was sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Sampling {
    /// Events that were stored as they arrived; what retention has removed since is among them.
    pub stored: u64,
    /// Events that were counted only; every counter includes them.
    pub counted_only: u64,
    /// Floods that were sampled; an hour of quiet ends one.
    pub floods: u32,
    /// When sampling of the latest began.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub from: Timestamp,
    /// The last event of the latest that was counted only.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

/// Everything the issue page shows around the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IssueDetail {
    #[serde(flatten)]
    pub issue: Issue,
    /// Why it is in its state: `Resolved in 2.4.0 by Ada`, `Seen in 2.5.0, which is later than 2.4.0 (semver)`.
    pub status_reason: Option<String>,
    /// `null` while it is new.
    pub state: Option<IssueState>,
    /// `null` when every event was stored.
    pub sampling: Option<Sampling>,
    /// Newest first.
    pub activity: Vec<Activity>,
    /// For an error issue, what users wrote about it; for a feedback issue, its pieces. Newest first, at most 50.
    pub feedback: Vec<Feedback>,
    pub incidents: Vec<IncidentLink>,
    /// Open incidents it could be linked to.
    pub open_incidents: Vec<IncidentLink>,
    /// Versions it could be resolved in, the latest first, then as they were first seen, at most 51.
    pub offered_releases: Vec<String>,
    pub members: Vec<Member>,
}

#[server(prefix = "/fn", endpoint = "list_issues")]
pub async fn list_issues(filter: IssueFilter) -> Result<Inbox, ApiError> {
    crate::backend::answer(async |backend| backend.issues.inbox(filter).await).await
}

#[server(prefix = "/fn", endpoint = "get_issue")]
pub async fn get_issue(short_id: String) -> Result<IssueDetail, ApiError> {
    let asked = short_id.clone();
    let found = crate::backend::answer(async |backend| backend.issues.get(short_id).await).await?;
    // An issue that was merged is found under the name of the issue it is in.
    if !found.issue.short_id.eq_ignore_ascii_case(&asked) && asked.parse::<i64>().is_err() {
        leptos_axum::redirect(&crate::routes::issue(&found.issue.short_id), false);
    }
    Ok(found)
}

/// An empty `assignee` takes the issue from whoever had it; otherwise a member's e-mail address or `#team`.
#[server(prefix = "/fn", endpoint = "assign_issue")]
pub async fn assign_issue(short_id: String, #[server(default)] assignee: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.issues.assign(short_id, assignee).await).await
}
