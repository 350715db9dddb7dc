//! Who follows an issue, and telling them: of what others do to it, never of their own doing.

use std::collections::{BTreeMap, BTreeSet};

use fieldfare_app::api::{Subscription, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::names;
use crate::error::Result;
use crate::jobs::outbox::{self, Message, Switch};
use crate::store::entities::{activity, subscription};
use crate::store::{Store, Tx};

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
    let ids = names::with_merged(db, issue_id).await?;
    let rows = subscription::Entity::find().filter(subscription::Column::IssueId.is_in(ids)).all(db).await?;
    let left: BTreeSet<i64> =
        rows.iter().filter(|row| row.issue_id == issue_id && !row.is_on).map(|row| row.member_id).collect();
    let stays = rows.into_iter().filter(|row| row.is_on && !left.contains(&row.member_id));
    let reason = |text: &str| Reason::ALL.into_iter().find(|reason| reason.as_str() == text).unwrap_or(Reason::Asked);
    Ok(stays.map(|row| (row.member_id, reason(&row.reason))).collect())
}

/// Writes a line of activity and answers its id; `None` stands for Fieldfare itself.
///
/// # Errors
/// When the database fails.
pub async fn note(tx: &Tx, now: i64, by: Option<i64>, issue_id: i64, what: String) -> Result<i64> {
    let line = activity::ActiveModel {
        id: NotSet,
        issue_id: Set(issue_id),
        member_id: Set(by),
        happened_at: Set(now),
        what: Set(what),
    };
    Ok(activity::Entity::insert(line).exec(tx).await?.last_insert_id)
}

/// Owes a message to whoever follows an issue, but not to whoever did it.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &Tx, now: i64, by: Option<i64>, issue_id: i64, message: &Message) -> Result<()> {
    let mut followers: BTreeSet<i64> = reasons(tx, issue_id).await?.into_keys().collect();
    if let Some(by) = by {
        followers.remove(&by);
    }
    outbox::enqueue_for(tx, now, message, (&followers, Switch::Followed)).await
}

/// Tells whoever follows an issue what the viewer did to it, who follows it from now on. `activity_id` is the first line
/// that says what; those after it, of the same member and moment, are told with it.
///
/// # Errors
/// When the database fails.
pub async fn acted(tx: &Tx, now: i64, viewer: &Viewer, issue_id: i64, activity_id: i64) -> Result<()> {
    let by = viewer.member_id;
    follow(tx, now, issue_id, &BTreeSet::from([by]), Reason::Acted).await?;
    tell(tx, now, Some(by), issue_id, &Message::IssueChanged { issue_id, activity_id }).await
}

/// Tells whoever follows an issue what Fieldfare did to it.
///
/// # Errors
/// When the database fails.
pub async fn happened(tx: &Tx, now: i64, issue_id: i64, activity_id: i64) -> Result<()> {
    tell(tx, now, None, issue_id, &Message::IssueChanged { issue_id, activity_id }).await
}
