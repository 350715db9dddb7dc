//! What end users wrote.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Attachment, FeedbackType, Page, Timestamp};

/// One piece of feedback from one reporter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Feedback {
    pub id: i64,
    /// 32 hexadecimal digits.
    pub event_id: String,
    /// Short id of the feedback issue it belongs to.
    pub issue: String,
    pub project: String,
    pub message: String,
    pub name: Option<String>,
    pub email: Option<String>,
    /// The page it was written on.
    pub url: Option<String>,
    /// `widget`, `user_report`, `crash_report_form`, …
    pub source: Option<String>,
    #[serde(rename = "type")]
    pub kind: FeedbackType,
    /// 1 to 5.
    pub rating: Option<u8>,
    pub release: Option<String>,
    pub environment: Option<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// The error the reporter met, 32 hexadecimal digits.
    pub associated_event_id: Option<String>,
    pub attachments: Vec<Attachment>,
}

/// The error a piece of feedback is about, once it has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AssociatedError {
    pub issue: String,
    pub title: String,
    pub event_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FeedbackDetail {
    #[serde(flatten)]
    pub feedback: Feedback,
    pub error: Option<AssociatedError>,
    /// Browser, system and other things the client said of itself, as label and text.
    pub client: Vec<(String, String)>,
    /// How many others said nearly the same.
    pub similar: u64,
    pub tags: std::collections::BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackFilter {
    /// In the query language of Fieldfare.
    pub query: Option<String>,
    pub project: Option<String>,
    pub release: Option<String>,
    pub environment: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<FeedbackType>,
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackList {
    pub feedback: Page<Feedback>,
    /// How the query was read, in words; empty without a query.
    pub understood: String,
    /// What the query language could not use, and why, in whole sentences.
    pub hints: Vec<String>,
    pub projects: Vec<String>,
    /// Whether there is any feedback at all.
    pub anything: bool,
}

#[server(prefix = "/fn", endpoint = "list_feedback")]
pub async fn list_feedback(filter: FeedbackFilter) -> Result<FeedbackList, ApiError> {
    crate::backend::answer(async |backend| backend.feedback.list(filter).await).await
}

#[server(prefix = "/fn", endpoint = "get_feedback")]
pub async fn get_feedback(id: i64) -> Result<FeedbackDetail, ApiError> {
    crate::backend::answer(async |backend| backend.feedback.get(id).await).await
}
