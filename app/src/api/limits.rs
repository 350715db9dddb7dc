//! How much a project may send, and how long what it sent is kept.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Timestamp};

/// How much of each category may arrive in a minute, and at once after a pause. `None` sets no limit of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Rates {
    /// Errors, messages and crashes.
    pub errors: Option<u32>,
    pub transactions: Option<u32>,
    pub attachments: Option<u32>,
    pub attachment_megabytes: Option<u32>,
    /// Updates of sessions; a batch of sessions counts once.
    pub sessions: Option<u32>,
    pub feedback: Option<u32>,
    /// Check-ins of monitors.
    pub check_ins: Option<u32>,
    /// Reports of browsers on violations of a policy.
    pub security_reports: Option<u32>,
}

/// What becomes of a sudden flood of one issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SpikeProtection {
    pub enabled: bool,
    /// Events of one issue that are stored in a minute before sampling begins. `None` means a tenth of the errors the
    /// project may send in a minute, at least 100.
    pub kept_per_minute: Option<u32>,
}

impl Default for SpikeProtection {
    fn default() -> Self {
        Self { enabled: true, kept_per_minute: None }
    }
}

/// What a project may send, beside what the installation allows any project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct LimitSettings {
    /// All keys together.
    pub project: Rates,
    /// By the id of a key.
    pub keys: BTreeMap<i64, Rates>,
    pub spikes: SpikeProtection,
}

/// How long what a project sent is kept. `None` leaves it to the installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RetentionSettings {
    /// Days after which events go, with their files.
    pub days: Option<u32>,
    /// Events that are kept; beyond, the least informative go first.
    pub events: Option<u32>,
    /// Days after which feedback goes. `None` keeps it for good.
    pub feedback_days: Option<u32>,
}

/// What was removed in one day to keep the limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EvictedDay {
    /// The beginning of the day, UTC.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub day: Timestamp,
    /// `error`, `feedback` or `attachment`.
    pub category: String,
    /// `age` or `budget`.
    pub reason: String,
    pub quantity: u64,
}

/// What is stored of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Stored {
    pub events: u64,
    /// When the oldest stored event happened.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub oldest: Option<Timestamp>,
    /// Of the whole installation's database, not of this project alone.
    pub database_bytes: u64,
    /// The last 30 days, newest first.
    pub evicted: Vec<EvictedDay>,
}

/// Everything about the limits of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ProjectLimits {
    /// The project's name.
    pub name: String,
    pub limits: LimitSettings,
    pub retention: RetentionSettings,
    /// What the installation allows every project; a project's own limits can only be lower.
    pub installation: Rates,
    pub installation_retention: RetentionSettings,
    /// Id and label of every key that works.
    pub keys: Vec<(i64, String)>,
    pub stored: Stored,
}

/// Rates as a form has them: empty means none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RatesForm {
    pub errors: String,
    pub transactions: String,
    pub attachments: String,
    pub attachment_megabytes: String,
    pub sessions: String,
    pub feedback: String,
    pub check_ins: String,
    pub security_reports: String,
}

impl RatesForm {
    /// The rates that were typed.
    ///
    /// # Errors
    /// When one of them is no whole number; names it.
    pub fn read(&self) -> Result<Rates, ApiError> {
        Ok(Rates {
            errors: whole_number("errors", &self.errors)?,
            transactions: whole_number("transactions", &self.transactions)?,
            attachments: whole_number("attachments", &self.attachments)?,
            attachment_megabytes: whole_number("attachment_megabytes", &self.attachment_megabytes)?,
            sessions: whole_number("sessions", &self.sessions)?,
            feedback: whole_number("feedback", &self.feedback)?,
            check_ins: whole_number("check_ins", &self.check_ins)?,
            security_reports: whole_number("security_reports", &self.security_reports)?,
        })
    }
}

fn whole_number(field: &str, typed: &str) -> Result<Option<u32>, ApiError> {
    let digits: String = typed.chars().filter(|char| !char.is_whitespace() && *char != ',').collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let wrong = || ApiError::Invalid { field: field.to_owned(), reason: "must be a whole number, or empty".to_owned() };
    digits.parse().map(Some).map_err(|_| wrong())
}

#[server(prefix = "/fn", endpoint = "project_limits")]
pub async fn load_project_limits(slug: String) -> Result<ProjectLimits, ApiError> {
    crate::backend::answer(async |backend| backend.limits.get(slug).await).await
}

/// Without `key`, the rates are those of the whole project.
#[server(prefix = "/fn", endpoint = "save_rates")]
pub async fn save_rates(slug: String, #[server(default)] key: String, rates: RatesForm) -> Result<(), ApiError> {
    let key = key.parse().ok();
    let save = async |backend: crate::backend::Backend| backend.limits.save_rates(slug, key, rates.read()?).await;
    crate::backend::answer(save).await
}

#[server(prefix = "/fn", endpoint = "save_spike_protection")]
pub async fn save_spike_protection(
    slug: String,
    #[server(default)] enabled: Option<String>,
    kept_per_minute: String,
) -> Result<(), ApiError> {
    let save = async |backend: crate::backend::Backend| {
        let kept_per_minute = whole_number("kept_per_minute", &kept_per_minute)?;
        let spikes = SpikeProtection { enabled: enabled.is_some(), kept_per_minute };
        backend.limits.save_spike_protection(slug, spikes).await
    };
    crate::backend::answer(save).await
}

#[server(prefix = "/fn", endpoint = "save_retention")]
pub async fn save_retention(slug: String, days: String, events: String, feedback_days: String) -> Result<(), ApiError> {
    let save = async |backend: crate::backend::Backend| {
        let retention = RetentionSettings {
            days: whole_number("days", &days)?,
            events: whole_number("events", &events)?,
            feedback_days: whole_number("feedback_days", &feedback_days)?,
        };
        backend.limits.save_retention(slug, retention).await
    };
    crate::backend::answer(save).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, read) in
            [("", Some(None)), (" 60,000 ", Some(Some(60_000))), ("0", Some(Some(0))), ("many", None), ("-1", None)]
        {
            assert_eq!(whole_number("errors", typed).ok(), read, "{typed:?}");
        }
    }
}
