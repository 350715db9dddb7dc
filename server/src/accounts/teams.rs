//! Teams: who is in them, and which projects they look after.

mod edit;

use std::collections::HashMap;

use fieldfare_app::api::{Member, Team, Timestamp, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

pub use edit::{create, delete, save};

use super::members;
use crate::error::{Error, Result};
use crate::store::entities::{project, team, team_member, team_project};

/// Every team, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, _viewer: &Viewer) -> Result<Vec<Team>> {
    let rows = team::Entity::find().order_by_asc(team::Column::Name).order_by_asc(team::Column::Id).all(db).await?;
    whole(db, rows).await
}

/// The team of this slug.
///
/// # Errors
/// When there is none.
pub async fn get(db: &impl ConnectionTrait, _viewer: &Viewer, slug: &str) -> Result<Team> {
    let row = row(db, slug).await?;
    whole(db, vec![row]).await?.pop().ok_or_else(|| missing(slug))
}

async fn row(db: &impl ConnectionTrait, slug: &str) -> Result<team::Model> {
    let slug = slug.trim().trim_start_matches('#').to_lowercase();
    let found = team::Entity::find().filter(team::Column::Slug.eq(&slug)).one(db).await?;
    found.ok_or_else(|| missing(&slug))
}

fn missing(slug: &str) -> Error {
    Error::not_found(format!("team #{slug}"))
}

async fn whole(db: &impl ConnectionTrait, rows: Vec<team::Model>) -> Result<Vec<Team>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let in_them =
        team_member::Entity::find().filter(team_member::Column::TeamId.is_in(ids.iter().copied())).all(db).await?;
    let theirs =
        team_project::Entity::find().filter(team_project::Column::TeamId.is_in(ids.iter().copied())).all(db).await?;
    let everybody = members::all(db).await?;
    let slugs = slugs(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let is_in = |member: &&Member| in_them.iter().any(|it| it.team_id == row.id && it.member_id == member.id);
            let projects = theirs.iter().filter(|it| it.team_id == row.id).filter_map(|it| slugs.get(&it.project_id));
            let mut projects: Vec<String> = projects.cloned().collect();
            projects.sort();
            Team {
                id: row.id,
                members: everybody.iter().filter(is_in).cloned().collect(),
                projects,
                created_at: Timestamp(row.created_at),
                slug: row.slug,
                name: row.name,
            }
        })
        .collect())
}

async fn slugs(db: &impl ConnectionTrait) -> Result<HashMap<i64, String>> {
    Ok(project::Entity::find().all(db).await?.into_iter().map(|row| (row.id, row.slug)).collect())
}
