//! Doing one thing to many issues, and taking it back.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, IssueFilter};

named! {
    /// What can be done to many issues at once; the value of the button pressed.
    BulkAction {
        Resolve = "resolve",
        /// Each in the latest release of its project.
        ResolveInRelease = "resolve_in_release",
        ResolveInNextRelease = "resolve_in_next_release",
        Archive = "archive",
        ArchiveUntilEscalating = "archive_until_escalating",
        Unresolve = "unresolve",
        Assign = "assign",
        /// All of them into the one seen first.
        Merge = "merge",
    }
}

/// Which issues.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// By short id or number.
    These(Vec<String>),
    /// Whatever a filter finds, on all its pages.
    Matching(IssueFilter),
}

/// What was done at once, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BulkChange {
    pub id: i64,
    /// Without its subject: `resolved`, `assigned to Ada`, `merged into SHOP-1`.
    pub what: String,
    /// How many issues it changed.
    pub issues: u64,
    /// Whether it was taken back.
    pub undone: bool,
    /// How many issues are again as they were; those that somebody or something changed since stay as they are.
    pub put_back: u64,
}

/// The list that the boxes stand in, as its address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkList {
    pub query: String,
    pub project: String,
    pub release: String,
    pub environment: String,
    pub sort: String,
}

/// Acts on the ticked issues, or with `all` on everything the filter finds. Leads back to the list, which then says what was
/// done and offers to undo it.
#[server(prefix = "/fn", endpoint = "change_issues")]
pub async fn change_issues(
    what: BulkAction,
    #[server(default)] issues: Vec<String>,
    #[server(default)] all: bool,
    #[server(default)] assignee: String,
    #[server(default)] list: BulkList,
) -> Result<(), ApiError> {
    let BulkList { query, project, release, environment, sort } = list;
    let filter = IssueFilter {
        query: Some(query.clone()),
        project: Some(project.clone()),
        release: Some(release.clone()),
        environment: Some(environment.clone()),
        ..IssueFilter::default()
    };
    let selection = if all { Selection::Matching(filter) } else { Selection::These(issues) };
    let done =
        crate::backend::answer(async |backend| backend.issues.change_many(selection, what, assignee).await).await?;
    let id = done.id.to_string();
    let list = [
        ("query", Some(query.as_str())),
        ("project", Some(&project)),
        ("release", Some(&release)),
        ("environment", Some(&environment)),
        ("sort", Some(&sort)),
        ("done", Some(&id)),
    ];
    leptos_axum::redirect(&crate::routes::with_query(crate::routes::ISSUES, &list), false);
    Ok(())
}

/// Puts back what was done at once.
#[server(prefix = "/fn", endpoint = "undo_change")]
pub async fn undo_change(id: i64) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.issues.undo(id).await.map(drop)).await
}

/// What was done at once, as it stands now.
#[server(prefix = "/fn", endpoint = "get_change")]
pub async fn get_change(id: i64) -> Result<BulkChange, ApiError> {
    crate::backend::answer(async |backend| backend.issues.bulk_change(id).await).await
}
