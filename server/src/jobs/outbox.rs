//! Messages owed to members, written in the transaction of what they tell of.
//!
//! The payload names things by id; what the mail says is decided when it is sent, by `notify`.

use std::collections::BTreeSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{member, notification};

/// Something members may want to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    NewIssue {
        issue_id: i64,
    },
    /// `regression_id` is a row of the table of that name.
    Regression {
        issue_id: i64,
        regression_id: i64,
    },
    NewFeedback {
        feedback_id: i64,
        /// `None` for what was owed by earlier versions.
        #[serde(default)]
        issue_id: Option<i64>,
    },
    /// `entry_id` is the line of the timeline that says what happened.
    IncidentDeclared {
        incident_id: i64,
        entry_id: i64,
    },
    IncidentUpdated {
        incident_id: i64,
        entry_id: i64,
    },
    IncidentResolved {
        incident_id: i64,
        entry_id: i64,
    },
    Comment {
        issue_id: i64,
        comment_id: i64,
    },
    /// The same comment, to somebody it names.
    Mention {
        issue_id: i64,
        comment_id: i64,
    },
    /// Something was done to an issue; `activity_id` is the first line that says what.
    IssueChanged {
        issue_id: i64,
        activity_id: i64,
    },
    /// Something was done to many issues at once, or taken back.
    ManyChanged {
        bulk_id: i64,
        undone: bool,
    },
}

/// What a member can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    NewIssue,
    Regression,
    Feedback,
    Incident,
    /// Whatever happens to an issue they follow.
    Followed,
    Mention,
}

/// A message as its row holds it: with why this member gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    #[serde(flatten)]
    pub message: Message,
    /// `None` for what was owed by earlier versions: by the switch of its kind.
    #[serde(default)]
    pub because: Option<Switch>,
}

impl Owed {
    /// The switch by which this member gets it.
    pub fn switch(&self) -> Switch {
        self.because.unwrap_or_else(|| self.message.switch())
    }
}

impl Switch {
    const ALL: [Self; 6] =
        [Self::NewIssue, Self::Regression, Self::Feedback, Self::Incident, Self::Followed, Self::Mention];

    /// The column of `member` that it is.
    pub fn column(self) -> member::Column {
        match self {
            Self::NewIssue => member::Column::MailNewIssue,
            Self::Regression => member::Column::MailRegression,
            Self::Feedback => member::Column::MailFeedback,
            Self::Incident => member::Column::MailIncident,
            Self::Followed => member::Column::MailFollowed,
            Self::Mention => member::Column::MailMention,
        }
    }

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewIssue => "new_issue",
            Self::Regression => "regression",
            Self::Feedback => "feedback",
            Self::Incident => "incident",
            Self::Followed => "followed",
            Self::Mention => "mention",
        }
    }

    /// The switch of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|switch| switch.as_str() == name)
    }
}

impl Message {
    /// The name stored beside the payload.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NewIssue { .. } => "new_issue",
            Self::Regression { .. } => "regression",
            Self::NewFeedback { .. } => "new_feedback",
            Self::IncidentDeclared { .. } => "incident_declared",
            Self::IncidentUpdated { .. } => "incident_updated",
            Self::IncidentResolved { .. } => "incident_resolved",
            Self::Comment { .. } => "comment",
            Self::Mention { .. } => "mention",
            Self::IssueChanged { .. } => "issue_changed",
            Self::ManyChanged { .. } => "many_changed",
        }
    }

    /// What switches its kind on.
    pub fn switch(&self) -> Switch {
        match self {
            Self::NewIssue { .. } => Switch::NewIssue,
            Self::Regression { .. } => Switch::Regression,
            Self::NewFeedback { .. } => Switch::Feedback,
            Self::IncidentDeclared { .. } | Self::IncidentUpdated { .. } | Self::IncidentResolved { .. } => {
                Switch::Incident
            }
            Self::Comment { .. } | Self::IssueChanged { .. } | Self::ManyChanged { .. } => Switch::Followed,
            Self::Mention { .. } => Switch::Mention,
        }
    }

    /// The issue it is about, if it is about one.
    pub fn issue_id(&self) -> Option<i64> {
        match self {
            Self::NewIssue { issue_id }
            | Self::Regression { issue_id, .. }
            | Self::Comment { issue_id, .. }
            | Self::Mention { issue_id, .. }
            | Self::IssueChanged { issue_id, .. } => Some(*issue_id),
            Self::NewFeedback { issue_id, .. } => *issue_id,
            Self::IncidentDeclared { .. }
            | Self::IncidentUpdated { .. }
            | Self::IncidentResolved { .. }
            | Self::ManyChanged { .. } => None,
        }
    }

    /// Names what happened, so that it is never told twice to the same person.
    fn key(&self) -> String {
        match self {
            Self::NewIssue { issue_id } => format!("new_issue:{issue_id}"),
            Self::Regression { regression_id, .. } => format!("regression:{regression_id}"),
            Self::NewFeedback { feedback_id, .. } => format!("new_feedback:{feedback_id}"),
            Self::IncidentDeclared { entry_id, .. }
            | Self::IncidentUpdated { entry_id, .. }
            | Self::IncidentResolved { entry_id, .. } => format!("incident_entry:{entry_id}"),
            Self::Comment { comment_id, .. } | Self::Mention { comment_id, .. } => format!("comment:{comment_id}"),
            Self::IssueChanged { activity_id, .. } => format!("activity:{activity_id}"),
            Self::ManyChanged { bulk_id, undone: false } => format!("bulk:{bulk_id}"),
            Self::ManyChanged { bulk_id, undone: true } => format!("bulk_undone:{bulk_id}"),
        }
    }
}

/// Owes a message to every member who has its kind switched on.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(tx: &Tx, now: i64, message: &Message) -> Result<()> {
    let recipients = member::Entity::find().filter(message.switch().column().eq(true)).all(tx).await?;
    owe(tx, now, Owed { message: message.clone(), because: None }, recipients).await
}

/// Owes a message to those of these members who have `switch` on. Whoever is owed it already is not owed it twice.
///
/// # Errors
/// When the database fails.
pub async fn enqueue_for(
    tx: &Tx,
    now: i64,
    message: &Message,
    (members, switch): (&BTreeSet<i64>, Switch),
) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let recipients = member::Entity::find()
        .filter(member::Column::Id.is_in(members.iter().copied()))
        .filter(switch.column().eq(true))
        .all(tx)
        .await?;
    owe(tx, now, Owed { message: message.clone(), because: Some(switch) }, recipients).await
}

async fn owe(tx: &Tx, now: i64, owed: Owed, recipients: Vec<member::Model>) -> Result<()> {
    if recipients.is_empty() {
        return Ok(());
    }
    let payload = serde_json::to_string(&owed).map_err(anyhow::Error::from)?;
    let message = owed.message;
    let rows = recipients.into_iter().map(|member| notification::ActiveModel {
        id: NotSet,
        dedup: Set(format!("{}:{}", message.key(), member.id)),
        kind: Set(message.kind().to_owned()),
        member_id: Set(member.id),
        address: Set(member.email),
        payload: Set(payload.clone()),
        created_at: Set(now),
        attempts: Set(0),
        next_attempt_at: Set(now),
        claimed_until: Set(None),
        delivered_at: Set(None),
        given_up_at: Set(None),
        last_error: Set(None),
        issue_id: Set(message.issue_id()),
    });
    let conflict = OnConflict::column(notification::Column::Dedup).do_nothing().to_owned();
    notification::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_versions_owed_is_still_understood() {
        for (payload, switch) in [
            (r#"{"kind":"new_issue","issue_id":7}"#, Switch::NewIssue),
            (r#"{"kind":"new_feedback","feedback_id":7}"#, Switch::Feedback),
            (r#"{"kind":"regression","issue_id":7,"regression_id":1,"because":"followed"}"#, Switch::Followed),
        ] {
            let owed: Owed = serde_json::from_str(payload).unwrap();
            assert_eq!(owed.switch(), switch, "{payload}");
            let again: Owed = serde_json::from_str(&serde_json::to_string(&owed).unwrap()).unwrap();
            assert_eq!(again, owed);
        }
        assert!(Switch::ALL.into_iter().all(|switch| Switch::named(switch.as_str()) == Some(switch)));
    }
}
