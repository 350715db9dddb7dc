//! Comments as documents: under the issue they are shown on, which is another one while theirs is merged into it.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::document::{Document, Key, Kind};
use crate::error::Result;
use crate::store::entities::{comment, issue_part, member};

/// Issues in one question, far below SQLite's limit of 32,766 variables.
const ISSUES_PER_QUERY: usize = 1_000;

/// The documents of these comments, as far as their rows exist.
pub(super) async fn load(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Document>> {
    let rows = comment::Entity::find().filter(comment::Column::Id.is_in(ids.to_vec())).all(db).await?;
    let authors: HashSet<i64> = rows.iter().filter_map(|row| row.member_id).collect();
    let authors = member::Entity::find().filter(member::Column::Id.is_in(authors)).all(db).await?;
    let authors: HashMap<i64, (String, String)> =
        authors.into_iter().map(|row| (row.id, (row.name, row.email))).collect();
    let whole = whole(db, rows.iter().map(|row| row.issue_id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let issue_id = whole.get(&row.issue_id).copied().unwrap_or(row.issue_id);
            let mut document =
                Document::new(Key::Comment(row.id), Kind::Comment, row.project_id, issue_id, row.created_at);
            document.body = row.body;
            let author = row.member_id.and_then(|id| authors.get(&id));
            document.rest.extend(author.into_iter().flat_map(|(name, email)| [name.clone(), email.clone()]));
            document
        })
        .collect())
}

/// The comments of issues that changed, and of those merged into them: a merge or a split shows them on another one.
pub(super) async fn of_issues(db: &impl ConnectionTrait, keys: &HashSet<Key>) -> Result<Vec<Key>> {
    let issues: Vec<i64> =
        keys.iter().filter_map(|key| if let Key::Issue(id) = key { Some(*id) } else { None }).collect();
    let mut found = Vec::new();
    for issues in issues.chunks(ISSUES_PER_QUERY) {
        let homes = issue_part::Entity::find().select_only().column(issue_part::Column::HomeIssueId);
        let homes: Vec<i64> =
            homes.filter(issue_part::Column::IssueId.is_in(issues.iter().copied())).into_tuple().all(db).await?;
        let issues: HashSet<i64> = issues.iter().copied().chain(homes).collect();
        let select = comment::Entity::find().select_only().column(comment::Column::Id);
        let ids: Vec<i64> = select.filter(comment::Column::IssueId.is_in(issues)).into_tuple().all(db).await?;
        found.extend(ids.into_iter().map(Key::Comment));
    }
    Ok(found)
}

/// The issue each of these is in now; those that stand alone are not among them.
async fn whole(db: &impl ConnectionTrait, issues: impl Iterator<Item = i64>) -> Result<HashMap<i64, i64>> {
    let parts =
        issue_part::Entity::find().filter(issue_part::Column::HomeIssueId.is_in(issues.collect::<HashSet<_>>()));
    Ok(parts.all(db).await?.into_iter().map(|part| (part.home_issue_id, part.issue_id)).collect())
}
