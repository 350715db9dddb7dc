//! Views: queries with a name, as tabs above the inbox.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, IssueFilter, IssueSort};

named! {
    /// Whose a view is.
    ViewKind {
        /// Everybody has it, and nobody can change it.
        Preset = "preset",
        /// Everybody has it; leads and above change it.
        Shared = "shared",
        /// The viewer's own.
        Own = "own",
    }
}
named! {
    /// Which way a view moves among its neighbours.
    Direction { Left = "left", Right = "right" }
}

/// A view that everybody has: its id, its name, its query.
pub const PRESETS: [(&str, &str, &str); 6] = [
    ("unresolved", "Unresolved", "is:unresolved"),
    ("for_me", "For me", "is:unresolved assigned:[me,my_teams]"),
    ("new", "New this week", "is:unresolved first_seen:-7d"),
    ("escalating", "Escalating", "is:escalating"),
    ("regressed", "Regressed", "is:regressed"),
    ("feedback", "Feedback", "is:unresolved kind:feedback"),
];

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct View {
    /// A word for a preset, a number for one that was saved.
    pub id: String,
    pub name: String,
    /// In the query language of Fieldfare.
    pub query: String,
    pub sort: IssueSort,
    pub kind: ViewKind,
    /// Whether the viewer's inbox opens with it.
    pub is_default: bool,
    /// Whether the viewer may change and delete it.
    pub may_change: bool,
}

/// The tabs above the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    pub views: Vec<View>,
    /// Whether the viewer may give views to everybody.
    pub may_share: bool,
}

/// A query to be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewView {
    pub name: String,
    /// What the inbox shows now; what it was narrowed to beside its query becomes part of the query.
    pub filter: IssueFilter,
    /// Whether everybody gets it.
    pub shared: bool,
    /// Whether the viewer's inbox opens with it from now on.
    pub default: bool,
}

/// Every view the viewer has, in the order of the tabs.
#[server(prefix = "/fn", endpoint = "list_views")]
pub async fn list_views() -> Result<Views, ApiError> {
    crate::backend::answer(async |backend| backend.views.list().await).await
}

/// Saves the present query and leads to it. Unticked boxes are absent from a form, hence the defaults.
#[server(prefix = "/fn", endpoint = "save_view")]
pub async fn save_view(
    name: String,
    filter: IssueFilter,
    #[server(default)] shared: Option<String>,
    #[server(default)] default: Option<String>,
) -> Result<(), ApiError> {
    let new = NewView { name, filter, shared: shared.is_some(), default: default.is_some() };
    let view = crate::backend::answer(async |backend| backend.views.save(new).await).await?;
    leptos_axum::redirect(&crate::routes::issues_in_view(&view), false);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "rename_view")]
pub async fn rename_view(id: String, name: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.views.rename(id, name).await).await
}

/// Gives a view to everybody, or takes it back for oneself.
#[server(prefix = "/fn", endpoint = "share_view")]
pub async fn share_view(id: String, shared: bool) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.views.share(id, shared).await).await
}

#[server(prefix = "/fn", endpoint = "move_view")]
pub async fn move_view(id: String, direction: Direction) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.views.shift(id, direction).await).await
}

/// The viewer's inbox opens with it from now on.
#[server(prefix = "/fn", endpoint = "make_default_view")]
pub async fn make_default_view(id: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.views.make_default(id).await).await
}

#[server(prefix = "/fn", endpoint = "delete_view")]
pub async fn delete_view(id: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.views.delete(id).await).await?;
    leptos_axum::redirect(crate::routes::ISSUES, false);
    Ok(())
}
