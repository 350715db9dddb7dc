//! The commits a release holds, as a tool sent them.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::LISTED_MAX;
use crate::error::Result;
use crate::releases::order::{ReleaseOrder, rank};
use crate::store::Tx;
use crate::store::entities::release;
use crate::store::entities::release_commit::{ActiveModel, Column, Entity, Model};

/// Commits kept of a release, the newest; a release with more is a first one, and its history says nothing of it.
const COMMITS_MAX: usize = 1_000;
/// Releases looked at for one commit; it is in those since it was made, as far as tools repeat it.
const HOLDING_MAX: u64 = 500;
/// Longest text of a commit kept, characters.
const TEXT_CHARS: usize = 1_000;

/// A commit of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCommit {
    pub sha: String,
    pub repository: String,
    pub author_name: Option<String>,
    pub author_email: Option<String>,
    pub message: Option<String>,
    pub committed_at: Option<i64>,
}

/// The commits of a release, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn commits(db: &impl ConnectionTrait, release: &release::Model) -> Result<Vec<Model>> {
    Ok(of(release).order_by_asc(Column::Position).limit(COMMITS_MAX as u64).all(db).await?)
}

/// The latest other release of these projects that has commits, with the newest of them.
///
/// # Errors
/// When the database fails.
pub async fn previous_with_commits(
    db: &impl ConnectionTrait,
    project_ids: &[i64],
    version: &str,
) -> Result<Option<(release::Model, Model)>> {
    let others = release::Entity::find()
        .filter(release::Column::ProjectId.is_in(project_ids.iter().copied()))
        .filter(release::Column::Version.ne(version))
        .order_by_desc(release::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    for release in others {
        if let Some(newest) = of(&release).order_by_asc(Column::Position).one(db).await? {
            return Ok(Some((release, newest)));
        }
    }
    Ok(None)
}

/// The first release of a project that holds a commit, which is given by its first digits, in lower case.
///
/// # Errors
/// When the database fails.
pub async fn holding(db: &impl ConnectionTrait, project_id: i64, sha: &str) -> Result<Option<release::Model>> {
    let holding: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::ReleaseId)
        .distinct()
        .filter(Column::ProjectId.eq(project_id))
        .filter(Func::lower(Expr::col(Column::Sha)).like(format!("{sha}%")))
        .limit(HOLDING_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let rows = release::Entity::find().filter(release::Column::Id.is_in(holding)).all(db).await?;
    Ok(rows.into_iter().min_by_key(|row| rank(&ReleaseOrder::from(row))))
}

pub(super) async fn replace(tx: &Tx, release: &release::Model, commits: &[NewCommit]) -> Result<()> {
    forget(tx, release).await?;
    let rows = commits.iter().filter(|commit| !commit.sha.is_empty()).take(COMMITS_MAX).zip(0..);
    let rows: Vec<ActiveModel> = rows.map(|(commit, position)| row(release, commit, position)).collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) async fn forget(tx: &Tx, release: &release::Model) -> Result<()> {
    Entity::delete_many()
        .filter(Column::ProjectId.eq(release.project_id))
        .filter(Column::ReleaseId.eq(release.id))
        .exec(tx)
        .await?;
    Ok(())
}

fn of(release: &release::Model) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::ProjectId.eq(release.project_id)).filter(Column::ReleaseId.eq(release.id))
}

fn row(release: &release::Model, commit: &NewCommit, position: i64) -> ActiveModel {
    let clean = |text: &str| text.chars().filter(|char| *char != '\0').take(TEXT_CHARS).collect::<String>();
    ActiveModel {
        project_id: Set(release.project_id),
        release_id: Set(release.id),
        position: Set(position),
        sha: Set(clean(&commit.sha)),
        repository: Set(clean(&commit.repository)),
        author_name: Set(commit.author_name.as_deref().map(clean)),
        author_email: Set(commit.author_email.as_deref().map(clean)),
        message: Set(commit.message.as_deref().map(clean)),
        committed_at: Set(commit.committed_at),
    }
}
