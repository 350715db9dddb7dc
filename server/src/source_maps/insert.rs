//! Rows of a bundle and its files, for one or several projects.

use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{artifact_bundle, artifact_file};

/// Rows in one INSERT: eight binds each, well below SQLite's limit of 32,766.
const ROWS_PER_INSERT: usize = 1_000;

/// A file whose content is in the blob store.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) kind: String,
    pub(super) url: String,
    pub(super) debug_id: Option<Uuid>,
    pub(super) map_url: Option<String>,
    pub(super) blob: String,
    pub(super) bytes: i64,
}

/// What a bundle is called: the SHA-1 of its archive, and what it was uploaded for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) sha1: String,
    pub(super) release: String,
    pub(super) dist: String,
}

/// The bundle of this name, if it was uploaded for the project before.
pub(super) async fn find(
    db: &impl sea_orm::ConnectionTrait,
    project_id: i64,
    name: &Name,
) -> Result<Option<artifact_bundle::Model>> {
    Ok(artifact_bundle::Entity::find()
        .filter(artifact_bundle::Column::ProjectId.eq(project_id))
        .filter(artifact_bundle::Column::Sha1.eq(&name.sha1))
        .filter(artifact_bundle::Column::Release.eq(&name.release))
        .filter(artifact_bundle::Column::Dist.eq(&name.dist))
        .one(db)
        .await?)
}

/// Adds a bundle with its files and answers its id.
pub(super) async fn insert(tx: &Tx, now: i64, project_id: i64, name: &Name, files: &[Stored]) -> Result<i64> {
    let bundle = artifact_bundle::ActiveModel {
        id: NotSet,
        project_id: Set(project_id),
        sha1: Set(name.sha1.clone()),
        release: Set(name.release.clone()),
        dist: Set(name.dist.clone()),
        files: Set(i64::try_from(files.len()).unwrap_or(i64::MAX)),
        bytes: Set(files.iter().map(|file| file.bytes).sum()),
        uploaded_at: Set(now),
        ready_at: Set(None),
    };
    let bundle = artifact_bundle::Entity::insert(bundle).exec_with_returning(tx).await?;
    for chunk in files.chunks(ROWS_PER_INSERT) {
        let rows = chunk.iter().map(|file| row(project_id, bundle.id, file));
        artifact_file::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(bundle.id)
}

pub(super) fn row(project_id: i64, bundle_id: i64, file: &Stored) -> artifact_file::ActiveModel {
    artifact_file::ActiveModel {
        id: NotSet,
        project_id: Set(project_id),
        bundle_id: Set(bundle_id),
        kind: Set(file.kind.clone()),
        url: Set(file.url.clone()),
        debug_id: Set(file.debug_id),
        map_url: Set(file.map_url.clone()),
        blob: Set(file.blob.clone()),
        bytes: Set(file.bytes),
    }
}
