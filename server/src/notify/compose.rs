//! Putting into words what is owed: from ids to letters, one file per subject.

mod change;
mod comment;
mod feedback;
mod incident;
mod issue;
mod many;

use fieldfare_app::routes;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::letter::{Letter, LinkedIssue, words};
use crate::error::{Error, Result};
use crate::jobs::outbox::{Message, Owed, Switch};
use crate::store::entities::{issue as issue_table, member, project, release};

/// Writes the letter a member is owed, from what the tables say now. `unsubscribe_url` ends such mails.
///
/// # Errors
/// [`Error::NotFound`] when what it tells of is gone.
pub(super) async fn letter(
    db: &impl ConnectionTrait,
    (public_url, unsubscribe_url): (&str, &str),
    (member_id, owed): (i64, &Owed),
) -> Result<Letter> {
    let links = Links { public_url, unsubscribe_url, is_followed: owed.switch() == Switch::Followed };
    match &owed.message {
        Message::NewIssue { issue_id } => issue::new(db, links, *issue_id).await,
        Message::Regression { regression_id, .. } => issue::regression(db, links, *regression_id).await,
        Message::NewFeedback { feedback_id, .. } => feedback::new(db, links, *feedback_id).await,
        Message::IncidentDeclared { incident_id, entry_id }
        | Message::IncidentUpdated { incident_id, entry_id }
        | Message::IncidentResolved { incident_id, entry_id } => {
            incident::update(db, links, *incident_id, *entry_id).await
        }
        Message::Comment { comment_id, .. } => comment::new(db, links, *comment_id).await,
        Message::Mention { comment_id, .. } => comment::mention(db, links, *comment_id).await,
        Message::IssueChanged { activity_id, .. } => change::told(db, links, *activity_id).await,
        Message::ManyChanged { bulk_id, undone } => many::told(db, links, member_id, (*bulk_id, *undone)).await,
    }
}

/// Addresses as a mail needs them: whole.
#[derive(Clone, Copy)]
struct Links<'a> {
    public_url: &'a str,
    /// Ends such mails, without asking to sign in.
    unsubscribe_url: &'a str,
    /// Whether it goes to somebody since they follow the issue.
    is_followed: bool,
}

impl Links<'_> {
    fn to(self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    fn issue(self, short_id: &str) -> String {
        self.to(&routes::issue(short_id))
    }

    /// Ends the sentence "You get this mail because".
    fn because(self, otherwise: &'static str) -> &'static str {
        if self.is_followed { "you follow this issue" } else { otherwise }
    }

    fn settings(self) -> String {
        self.to(routes::SETTINGS)
    }
}

async fn project(db: &impl ConnectionTrait, id: i64) -> Result<project::Model> {
    project::Entity::find_by_id(id).one(db).await?.ok_or_else(|| Error::not_found("project"))
}

async fn issue(db: &impl ConnectionTrait, id: i64) -> Result<issue_table::Model> {
    issue_table::Entity::find_by_id(id).one(db).await?.ok_or_else(|| Error::not_found("issue"))
}

/// What a member is called; `None` stands for Fieldfare itself.
async fn name(db: &impl ConnectionTrait, member_id: Option<i64>) -> Result<String> {
    let Some(id) = member_id else { return Ok("Fieldfare".to_owned()) };
    Ok(member::Entity::find_by_id(id).one(db).await?.map_or_else(|| "Somebody".to_owned(), |row| row.name))
}

/// The version of a release; empty for "no release".
async fn version(db: &impl ConnectionTrait, id: i64) -> Result<String> {
    Ok(release::Entity::find_by_id(id).one(db).await?.map(|row| row.version).unwrap_or_default())
}

/// `SHOP-12`.
fn short_id(project: &project::Model, issue: &issue_table::Model) -> String {
    format!("{}-{}", project.slug.to_uppercase(), issue.number)
}

/// ` in 2.4.0`, or nothing.
fn in_version(version: &str) -> String {
    if version.is_empty() { String::new() } else { format!(" in {version}") }
}

/// `1 event`, `2 events`.
fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Issues as letters list them, in the order of their numbers; what is gone is left out.
async fn linked(db: &impl ConnectionTrait, links: Links<'_>, ids: Vec<i64>) -> Result<Vec<LinkedIssue>> {
    let of_ids = issue_table::Entity::find().filter(issue_table::Column::Id.is_in(ids));
    let issues = of_ids.order_by_asc(issue_table::Column::Id).all(db).await?;
    let projects = project::Entity::find().all(db).await?;
    let of = |issue: &issue_table::Model| projects.iter().find(|project| project.id == issue.project_id);
    let named = issues.into_iter().filter_map(|issue| Some((short_id(of(&issue)?, &issue), issue.title)));
    Ok(named
        .map(|(short_id, title)| LinkedIssue { url: links.issue(&short_id), title: words(&title), short_id })
        .collect())
}
