//! What somebody did to many issues at once, or took back, to whoever follows one of them.

use std::collections::BTreeSet;

use fieldfare_app::routes;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Links, counted, name};
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter};
use crate::store::entities::{activity, bulk_change};
use crate::store::followers;

/// Issues listed in a mail.
const ISSUES_MAX: usize = 20;

/// `member_id` is who the letter goes to: it lists the issues they follow.
pub(super) async fn told(
    db: &impl ConnectionTrait,
    links: Links<'_>,
    member_id: i64,
    (bulk_id, undone): (i64, bool),
) -> Result<Letter> {
    let found = bulk_change::Entity::find_by_id(bulk_id).one(db).await?;
    let change = found.ok_or_else(|| Error::not_found("change"))?;
    let followed = followed(db, member_id, &change, undone).await?;
    let by = name(db, Some(change.member_id)).await?;
    let count = counted(i64::try_from(followed.len()).unwrap_or(i64::MAX), "issue", "issues");
    let what = match undone {
        true => format!("took back that {count} you follow were {}", change.what),
        false => format!("changed {count} you follow: {}", change.what),
    };
    let body = Body {
        subject: format!("{by} {what}"),
        kicker: format!("{by} changed many issues at once"),
        title: format!("{by} {what}"),
        issues: super::linked(db, links, followed.iter().copied().take(ISSUES_MAX).collect()).await?,
        action: "Open the inbox",
        url: links.to(routes::ISSUES),
        because: "you follow these issues",
        settings_url: links.settings(),
        unsubscribe_url: links.unsubscribe_url.to_owned(),
        ..Body::default()
    };
    Ok(body.letter(format!("bulk-{bulk_id}"))?)
}

/// Those of the issues that the member follows; when it was taken back, those that are again as they were.
async fn followed(
    db: &impl ConnectionTrait,
    member_id: i64,
    change: &bulk_change::Model,
    undone: bool,
) -> Result<Vec<i64>> {
    let all = followers::of_many(db, change.id).await?;
    let theirs = all.into_iter().filter(|follower| follower.member_id == member_id);
    let theirs: BTreeSet<i64> = theirs.map(|follower| follower.issue_id).collect();
    if !undone {
        return Ok(theirs.into_iter().collect());
    }
    let back = activity::Entity::find()
        .select_only()
        .column(activity::Column::IssueId)
        .distinct()
        .filter(activity::Column::IssueId.is_in(theirs))
        .filter(activity::Column::HappenedAt.eq(change.undone_at))
        .order_by_asc(activity::Column::IssueId);
    Ok(back.into_tuple().all(db).await?)
}
