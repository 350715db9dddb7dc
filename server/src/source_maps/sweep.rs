//! What nobody needs any more: chunks of uploads that were never finished, files of bundles that were deleted.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::SourceMaps;
use crate::clock::{Clock, DAY_MS};
use crate::error::Result;
use crate::jobs::runner;
use crate::store::entities::{artifact_file, upload_chunk};

/// How long a chunk waits for the rest of its upload, and a file for the rows that name it.
const PATIENCE_MS: i64 = DAY_MS;
/// Pause between two sweeps.
const PAUSE: Duration = Duration::from_secs(3_600);
/// Names in one query.
const NAMES_PER_QUERY: usize = 1_000;

/// Sweeps every hour until told to stop.
pub async fn sweep_now_and_then(maps: SourceMaps, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match maps.sweep(clock.now(), &stop).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "swept uploaded files that nothing names"),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "uploaded files could not be swept"),
        }
        runner::sleep(PAUSE, &stop).await;
    }
}

impl SourceMaps {
    /// Deletes chunks of a day ago, then every file that old that no row names.
    ///
    /// # Errors
    /// When the database or the blob store fails; the next sweep goes on.
    pub async fn sweep(&self, now: i64, stop: &CancellationToken) -> Result<u64> {
        let before = now - PATIENCE_MS;
        upload_chunk::Entity::delete_many()
            .filter(upload_chunk::Column::UploadedAt.lt(before))
            .exec(self.store.writer())
            .await?;
        let mut deleted = 0;
        for first in 0..=u8::MAX {
            if stop.is_cancelled() {
                break;
            }
            let names = self.blobs.written_before(first, before).await?;
            for names in names.chunks(NAMES_PER_QUERY) {
                deleted += self.sweep_some(names).await?;
            }
        }
        Ok(deleted)
    }

    async fn sweep_some(&self, names: &[String]) -> Result<u64> {
        // No upload may find a file here while it is being deleted.
        let _one = self.assembling.lock().await;
        let mut named: HashSet<String> = artifact_file::Entity::find()
            .select_only()
            .column(artifact_file::Column::Blob)
            .filter(artifact_file::Column::Blob.is_in(names))
            .distinct()
            .into_tuple()
            .all(self.store.writer())
            .await?
            .into_iter()
            .collect();
        let chunks: Vec<String> = upload_chunk::Entity::find()
            .select_only()
            .column(upload_chunk::Column::Blob)
            .filter(upload_chunk::Column::Blob.is_in(names))
            .into_tuple()
            .all(self.store.writer())
            .await?;
        named.extend(chunks);
        let mut deleted = 0;
        for name in names.iter().filter(|name| !named.contains(*name)) {
            self.blobs.delete(name).await?;
            deleted += 1;
        }
        Ok(deleted)
    }
}
