//! Files that no row names any more.
//!
//! Content is stored before the row that names it, so "no row names it" alone says little: an upload may be between
//! the two. A file goes when no row has named it for an hour, longer than any upload takes, and it was not stored
//! again in that time. Most are noted when their row is removed; once a day it is looked for those that never had one,
//! since the database refused it, as it does when the disk is full.

use std::collections::HashSet;
use std::time::Instant;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::evict::BATCH;
use super::{Keeper, Pace};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::entities::attachment;
use crate::store::entities::blob_orphan::{self, Column, Entity};

/// How long a file has to be nobody's.
const NOBODYS_FOR_MS: i64 = HOUR_MS;
/// How long after it was stored a file without a row is a mistake, ms.
const ROW_WITHIN_MS: i64 = HOUR_MS;
/// Files looked at in one query.
const FILES_PER_QUERY: u64 = 100;

impl Keeper {
    pub(super) async fn remove_orphans(&self, pace: &Pace) -> Result<()> {
        self.wait_anew().await?;
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

    /// Notes files that no row names, and that were stored long enough ago.
    pub(super) async fn find_nobodys(&self, now: i64, pace: &Pace) -> Result<()> {
        for first in 0..=u8::MAX {
            if !self.may_go_on(pace).await? {
                break;
            }
            let began = Instant::now();
            let names = self.blobs.written_before(first, now - ROW_WITHIN_MS).await?;
            for names in names.chunks(BATCH) {
                self.note_nobodys(names).await?;
            }
            pace.rest(began).await;
        }
        Ok(())
    }

    async fn note_nobodys(&self, names: &[String]) -> Result<()> {
        let named = attachment::Entity::find().select_only().column(attachment::Column::Blob);
        let named = named.filter(attachment::Column::Blob.is_in(names)).into_tuple::<String>();
        let named: HashSet<String> = named.all(self.store.writer()).await?.into_iter().collect();
        let mut found = Vec::new();
        for name in names.iter().filter(|name| !named.contains(*name)) {
            let Some(modified) = self.blobs.modified(name).await? else { continue };
            let (blob, orphaned_at) = (Set(name.clone()), Set(self.clock.now()));
            found.push(blob_orphan::ActiveModel { blob, orphaned_at, modified: Set(modified) });
        }
        if found.is_empty() {
            return Ok(());
        }
        tracing::info!(files = found.len(), "found files whose row was never written; they go in an hour");
        let known = OnConflict::column(Column::Blob).do_nothing().to_owned();
        Entity::insert_many(found).on_conflict(known).exec_without_returning(self.store.writer()).await?;
        Ok(())
    }

    /// Lets what was noted by a clock that has been set back since wait its hour from now.
    async fn wait_anew(&self) -> Result<()> {
        let now = self.clock.now();
        let ahead = Entity::update_many().filter(Column::OrphanedAt.gt(now + NOBODYS_FOR_MS));
        ahead.col_expr(Column::OrphanedAt, Expr::value(now)).exec(self.store.writer()).await?;
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
