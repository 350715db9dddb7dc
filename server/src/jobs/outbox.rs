//! Messages owed to members, written in the transaction of what they tell of.
//!
//! The payload names things by id; what the mail says is decided when it is sent, by `notify`.

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
        }
    }

    /// The column of `member` that switches it on.
    fn switch(&self) -> member::Column {
        match self {
            Self::NewIssue { .. } => member::Column::MailNewIssue,
            Self::Regression { .. } => member::Column::MailRegression,
            Self::NewFeedback { .. } => member::Column::MailFeedback,
            Self::IncidentDeclared { .. } | Self::IncidentUpdated { .. } | Self::IncidentResolved { .. } => {
                member::Column::MailIncident
            }
        }
    }

    /// Names what happened, so that it is never told twice to the same person.
    fn key(&self) -> String {
        match self {
            Self::NewIssue { issue_id } => format!("new_issue:{issue_id}"),
            Self::Regression { regression_id, .. } => format!("regression:{regression_id}"),
            Self::NewFeedback { feedback_id } => format!("new_feedback:{feedback_id}"),
            Self::IncidentDeclared { entry_id, .. }
            | Self::IncidentUpdated { entry_id, .. }
            | Self::IncidentResolved { entry_id, .. } => format!("incident_entry:{entry_id}"),
        }
    }
}

/// Owes a message to every member who has its kind switched on.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(tx: &Tx, now: i64, message: &Message) -> Result<()> {
    let recipients = member::Entity::find().filter(message.switch().eq(true)).all(tx).await?;
    if recipients.is_empty() {
        return Ok(());
    }
    let payload = serde_json::to_string(message).map_err(anyhow::Error::from)?;
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
    });
    let conflict = OnConflict::column(notification::Column::Dedup).do_nothing().to_owned();
    notification::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}
