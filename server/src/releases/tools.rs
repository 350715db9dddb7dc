//! What tools say of releases: that there is one, when it was released, which commits it holds, where it was put live.

mod commits;
mod deploys;

use fieldfare_app::api::ReleaseStatus;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

pub use commits::{NewCommit, commits, holding, previous_with_commits};
pub use deploys::{NewDeploy, deploy, deploys};

use super::{archive, register};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entities::{issue_release, release, session_hour};

/// Releases of a list, the latest.
const LISTED_MAX: u64 = 100;

/// What a tool says of a release.
#[derive(Clone, Debug, Default)]
pub struct Announced {
    pub version: String,
    pub released_at: Option<i64>,
    pub status: Option<ReleaseStatus>,
    /// The newest first; `None` leaves those that are known.
    pub commits: Option<Vec<NewCommit>>,
}

/// Writes what a tool says and answers the release, and whether it is new.
///
/// # Errors
/// When the database fails.
pub async fn announce(tx: &Tx, now: i64, project_id: i64, announced: &Announced) -> Result<(release::Model, bool)> {
    let (mut row, made) = register(tx, now, project_id, &announced.version).await?;
    if let Some(at) = announced.released_at {
        release::Entity::update_many()
            .col_expr(release::Column::ReleasedAt, Expr::value(at))
            .filter(release::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        row.released_at = Some(at);
    }
    if let Some(status) = announced.status {
        archive::mark(tx, now, row.id, status).await?;
        row.archived_at = (status == ReleaseStatus::Archived).then_some(now);
    }
    if let Some(commits) = &announced.commits {
        commits::replace(tx, &row, commits).await?;
    }
    Ok((row, made))
}

/// The release of this version in each of the projects that have it.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, project_ids: &[i64], version: &str) -> Result<Vec<release::Model>> {
    let of_projects = release::Entity::find().filter(release::Column::ProjectId.is_in(project_ids.iter().copied()));
    Ok(of_projects.filter(release::Column::Version.eq(version)).order_by_asc(release::Column::Id).all(db).await?)
}

/// Releases of these projects, the latest first, each version once with the projects that have it.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    project_ids: &[i64],
    part: Option<&str>,
    status: Option<ReleaseStatus>,
) -> Result<Vec<(release::Model, Vec<i64>)>> {
    let mut select = release::Entity::find().filter(release::Column::ProjectId.is_in(project_ids.iter().copied()));
    if let Some(part) = part {
        select = select.filter(release::Column::Version.contains(part));
    }
    select = match status {
        Some(ReleaseStatus::Open) => select.filter(release::Column::ArchivedAt.is_null()),
        Some(ReleaseStatus::Archived) => select.filter(release::Column::ArchivedAt.is_not_null()),
        None => select,
    };
    let rows = select.order_by_desc(release::Column::Id).limit(LISTED_MAX).all(db).await?;
    Ok(rows.into_iter().fold(Vec::new(), |mut listed: Vec<(release::Model, Vec<i64>)>, row| {
        match listed.iter_mut().find(|(known, _)| known.version == row.version) {
            Some((_, projects)) => projects.push(row.project_id),
            None => listed.push((row.clone(), vec![row.project_id])),
        }
        listed
    }))
}

/// Removes a release that nothing was heard of.
///
/// # Errors
/// When something was: its counters would count for nothing.
pub async fn delete(tx: &Tx, row: &release::Model) -> Result<()> {
    let issues = issue_release::Entity::find()
        .filter(issue_release::Column::ProjectId.eq(row.project_id))
        .filter(issue_release::Column::ReleaseId.eq(row.id))
        .count(tx)
        .await?;
    let sessions = session_hour::Entity::find()
        .filter(session_hour::Column::ProjectId.eq(row.project_id))
        .filter(session_hour::Column::ReleaseId.eq(row.id))
        .count(tx)
        .await?;
    if issues + sessions > 0 {
        return Err(Error::Conflict(format!("release {} has events or sessions, so it is kept", row.version)));
    }
    commits::forget(tx, row).await?;
    deploys::forget(tx, row).await?;
    release::Entity::delete_by_id(row.id).exec(tx).await?;
    Ok(())
}
