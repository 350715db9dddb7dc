//! The people around an issue, as its page shows them.

use fieldfare_app::api::{Discussion, Role, Viewer};
use sea_orm::ConnectionTrait;

use super::{assignment, following, names, suggestions, timeline};
use crate::error::Result;

/// A page of the timeline, and who follows the issue, who should look, whom it can be left to.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue, [`crate::error::Error::Invalid`] for a cursor that is none.
pub async fn discussion(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    issue: &str,
    before: Option<&str>,
) -> Result<Discussion> {
    let issue = names::issue(db, issue).await?;
    Ok(Discussion {
        timeline: timeline::page_of(db, viewer, &issue, before).await?,
        subscription: following::subscription_of(db, viewer, issue.id).await?,
        suggestions: suggestions::of(db, &issue).await?,
        teams: assignment::teams(db, Some(issue.project_id)).await?,
        may_comment: viewer.role.may(Role::Developer),
    })
}

/// Who should perhaps look at an issue, best first.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue.
pub async fn suggested(
    db: &impl ConnectionTrait,
    _viewer: &Viewer,
    issue: &str,
) -> Result<Vec<fieldfare_app::api::Suggestion>> {
    let issue = names::issue(db, issue).await?;
    suggestions::of(db, &issue).await
}
