//! What of the events of a project is taken out or not let in, and trying that.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Timestamp};

/// What a project wants taken out of what it sends, and which of it not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// Whether secrets are taken out by the built-in rules.
    pub scrub: bool,
    /// Own rules, one a line: `scrub key:internal_id`, `keep path:contexts.app.*`.
    pub rules: String,
    /// Whether the addresses of people are stored.
    pub store_addresses: bool,
    pub filters: InboundFilters,
}

/// Events that are counted and not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboundFilters {
    pub crawlers: bool,
    pub extensions: bool,
    pub noise: bool,
    pub localhost: bool,
    pub legacy_browsers: bool,
    /// Patterns of messages, one a line.
    pub messages: String,
    /// Patterns of releases, one a line.
    pub releases: String,
    /// Addresses and ranges, one a line.
    pub addresses: String,
    /// Patterns of what people write and of their e-mail addresses, one a line.
    pub feedback: String,
}

/// A fingerprint whose events are dropped since its issue was deleted that way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discarded {
    /// Hexadecimal.
    pub fingerprint: String,
    /// Of the issue that was deleted.
    pub title: String,
    pub discarded_at: Timestamp,
    /// The member who did it.
    pub by: Option<String>,
}

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectionPage {
    /// The project's name.
    pub project: String,
    pub protection: Protection,
    pub discarded: Vec<Discarded>,
    /// What became of the event that was tried last.
    pub trial: Option<Trial>,
}

/// What would become of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Why it would not be kept, if so.
    pub refused: Option<String>,
    /// Where something would be taken out, and by which rule.
    pub scrubbed: Vec<(String, String)>,
    /// How many such places there are; the list may be shorter.
    pub count: usize,
    /// The event as it would be stored.
    pub json: String,
}

impl Protection {
    /// Under which name it is stored among the settings of a project.
    pub const CONCERN: &str = "protection";
}

impl Default for Protection {
    fn default() -> Self {
        Self { scrub: true, rules: String::new(), store_addresses: false, filters: InboundFilters::default() }
    }
}

impl Default for InboundFilters {
    fn default() -> Self {
        Self {
            crawlers: true,
            extensions: true,
            noise: false,
            localhost: false,
            legacy_browsers: false,
            messages: String::new(),
            releases: String::new(),
            addresses: String::new(),
            feedback: String::new(),
        }
    }
}

/// `trial` names what was tried last, if anything.
#[server(prefix = "/fn", endpoint = "project_protection")]
pub async fn load_protection(slug: String, trial: String) -> Result<ProtectionPage, ApiError> {
    crate::backend::answer(async |backend| backend.protections.get(slug, trial).await).await
}

/// Boxes that are not ticked are not sent.
#[server(prefix = "/fn", endpoint = "save_scrubbing")]
pub async fn save_scrubbing(
    slug: String,
    #[server(default)] scrub: bool,
    #[server(default)] store_addresses: bool,
    #[server(default)] rules: String,
) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| {
        backend.protections.save_scrubbing(slug, scrub, store_addresses, rules).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "save_filters")]
pub async fn save_filters(slug: String, filters: FilterForm) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.protections.save_filters(slug, filters.into()).await).await
}

#[server(prefix = "/fn", endpoint = "allow_again")]
pub async fn allow_again(slug: String, fingerprint: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.protections.allow_again(slug, fingerprint).await).await
}

/// `event` is JSON; empty means the latest event of the project.
#[server(prefix = "/fn", endpoint = "try_protection")]
pub async fn try_protection(slug: String, #[server(default)] event: String) -> Result<(), ApiError> {
    let path = crate::routes::project_section(&slug, "privacy");
    let trial = crate::backend::answer(async |backend| backend.protections.attempt(slug, event).await).await?;
    leptos_axum::redirect(&format!("{path}?trial={trial}#trial"), false);
    Ok(())
}

/// Deletes an issue and all its events; with `discard`, what is like them is dropped from now on.
#[server(prefix = "/fn", endpoint = "delete_issue")]
pub async fn delete_issue(short_id: String, #[server(default)] discard: bool) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.protections.delete_issue(short_id, discard).await).await?;
    leptos_axum::redirect(crate::routes::ISSUES, false);
    Ok(())
}

/// The filters as a form sends them: boxes that are not ticked are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    pub crawlers: bool,
    pub extensions: bool,
    pub noise: bool,
    pub localhost: bool,
    pub legacy_browsers: bool,
    pub messages: String,
    pub releases: String,
    pub addresses: String,
    pub feedback: String,
}

impl From<FilterForm> for InboundFilters {
    fn from(form: FilterForm) -> Self {
        Self {
            crawlers: form.crawlers,
            extensions: form.extensions,
            noise: form.noise,
            localhost: form.localhost,
            legacy_browsers: form.legacy_browsers,
            messages: form.messages,
            releases: form.releases,
            addresses: form.addresses,
            feedback: form.feedback,
        }
    }
}
