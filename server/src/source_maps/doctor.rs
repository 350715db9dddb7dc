//! What a project has uploaded, and what its events looked for in vain.

use fieldfare_app::api::{ArtifactBundle, MissReason, SourceMapMiss, SourceMapReport, Timestamp, Viewer};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::SourceMaps;
use super::find::{Sought, find};
use super::url;
use crate::error::Result;
use crate::projects;
use crate::store::Store;
use crate::store::entities::{artifact_bundle, artifact_file, source_map_miss};

/// Bundles listed, the newest.
const BUNDLES_MAX: u64 = 100;
/// Misses looked into, the latest; each is looked up anew.
const MISSES_MAX: u64 = 50;

/// The uploads of a project, the newest first.
///
/// # Errors
/// When there is no such project.
pub async fn bundles(store: &Store, viewer: &Viewer, slug: &str) -> Result<Vec<ArtifactBundle>> {
    let project = projects::get(store.reader(), viewer, slug).await?;
    let rows = artifact_bundle::Entity::find()
        .filter(artifact_bundle::Column::ProjectId.eq(project.id))
        .order_by_desc(artifact_bundle::Column::Id)
        .limit(BUNDLES_MAX)
        .all(store.reader())
        .await?;
    Ok(rows.into_iter().map(shown).collect())
}

/// Everything the page of source maps shows.
///
/// # Errors
/// When there is no such project.
pub async fn report(maps: &SourceMaps, viewer: &Viewer, slug: &str) -> Result<SourceMapReport> {
    let project = projects::get(maps.store.reader(), viewer, slug).await?;
    maps.write_misses().await?;
    let rows = source_map_miss::Entity::find()
        .filter(source_map_miss::Column::ProjectId.eq(project.id))
        .order_by_desc(source_map_miss::Column::LastSeen)
        .limit(MISSES_MAX)
        .all(maps.store.writer())
        .await?;
    let newest = maps.newest(project.id).await?;
    let mut misses = Vec::with_capacity(rows.len());
    for row in rows {
        misses.push(examine(maps, row, newest).await?);
    }
    let bundles = bundles(&maps.store, viewer, slug).await?;
    Ok(SourceMapReport { project: project.slug, name: project.name, bundles, misses })
}

/// A miss as it stands today: what was uploaded since may have mended it.
async fn examine(maps: &SourceMaps, row: source_map_miss::Model, newest: i64) -> Result<SourceMapMiss> {
    let sought = Sought {
        project_id: row.project_id,
        path: row.url.clone(),
        debug_id: row.debug_id,
        release: row.release.clone(),
        dist: row.dist.clone(),
        newest,
        unready: None,
    };
    let (reason, detail) = match find(maps.store.reader(), &sought).await? {
        Ok(found) => match maps.script(&found).await.as_ref() {
            Ok(_) => (MissReason::UploadedSince, "events that arrive from now on are mapped".to_owned()),
            Err(problem) => (MissReason::Broken, problem.clone()),
        },
        Err(missing) => (missing.reason, missing.detail),
    };
    let similar = if reason == MissReason::NotInRelease { similar(maps, &sought).await? } else { None };
    Ok(SourceMapMiss {
        url: row.url,
        debug_id: row.debug_id.map(|id| id.to_string()),
        release: row.release,
        dist: row.dist,
        reason,
        detail,
        similar,
        events: u64::try_from(row.events).unwrap_or_default(),
        first_seen: Timestamp(row.first_seen),
        last_seen: Timestamp(row.last_seen),
    })
}

/// An uploaded file of the same name under another address: a wrong prefix is the usual mistake.
async fn similar(maps: &SourceMaps, sought: &Sought) -> Result<Option<String>> {
    let name = url::file_name(&sought.path);
    if name.is_empty() || name.contains(['%', '_']) {
        return Ok(None);
    }
    let found = artifact_file::Entity::find()
        .filter(artifact_file::Column::ProjectId.eq(sought.project_id))
        .filter(artifact_file::Column::Url.ends_with(format!("/{name}")))
        .order_by_desc(artifact_file::Column::Id)
        .one(maps.store.reader())
        .await?;
    Ok(found.map(|file| file.url))
}

fn shown(row: artifact_bundle::Model) -> ArtifactBundle {
    let named = |text: String| Some(text).filter(|text| !text.is_empty());
    ArtifactBundle {
        id: row.id,
        release: named(row.release),
        dist: named(row.dist),
        files: u64::try_from(row.files).unwrap_or_default(),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        uploaded_at: Timestamp(row.uploaded_at),
        ready: row.ready_at.is_some(),
    }
}
