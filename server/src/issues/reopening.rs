//! Issues that came back in a release: the rows that say so, and whom to tell.

use fieldfare_app::api::Substatus;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait};

use super::following;
use super::state::{Entry, Subject};
use crate::error::Result;
use crate::jobs::outbox::{self, Message};
use crate::store::Tx;
use crate::store::entities::regression;

/// A regression and the release it was seen in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regressed {
    pub issue: Subject,
    pub release_id: i64,
    pub happened_at: i64,
    pub reason: String,
}

impl Regressed {
    /// The state it enters.
    pub fn entry(&self, now: i64) -> Entry {
        let words = (self.reason.clone(), format!("reopened this: {}", self.reason));
        Entry::unresolved(self.issue, now, Substatus::Regressed, words)
    }
}

/// Records that an issue came back, and owes the mails.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &Tx, now: i64, regressed: &Regressed) -> Result<()> {
    let row = regression::ActiveModel {
        id: NotSet,
        project_id: Set(regressed.issue.project_id),
        issue_id: Set(regressed.issue.id),
        release_id: Set(regressed.release_id),
        happened_at: Set(regressed.happened_at),
        reason: Set(regressed.reason.clone()),
    };
    let row = regression::Entity::insert(row).exec_with_returning(tx).await?;
    let message = Message::Regression { issue_id: regressed.issue.id, regression_id: row.id };
    outbox::enqueue(tx, now, &message).await?;
    // Those who follow it hear of it even where they do not hear of every regression.
    following::tell(tx, now, None, regressed.issue.id, &message).await
}
