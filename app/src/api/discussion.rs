//! The people around an issue: what they said, what happened, who follows it, who should look.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, Page, TeamName, Timestamp};

/// Longest comment, characters: several screens; a longer one is a document, or a log that belongs elsewhere.
pub const COMMENT_CHARS_MAX: usize = 10_000;

/// What a member said about an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Comment {
    pub id: i64,
    /// Short id of the issue it was written on, which may have been merged since.
    pub issue: String,
    /// Name of whoever wrote it; `null` when they are gone.
    pub by: Option<String>,
    /// E-mail address of whoever wrote it.
    pub email: Option<String>,
    /// Markdown, as it was written.
    pub body: String,
    /// The same as HTML without anything that runs, loads or leads elsewhere than it says.
    pub html: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, format = DateTime))]
    pub edited_at: Option<Timestamp>,
    /// Whether whoever asks may change it: their own.
    pub may_edit: bool,
    /// Whether whoever asks may delete it: their own, and leads any.
    pub may_delete: bool,
}

named! {
    /// What a moment of an issue's life is.
    MomentKind {
        Comment = "comment",
        /// Something a member or Fieldfare did: states, merges, assignments, links.
        Activity = "activity",
        /// It was seen in a release for the first time, or came back in one.
        Release = "release",
        /// One of these releases was put live.
        Deploy = "deploy",
        /// A mail about it was sent.
        Mail = "mail",
    }
}

/// One moment of an issue's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Moment {
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    pub kind: MomentKind,
    /// The member whose doing it was; `null` for Fieldfare itself, and for what nobody did.
    pub by: Option<String>,
    /// A sentence; of an activity without its subject: `resolved this in 2.4.0`.
    pub what: String,
    /// The version a release or a deploy is of.
    pub release: Option<String>,
    pub comment: Option<Comment>,
}

/// Whether whoever asks follows an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Subscription {
    pub subscribed: bool,
    /// Why, as the end of a sentence: `you commented on it`.
    pub reason: Option<String>,
    /// How many members follow it.
    pub subscribers: u64,
}

/// Somebody who should perhaps look, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// A member's e-mail address, or `#team`.
    pub assignee: String,
    pub name: String,
    /// Whole sentences without their subject.
    pub reasons: Vec<String>,
}

/// What the issue page shows of the people around an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    /// Newest first.
    pub timeline: Page<Moment>,
    pub subscription: Subscription,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// Those of the project first.
    pub teams: Vec<TeamName>,
    pub may_comment: bool,
}

/// What a link in a mail would end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscription {
    /// The end of the sentence "You get mail about".
    pub about: String,
    /// To whom the mail went.
    pub email: String,
    /// Whether it has ended already.
    pub is_over: bool,
}

/// `before` is the cursor of a page of the timeline, empty for the first.
#[server(prefix = "/fn", endpoint = "load_discussion")]
pub async fn load_discussion(short_id: String, #[server(default)] before: String) -> Result<Discussion, ApiError> {
    crate::backend::answer(async |backend| backend.discussions.get(short_id, before).await).await
}

#[server(prefix = "/fn", endpoint = "add_comment")]
pub async fn add_comment(short_id: String, #[server(default)] body: String) -> Result<(), ApiError> {
    let issue = short_id.clone();
    let id = crate::backend::answer(async |backend| backend.discussions.add(issue, body).await).await?;
    leptos_axum::redirect(&crate::routes::comment(&short_id, id), false);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "edit_comment")]
pub async fn edit_comment(short_id: String, comment: i64, #[server(default)] body: String) -> Result<(), ApiError> {
    let issue = short_id.clone();
    crate::backend::answer(async |backend| backend.discussions.edit(issue, comment, body).await).await?;
    leptos_axum::redirect(&crate::routes::comment(&short_id, comment), false);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "delete_comment")]
pub async fn delete_comment(short_id: String, comment: i64) -> Result<(), ApiError> {
    let issue = short_id.clone();
    crate::backend::answer(async |backend| backend.discussions.delete(issue, comment).await).await?;
    leptos_axum::redirect(&crate::routes::timeline(&short_id), false);
    Ok(())
}

/// `on` says whether to follow the issue from now on, or no longer.
#[server(prefix = "/fn", endpoint = "subscribe_to_issue")]
pub async fn subscribe_to_issue(short_id: String, on: bool) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.discussions.subscribe(short_id, on).await).await
}

/// For whoever has the link, signed in or not.
#[server(prefix = "/fn", endpoint = "load_unsubscription")]
pub async fn load_unsubscription(token: String) -> Result<Unsubscription, ApiError> {
    crate::backend::answer(async |backend| backend.discussions.unsubscription(token).await).await
}
