//! Who is signed in, who else is, and what they want to hear of.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Role, Timestamp};

/// The person looking at the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub member_id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub organization: String,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Member {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
}

/// Which mails a member gets. Each can be switched alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPreferences {
    pub new_issue: bool,
    pub regression: bool,
    pub feedback: bool,
    pub incident: bool,
    /// Comments, changes and regressions of issues they follow.
    pub followed: bool,
    pub mention: bool,
}

/// Where mail goes, for the settings page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailDelivery {
    /// `smtp.example.org:587 (STARTTLS)`, or `None` when no SMTP server is configured.
    pub smtp: Option<String>,
    pub from: String,
    /// The directory that holds the `.eml` files when there is no SMTP server.
    pub directory: Option<String>,
    pub waiting: u64,
    pub delivered: u64,
    pub given_up: u64,
    pub last_error: Option<String>,
}

/// What the settings page shows of the viewer's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSettings {
    pub preferences: MailPreferences,
    pub delivery: MailDelivery,
    pub members: Vec<Member>,
}

#[server(prefix = "/fn", endpoint = "account_settings")]
pub async fn load_account_settings() -> Result<AccountSettings, ApiError> {
    crate::backend::answer(async |backend| backend.accounts.settings().await).await
}

/// The boxes of the form about mails. Those that are not ticked are absent from it, hence the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailTicks {
    pub new_issue: Option<String>,
    pub regression: Option<String>,
    pub feedback: Option<String>,
    pub incident: Option<String>,
    pub followed: Option<String>,
    pub mention: Option<String>,
}

#[server(prefix = "/fn", endpoint = "save_mail_preferences")]
pub async fn save_mail_preferences(#[server(flatten)] ticks: MailTicks) -> Result<(), ApiError> {
    let preferences = MailPreferences {
        new_issue: ticks.new_issue.is_some(),
        regression: ticks.regression.is_some(),
        feedback: ticks.feedback.is_some(),
        incident: ticks.incident.is_some(),
        followed: ticks.followed.is_some(),
        mention: ticks.mention.is_some(),
    };
    crate::backend::answer(async |backend| backend.accounts.save_mail_preferences(preferences).await).await
}

#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(current: String, new: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.accounts.change_password(current, new).await).await
}
