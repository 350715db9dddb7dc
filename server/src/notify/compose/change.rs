//! What somebody did to an issue, to whoever follows it. One mail tells all that was done at once.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Links, name, short_id};
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter, words};
use crate::store::entities::activity;

/// Lines told in one mail: a merge of a hundred issues is as many.
const LINES_MAX: u64 = 20;

pub(super) async fn told(db: &impl ConnectionTrait, links: Links<'_>, activity_id: i64) -> Result<Letter> {
    let lines = lines(db, activity_id).await?;
    let first = lines.first().ok_or_else(|| Error::not_found("change"))?;
    let issue = super::issue(db, first.issue_id).await?;
    let project = super::project(db, issue.project_id).await?;
    let (short_id, by) = (short_id(&project, &issue), name(db, first.member_id).await?);
    let mut body = Body {
        subject: format!("[{}] {by} {}: {} ({short_id})", project.slug, words(&first.what), words(&issue.title)),
        kicker: format!("{by} {}", first.what),
        title: issue.title.clone(),
        lead: lines.iter().skip(1).map(|line| format!("{by} {}.", line.what)).collect(),
        action: "Open the issue",
        url: links.issue(&short_id),
        because: links.because("you follow this issue"),
        settings_url: links.settings(),
        unsubscribe_url: links.unsubscribe_url.to_owned(),
        ..Body::default()
    };
    body.fact("Issue", short_id);
    body.fact("Where", issue.culprit.unwrap_or_default());
    body.fact("Status", issue.status_reason.unwrap_or(issue.status));
    Ok(body.letter(format!("issue-{}", issue.id))?)
}

/// A line of activity with those after it that the same member wrote at the same moment.
async fn lines(db: &impl ConnectionTrait, activity_id: i64) -> Result<Vec<activity::Model>> {
    let Some(first) = activity::Entity::find_by_id(activity_id).one(db).await? else { return Ok(Vec::new()) };
    let after = activity::Entity::find()
        .filter(activity::Column::IssueId.eq(first.issue_id))
        .filter(activity::Column::HappenedAt.eq(first.happened_at))
        .filter(activity::Column::Id.gte(first.id))
        .order_by_asc(activity::Column::Id)
        .limit(LINES_MAX);
    let same = after.all(db).await?.into_iter().filter(|line| line.member_id == first.member_id);
    Ok(same.collect())
}
