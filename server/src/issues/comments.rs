//! What members say about an issue: Markdown, changed by whoever wrote it, mailed to whom it names and to who follows.
//!
//! A comment stays with the issue it was written on. While that is merged into another one, it is shown there.

use fieldfare_app::api::{COMMENT_CHARS_MAX, Comment, Page, Role, Timestamp, Viewer};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::following::{self, Reason};
use super::names::{self, Names};
use super::people::Directory;
use crate::error::{Error, Result};
use crate::jobs::outbox::{self, Message, Switch};
use crate::markdown;
use crate::store::changes::{self, Change};
use crate::store::entities::{comment, issue, subscription};
use crate::store::paging::{self, PAGE_ROWS};
use crate::store::{Store, Tx};

/// One page of the comments on an issue, newest first.
///
/// # Errors
/// [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] for a cursor that is none.
pub async fn list(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    issue: &str,
    cursor: Option<&str>,
) -> Result<Page<Comment>> {
    let issue = names::issue(db, issue).await?;
    let of_issue = comment::Column::IssueId.is_in(names::with_merged(db, issue.id).await?);
    let mut select = comment::Entity::find().filter(of_issue);
    if let Some((_, id)) = paging::given(cursor)? {
        select = select.filter(comment::Column::Id.lt(id));
    }
    let rows = select.order_by_desc(comment::Column::Id).limit(PAGE_ROWS + 1).all(db).await?;
    let (rows, next) = paging::cut(rows, PAGE_ROWS, |row| (0, row.id));
    Ok(Page { data: shown(db, viewer, rows).await?, next })
}

/// One comment on an issue.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn get(db: &impl ConnectionTrait, viewer: &Viewer, issue: &str, id: i64) -> Result<Comment> {
    let row = row(db, &names::issue(db, issue).await?, id).await?;
    shown(db, viewer, vec![row]).await?.pop().ok_or_else(missing)
}

/// Writes a comment, lets its author and whom it names follow the issue, and owes the mails. Answers its id.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] when it is empty or
/// too long.
pub async fn add(store: &Store, now: i64, viewer: &Viewer, issue: &str, body: &str) -> Result<i64> {
    super::require(viewer, Role::Developer)?;
    let body = checked(body)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let issue = names::issue(&tx, issue).await?;
    let row = comment::ActiveModel {
        id: NotSet,
        project_id: Set(issue.project_id),
        issue_id: Set(issue.id),
        member_id: Set(Some(viewer.member_id)),
        body: Set(body),
        created_at: Set(now),
        edited_at: Set(None),
    };
    let row = comment::Entity::insert(row).exec_with_returning(&tx).await?;
    following::follow(&tx, now, issue.id, &[viewer.member_id].into(), Reason::Commented).await?;
    tell_mentioned(&tx, now, viewer, &row).await?;
    let message = Message::Comment { issue_id: issue.id, comment_id: row.id };
    following::tell(&tx, now, Some(viewer.member_id), issue.id, &message).await?;
    record(&tx, &row).await?;
    tx.commit().await?;
    Ok(row.id)
}

/// Changes one of the viewer's comments. Whoever it names now and did not before is told.
///
/// # Errors
/// [`Error::Forbidden`] when it is somebody else's, [`Error::NotFound`] when there is none, [`Error::Invalid`] when
/// nothing would be left of it, or too much.
pub async fn edit(store: &Store, now: i64, viewer: &Viewer, (issue, id): (&str, i64), body: &str) -> Result<()> {
    super::require(viewer, Role::Developer)?;
    let body = checked(body)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let found = row(&tx, &names::issue(&tx, issue).await?, id).await?;
    if found.member_id != Some(viewer.member_id) {
        return Err(Error::Forbidden);
    }
    if found.body == body {
        return Ok(());
    }
    let changed =
        comment::ActiveModel { id: Set(id), body: Set(body), edited_at: Set(Some(now)), ..Default::default() };
    let row = changed.update(&tx).await?;
    tell_mentioned(&tx, now, viewer, &row).await?;
    record(&tx, &row).await?;
    Ok(tx.commit().await?)
}

/// Deletes one of the viewer's comments; leads may delete anybody's.
///
/// # Errors
/// [`Error::Forbidden`] when it is somebody else's, [`Error::NotFound`] when there is none.
pub async fn delete(store: &Store, viewer: &Viewer, issue: &str, id: i64) -> Result<()> {
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let found = row(&tx, &names::issue(&tx, issue).await?, id).await?;
    if !may_delete(viewer, &found) {
        return Err(Error::Forbidden);
    }
    comment::Entity::delete_by_id(id).exec(&tx).await?;
    record(&tx, &found).await?;
    Ok(tx.commit().await?)
}

/// Removes what was said about an issue that is deleted, and about those merged into it, with who followed them.
pub(super) async fn forget(tx: &Tx, issue: &issue::Model) -> Result<()> {
    let ids = names::with_merged(tx, issue.id).await?;
    let of_issue = comment::Entity::find().filter(comment::Column::IssueId.is_in(ids.iter().copied()));
    let gone: Vec<Change> = of_issue.all(tx).await?.iter().map(change).collect();
    comment::Entity::delete_many().filter(comment::Column::IssueId.is_in(ids.iter().copied())).exec(tx).await?;
    subscription::Entity::delete_many().filter(subscription::Column::IssueId.is_in(ids)).exec(tx).await?;
    changes::record(tx, &gone).await
}

/// Comments as pages and the API show them.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    rows: Vec<comment::Model>,
) -> Result<Vec<Comment>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::load(db).await?;
    let authors: Vec<i64> = rows.iter().filter_map(|row| row.member_id).collect();
    let (members, addresses) =
        (names::members(db, authors.iter().copied()).await?, names::addresses(db, authors).await?);
    let issues = names::short_ids(db, rows.iter().map(|row| row.issue_id)).await?;
    let name = |names: &Names, id: Option<i64>| id.and_then(|id| names.get(&id).cloned());
    Ok(rows
        .into_iter()
        .map(|row| Comment {
            id: row.id,
            issue: issues.get(&row.issue_id).cloned().unwrap_or_default(),
            by: name(&members, row.member_id),
            email: name(&addresses, row.member_id),
            html: markdown::html(&row.body, |mention| directory.knows(mention)),
            created_at: Timestamp(row.created_at),
            edited_at: row.edited_at.map(Timestamp),
            may_edit: viewer.role.may(Role::Developer) && row.member_id == Some(viewer.member_id),
            may_delete: may_delete(viewer, &row),
            body: row.body,
        })
        .collect())
}

/// Lets whom a comment names follow its issue, and owes them a mail; the author names themselves in vain.
async fn tell_mentioned(tx: &Tx, now: i64, viewer: &Viewer, row: &comment::Model) -> Result<()> {
    let mentioned = Directory::load(tx).await?.mentioned(&row.body);
    let mut people = mentioned.people(tx).await?;
    people.remove(&viewer.member_id);
    following::follow(tx, now, row.issue_id, &people, Reason::Mentioned).await?;
    let message = Message::Mention { issue_id: row.issue_id, comment_id: row.id };
    outbox::enqueue_for(tx, now, &message, (&people, Switch::Mention)).await
}

async fn row(db: &impl ConnectionTrait, issue: &issue::Model, id: i64) -> Result<comment::Model> {
    let ids = names::with_merged(db, issue.id).await?;
    let found = comment::Entity::find_by_id(id).one(db).await?.filter(|row| ids.contains(&row.issue_id));
    found.ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("comment")
}

fn may_delete(viewer: &Viewer, row: &comment::Model) -> bool {
    let is_own = row.member_id == Some(viewer.member_id) && viewer.role.may(Role::Developer);
    is_own || viewer.role.may(Role::Lead)
}

fn change(row: &comment::Model) -> Change {
    Change::Comment { project_id: row.project_id, comment_id: row.id }
}

async fn record(tx: &Tx, row: &comment::Model) -> Result<()> {
    changes::record(tx, &[change(row)]).await
}

/// The comment as it is kept, or why it cannot be.
fn checked(body: &str) -> Result<String> {
    // Browsers send the line breaks of forms in their own way; PostgreSQL keeps no zeros.
    let body = body.replace("\r\n", "\n").replace('\0', "");
    let body = body.trim_end().trim_start_matches('\n');
    match body.chars().count() {
        0 => Err(Error::invalid("body", "must not be empty")),
        1..=COMMENT_CHARS_MAX => Ok(body.to_owned()),
        _ => Err(Error::invalid("body", format!("must not be longer than {COMMENT_CHARS_MAX} characters"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_kept_as_they_are_meant() {
        for (body, expected) in [
            ("a\r\nb\n\n", Some("a\nb")),
            ("\n\n    code", Some("    code")),
            (" \n\t ", None),
            ("\0", None),
            ("a\0b", Some("ab")),
        ] {
            assert_eq!(checked(body).ok().as_deref(), expected, "{body:?}");
        }
        assert!(checked(&"é".repeat(COMMENT_CHARS_MAX)).is_ok());
        assert!(checked(&"e".repeat(COMMENT_CHARS_MAX + 1)).is_err());
    }
}
