//! Files that no row names any more.
//!
//! Content is stored before the row that names it, so "no row names it" alone says little: an upload may be between
//! the two. A file goes when no row has named it for an hour, longer than any upload takes, and it was not stored
//! again in that time.

use std::time::Instant;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Keeper, Pace};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::entities::attachment;
use crate::store::entities::blob_orphan::{self, Column, Entity};

/// How long a file has to be nobody's.
const NOBODYS_FOR_MS: i64 = HOUR_MS;
/// Files looked at in one query.
const FILES_PER_QUERY: u64 = 100;

impl Keeper {
    pub(super) async fn remove_orphans(&self, pace: &Pace) -> Result<()> {
        while self.may_go_on(pace).await? {
            let began = Instant::now();
            let due = Entity::find()
                .filter(Column::OrphanedAt.lte(self.clock.now() - NOBODYS_FOR_MS))
                .order_by_asc(Column::OrphanedAt)
                .limit(FILES_PER_QUERY)
                .all(self.store.reader())
                .await?;
            if due.is_empty() {
                return Ok(());
            }
            for orphan in due {
                self.remove_orphan(orphan).await?;
            }
            pace.rest(began).await;
        }
        Ok(())
    }

    async fn remove_orphan(&self, orphan: blob_orphan::Model) -> Result<()> {
        let db = self.store.writer();
        let is_settled =
            self.is_named(&orphan.blob).await? || self.blobs.remove_if_unchanged(&orphan.blob, orphan.modified).await?;
        if is_settled {
            Entity::delete_by_id(orphan.blob).exec(db).await?;
            return Ok(());
        }
        // Somebody has stored it again and may be about to name it.
        let modified = self.blobs.modified(&orphan.blob).await?.unwrap_or(orphan.modified);
        let again = blob_orphan::ActiveModel {
            blob: Set(orphan.blob),
            orphaned_at: Set(self.clock.now()),
            modified: Set(modified),
        };
        Entity::update(again).exec(db).await?;
        Ok(())
    }

    /// Asks every table whose rows name files.
    async fn is_named(&self, blob: &str) -> Result<bool> {
        let by_attachments = attachment::Entity::find().filter(attachment::Column::Blob.eq(blob));
        Ok(by_attachments.count(self.store.writer()).await? > 0)
    }
}
