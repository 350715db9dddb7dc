//! Names of what rows hold by number, a page's worth at a time: one query each, however many rows ask.

use std::collections::HashMap;

use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::merge::MERGED;
use crate::error::{Error, Result};
use crate::store::entities::{environment, issue, issue_part, member, project, release, team};

/// A name by its number; 0 and what is gone have none.
pub type Names = HashMap<i64, String>;

/// The id people write, `SHOP-12`.
pub fn short_id(slug: &str, number: i64) -> String {
    format!("{}-{number}", slug.to_uppercase())
}

/// Runs a statement built by hand, on either database.
///
/// # Errors
/// When the database fails.
pub async fn fetch<R: FromQueryResult>(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<R>> {
    Ok(R::find_by_statement(db.get_database_backend().build(select)).all(db).await?)
}

/// Slugs of all projects; an installation has few.
///
/// # Errors
/// When the database fails.
pub async fn projects(db: &impl ConnectionTrait) -> Result<Names> {
    let select = project::Entity::find().select_only().columns([project::Column::Id, project::Column::Slug]);
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// Versions of releases.
///
/// # Errors
/// When the database fails.
pub async fn releases(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = release::Entity::find()
        .select_only()
        .columns([release::Column::Id, release::Column::Version])
        .filter(release::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// Names of environments.
///
/// # Errors
/// When the database fails.
pub async fn environments(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = environment::Entity::find()
        .select_only()
        .columns([environment::Column::Id, environment::Column::Name])
        .filter(environment::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// What members are called.
///
/// # Errors
/// When the database fails.
pub async fn members(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = member::Entity::find()
        .select_only()
        .columns([member::Column::Id, member::Column::Name])
        .filter(member::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// E-mail addresses of members.
///
/// # Errors
/// When the database fails.
pub async fn addresses(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = member::Entity::find()
        .select_only()
        .columns([member::Column::Id, member::Column::Email])
        .filter(member::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// Slugs of teams.
///
/// # Errors
/// When the database fails.
pub async fn teams(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let ids: Vec<i64> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let select = team::Entity::find()
        .select_only()
        .columns([team::Column::Id, team::Column::Slug])
        .filter(team::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// Short ids of issues.
///
/// # Errors
/// When the database fails.
pub async fn short_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let slugs = projects(db).await?;
    let select = issue::Entity::find()
        .select_only()
        .columns([issue::Column::Id, issue::Column::ProjectId, issue::Column::Number])
        .filter(issue::Column::Id.is_in(ids));
    let rows = select.into_tuple::<(i64, i64, i64)>().all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, project_id, number)| Some((id, short_id(slugs.get(&project_id)?, number))))
        .collect())
}

/// The project of this slug.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn project(db: &impl ConnectionTrait, slug: &str) -> Result<project::Model> {
    let found = project::Entity::find().filter(project::Column::Slug.eq(slug.to_lowercase())).one(db).await?;
    found.ok_or_else(|| Error::not_found("project"))
}

/// The issue that a short id or a plain number names; the one it is in, if it was merged.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn issue(db: &impl ConnectionTrait, reference: &str) -> Result<issue::Model> {
    let missing = || Error::not_found("issue");
    if let Ok(id) = reference.parse::<i64>() {
        let found = issue::Entity::find_by_id(id).one(db).await?.ok_or_else(missing)?;
        return whole(db, found).await;
    }
    let (slug, number) = reference.rsplit_once('-').ok_or_else(missing)?;
    let number: i64 = number.parse().map_err(|_| missing())?;
    let project = project(db, slug).await.map_err(|error| match error {
        Error::NotFound(_) => missing(),
        other => other,
    })?;
    let of_project = issue::Entity::find().filter(issue::Column::ProjectId.eq(project.id));
    let found = of_project.filter(issue::Column::Number.eq(number)).one(db).await?.ok_or_else(missing)?;
    whole(db, found).await
}

/// An issue and those that were merged into it, whose comments and followers are still theirs.
///
/// # Errors
/// When the database fails.
pub async fn with_merged(db: &impl ConnectionTrait, issue_id: i64) -> Result<Vec<i64>> {
    let homes = issue_part::Entity::find()
        .select_only()
        .column(issue_part::Column::HomeIssueId)
        .filter(issue_part::Column::IssueId.eq(issue_id));
    let homes: Vec<i64> = homes.into_tuple().all(db).await?;
    Ok(std::iter::once(issue_id).chain(homes.into_iter().filter(|id| *id != issue_id)).collect())
}

/// The issue that an issue is in now: itself, unless it was merged.
async fn whole(db: &impl ConnectionTrait, found: issue::Model) -> Result<issue::Model> {
    if found.status != MERGED {
        return Ok(found);
    }
    let part = issue_part::Entity::find().filter(issue_part::Column::HomeIssueId.eq(found.id)).one(db).await?;
    let part = part.ok_or_else(|| Error::not_found("issue"))?;
    issue::Entity::find_by_id(part.issue_id).one(db).await?.ok_or_else(|| Error::not_found("issue"))
}
