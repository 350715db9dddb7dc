//! What a member said about an issue, to whoever follows it and to whom it names.

use fieldfare_app::routes;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{Links, name, short_id};
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter, words};
use crate::store::entities::comment;

/// The letter to whoever follows the issue.
pub(super) async fn new(db: &impl ConnectionTrait, links: Links<'_>, comment_id: i64) -> Result<Letter> {
    letter(db, links, comment_id, ("commented", "you follow this issue")).await
}

/// The letter to somebody it names.
pub(super) async fn mention(db: &impl ConnectionTrait, links: Links<'_>, comment_id: i64) -> Result<Letter> {
    letter(db, links, comment_id, ("mentioned you", "you were mentioned")).await
}

async fn letter(
    db: &impl ConnectionTrait,
    links: Links<'_>,
    comment_id: i64,
    (did, because): (&'static str, &'static str),
) -> Result<Letter> {
    let found = comment::Entity::find_by_id(comment_id).one(db).await?;
    let comment = found.ok_or_else(|| Error::not_found("comment"))?;
    let issue = super::issue(db, comment.issue_id).await?;
    let project = super::project(db, issue.project_id).await?;
    let (short_id, by) = (short_id(&project, &issue), name(db, comment.member_id).await?);
    let mut body = Body {
        subject: format!("[{}] {by} {did}: {} ({short_id})", project.slug, words(&issue.title)),
        kicker: format!("{by} {did}"),
        title: issue.title.clone(),
        quote: comment.body,
        action: "Open the comment",
        url: links.to(&routes::comment(&short_id, comment.id)),
        because: links.because(because),
        settings_url: links.settings(),
        unsubscribe_url: links.unsubscribe_url.to_owned(),
        ..Body::default()
    };
    body.fact("Where", issue.culprit.unwrap_or_default());
    body.linked_fact("Issue", short_id.as_str(), links.issue(&short_id));
    Ok(body.letter(format!("issue-{}", issue.id))?)
}
