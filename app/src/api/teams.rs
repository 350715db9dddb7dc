//! Teams: people who look after projects together.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Member, Project, Timestamp};

/// A team with its members and the projects it looks after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Team {
    pub id: i64,
    /// Names it in rules, queries and comments: `#payments`.
    pub slug: String,
    pub name: String,
    /// By name.
    pub members: Vec<Member>,
    /// Slugs, in order.
    pub projects: Vec<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
}

/// A team as a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TeamName {
    pub slug: String,
    pub name: String,
    /// Whether it looks after the project in question.
    pub of_project: bool,
}

/// What a team is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamDraft {
    pub name: String,
    /// Empty for one made from the name.
    pub slug: String,
    /// E-mail addresses.
    pub members: Vec<String>,
    /// Slugs.
    pub projects: Vec<String>,
}

/// Everything the page of teams shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    pub teams: Vec<Team>,
    pub members: Vec<Member>,
    pub projects: Vec<Project>,
    pub may_change: bool,
}

#[server(prefix = "/fn", endpoint = "list_teams")]
pub async fn list_teams() -> Result<TeamsPage, ApiError> {
    crate::backend::answer(async |backend| backend.teams.page().await).await
}

/// Boxes that are not ticked are not sent.
#[server(prefix = "/fn", endpoint = "create_team")]
pub async fn create_team(
    name: String,
    #[server(default)] slug: String,
    #[server(default)] members: Vec<String>,
    #[server(default)] projects: Vec<String>,
) -> Result<(), ApiError> {
    let draft = TeamDraft { name, slug, members, projects };
    crate::backend::answer(async |backend| backend.teams.create(draft).await).await
}

/// `team` is the slug it has so far.
#[server(prefix = "/fn", endpoint = "save_team")]
pub async fn save_team(
    team: String,
    name: String,
    #[server(default)] slug: String,
    #[server(default)] members: Vec<String>,
    #[server(default)] projects: Vec<String>,
) -> Result<(), ApiError> {
    let draft = TeamDraft { name, slug, members, projects };
    crate::backend::answer(async |backend| backend.teams.save(team, draft).await).await
}

#[server(prefix = "/fn", endpoint = "delete_team")]
pub async fn delete_team(team: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.teams.delete(team).await).await
}
