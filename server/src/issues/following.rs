//! Who follows an issue, and telling them: of what others do to it, never of their own doing.

use std::collections::{BTreeMap, BTreeSet};

use fieldfare_app::api::{Subscription, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::names;
use crate::error::Result;
use crate::jobs::outbox::{self, Message, Switch};
use crate::store::entities::{activity, subscription};
use crate::store::{Store, Tx, followers};

/// Why somebody follows an issue; the column `subscription.reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Commented,
    Assigned,
    Mentioned,
    /// Resolved it, merged it, left it to somebody.
    Acted,
    /// Pressed the button.
    Asked,
}

impl Reason {
    const ALL: [Self; 5] = [Self::Commented, Self::Assigned, Self::Mentioned, Self::Acted, Self::Asked];

    fn as_str(self) -> &'static str {
        match self {
            Self::Commented => "commented",
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
            Self::Acted => "acted",
            Self::Asked => "asked",
        }
    }

    /// As the end of the sentence "You follow this since …".
    fn said(self) -> &'static str {
        match self {
            Self::Commented => "you commented on it",
            Self::Assigned => "it was assigned to you or your team",
            Self::Mentioned => "you were mentioned",
            Self::Acted => "you did something about it",
            Self::Asked => "you asked to",
        }
    }

    /// Whether it is their own doing, which brings back whoever has left.
    fn is_own_doing(self) -> bool {
        matches!(self, Self::Commented | Self::Acted | Self::Asked)
    }
}

/// Lets members follow an issue. Whoever has left is brought back by their own doing only.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &Tx, now: i64, issue_id: i64, members: &BTreeSet<i64>, reason: Reason) -> Result<()> {
    use subscription::Column as C;
    if members.is_empty() {
        return Ok(());
    }
    let rows = members.iter().map(|member_id| subscription::ActiveModel {
        issue_id: Set(issue_id),
        member_id: Set(*member_id),
        is_on: Set(true),
        reason: Set(reason.as_str().to_owned()),
        changed_at: Set(now),
    });
    let known = OnConflict::columns([C::IssueId, C::MemberId]);
    let known = match reason.is_own_doing() {
        true => known.clone().update_columns([C::IsOn, C::Reason, C::ChangedAt]).to_owned(),
        false => known.clone().do_nothing().to_owned(),
    };
    subscription::Entity::insert_many(rows).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Lets a member leave an issue, whatever the reason was that they followed it.
///
/// # Errors
/// When the database fails.
pub async fn leave(db: &impl ConnectionTrait, now: i64, issue_id: i64, member_id: i64) -> Result<()> {
    use subscription::Column as C;
    let row = subscription::ActiveModel {
        issue_id: Set(issue_id),
        member_id: Set(member_id),
        is_on: Set(false),
        reason: Set(Reason::Asked.as_str().to_owned()),
        changed_at: Set(now),
    };
    let known =
        OnConflict::columns([C::IssueId, C::MemberId]).update_columns([C::IsOn, C::Reason, C::ChangedAt]).to_owned();
    subscription::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// Follows an issue on behalf of the viewer, or leaves it.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue.
pub async fn subscribe(store: &Store, now: i64, viewer: &Viewer, issue: &str, on: bool) -> Result<()> {
    let tx = store.begin().await?;
    let issue = names::issue(&tx, issue).await?;
    match on {
        true => follow(&tx, now, issue.id, &BTreeSet::from([viewer.member_id]), Reason::Asked).await?,
        false => leave(&tx, now, issue.id, viewer.member_id).await?,
    }
    Ok(tx.commit().await?)
}

/// Whether the viewer follows an issue, and how many do.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue.
pub async fn subscription(db: &impl ConnectionTrait, viewer: &Viewer, issue: &str) -> Result<Subscription> {
    let issue = names::issue(db, issue).await?;
    subscription_of(db, viewer, issue.id).await
}

pub(super) async fn subscription_of(db: &impl ConnectionTrait, viewer: &Viewer, issue_id: i64) -> Result<Subscription> {
    let all = reasons(db, issue_id).await?;
    let own = all.get(&viewer.member_id);
    Ok(Subscription {
        subscribed: own.is_some(),
        reason: own.map(|reason| reason.said().to_owned()),
        subscribers: u64::try_from(all.len()).unwrap_or(u64::MAX),
    })
}

/// Whether a member follows an issue, for the link in a mail.
///
/// # Errors
/// When the database fails.
pub async fn is_follower(db: &impl ConnectionTrait, issue_id: i64, member_id: i64) -> Result<bool> {
    Ok(reasons(db, issue_id).await?.contains_key(&member_id))
}

/// Who follows an issue, or one that was merged into it, and why. Who has left the whole has left.
async fn reasons(db: &impl ConnectionTrait, issue_id: i64) -> Result<BTreeMap<i64, Reason>> {
    let reason = |text: &str| Reason::ALL.into_iter().find(|reason| reason.as_str() == text).unwrap_or(Reason::Asked);
    let all = followers::of(db, &[issue_id]).await?;
    Ok(all.into_iter().map(|follower| (follower.member_id, reason(&follower.reason))).collect())
}

/// Owes a message to whoever follows an issue, but not to whoever did it.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &Tx, now: i64, by: Option<i64>, issue_id: i64, message: &Message) -> Result<()> {
    let followers: BTreeSet<i64> = reasons(tx, issue_id).await?.into_keys().collect();
    tell_these(tx, now, by, followers, message).await
}

async fn tell_these(tx: &Tx, now: i64, by: Option<i64>, mut followers: BTreeSet<i64>, message: &Message) -> Result<()> {
    if let Some(by) = by {
        followers.remove(&by);
    }
    outbox::enqueue_for(tx, now, message, (&followers, Switch::Followed)).await
}

/// The newest line of an issue's activity, from which [`acted`] goes on.
///
/// # Errors
/// When the database fails.
pub async fn last_line(tx: &Tx, issue_id: i64) -> Result<Option<i64>> {
    let lines = activity::Entity::find().select_only().column(activity::Column::Id);
    let newest = lines.filter(activity::Column::IssueId.eq(issue_id)).order_by_desc(activity::Column::Id);
    Ok(newest.into_tuple().one(tx).await?)
}

/// Tells whoever follows an issue what the viewer did to it, who follows it from now on. That is what its activity says
/// after the line `before`; nothing is told where it says nothing.
///
/// # Errors
/// When the database fails.
pub async fn acted(tx: &Tx, now: i64, viewer: &Viewer, issue_id: i64, before: Option<i64>) -> Result<()> {
    let by = viewer.member_id;
    let first = activity::Entity::find()
        .select_only()
        .column(activity::Column::Id)
        .filter(activity::Column::IssueId.eq(issue_id))
        .filter(activity::Column::Id.gt(before.unwrap_or_default()))
        .filter(activity::Column::MemberId.eq(by))
        .order_by_asc(activity::Column::Id);
    let Some(activity_id) = first.into_tuple().one(tx).await? else { return Ok(()) };
    follow(tx, now, issue_id, &BTreeSet::from([by]), Reason::Acted).await?;
    tell(tx, now, Some(by), issue_id, &Message::IssueChanged { issue_id, activity_id }).await
}

/// Tells whoever follows these issues what Fieldfare just did to them: the newest line of the activity of each. One
/// question for all of them, since most are followed by nobody.
///
/// # Errors
/// When the database fails.
pub async fn happened(tx: &Tx, now: i64, issues: &[i64]) -> Result<()> {
    let mut by_issue: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for follower in followers::of(tx, issues).await? {
        by_issue.entry(follower.issue_id).or_default().insert(follower.member_id);
    }
    for (issue_id, followers) in by_issue {
        let Some(activity_id) = last_line(tx, issue_id).await? else { continue };
        tell_these(tx, now, None, followers, &Message::IssueChanged { issue_id, activity_id }).await?;
    }
    Ok(())
}

/// Tells whoever follows one of the issues that something was done to at once, in one mail; `undone` when it was taken
/// back. Nobody follows issues for having done that: there may be thousands.
///
/// # Errors
/// When the database fails.
pub(super) async fn acted_on_many(tx: &Tx, now: i64, viewer: &Viewer, bulk_id: i64, undone: bool) -> Result<()> {
    let all = followers::of_many(tx, bulk_id).await?;
    let followers = all.into_iter().map(|follower| follower.member_id).collect();
    tell_these(tx, now, Some(viewer.member_id), followers, &Message::ManyChanged { bulk_id, undone }).await
}
