//! Who looks after what of a project, by rules, and trying those.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, RuleProblem, TeamName, Timestamp};

/// The stored setting of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnershipSettings {
    /// One rule a line, as it was written.
    pub rules: String,
    /// Whether new issues are assigned by them.
    pub auto_assign: bool,
    /// What somebody wanted to save and could not, since a line of it cannot be read.
    pub draft: Option<OwnershipDraft>,
}

/// Rules that wait for somebody to mend them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipDraft {
    pub rules: String,
    pub auto_assign: bool,
    /// Who wrote it.
    pub by: String,
    pub at: Timestamp,
}

/// Everything the editor shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipEditor {
    /// The project's name.
    pub name: String,
    /// Those in force, or the draft if there is one.
    pub rules: String,
    pub auto_assign: bool,
    pub may_change: bool,
    pub problems: Vec<RuleProblem>,
    /// Who wrote the draft and when; it is not in force.
    pub drafted: Option<(String, Timestamp)>,
    pub teams: Vec<TeamName>,
    /// What was tried, if anything was.
    pub trial: Option<OwnershipTrial>,
}

/// Which rules match something, and which of them decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OwnershipTrial {
    /// What the rules were tried on: field and value.
    pub subject: Vec<(String, String)>,
    /// In the order they are written; the last one decides.
    pub matches: Vec<OwnershipMatch>,
    /// Whom a new issue would be assigned to.
    pub assignee: Option<String>,
    /// Why nothing was tried.
    pub problem: Option<String>,
}

/// A rule that matches, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OwnershipMatch {
    /// From 1.
    pub line: usize,
    /// `path:src/checkout/**`
    pub condition: String,
    pub owners: Vec<String>,
    /// `src/checkout/cart.py`
    pub value: String,
    /// Whether it is the last and so the one that counts.
    pub decides: bool,
}

impl OwnershipSettings {
    /// Under which name it is stored among the settings of a project.
    pub const CONCERN: &str = "ownership";
}

impl Default for OwnershipSettings {
    fn default() -> Self {
        Self { rules: String::new(), auto_assign: true, draft: None }
    }
}

/// `subject` is what the rules are tried on; empty for nothing.
#[server(prefix = "/fn", endpoint = "load_ownership")]
pub async fn load_ownership(slug: String, subject: String) -> Result<OwnershipEditor, ApiError> {
    crate::backend::answer(async |backend| backend.ownerships.editor(slug, subject).await).await
}

/// What cannot be read is kept as a draft and not put in force: the page says so, and nothing is lost.
#[server(prefix = "/fn", endpoint = "save_ownership")]
pub async fn save_ownership(
    slug: String,
    #[server(default)] rules: String,
    #[server(default)] auto_assign: bool,
) -> Result<(), ApiError> {
    let address = crate::routes::project_section(&slug, "ownership");
    crate::backend::answer(async |backend| backend.ownerships.save(slug, rules, auto_assign).await).await?;
    leptos_axum::redirect(&address, false);
    Ok(())
}

/// Goes back to the rules in force.
#[server(prefix = "/fn", endpoint = "discard_ownership_draft")]
pub async fn discard_ownership_draft(slug: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.ownerships.discard_draft(slug).await).await
}
