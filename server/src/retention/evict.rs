//! Removing, in short transactions: rows, what hangs on them, their documents in the search index, and the count of it.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Keeper, Pace};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::changes::{self, Change};
use crate::store::entities::{attachment, blob_orphan, event, feedback, outcome_hour};
use crate::store::{Store, Tx};

/// Rows removed in one transaction; ingestion waits for it a few milliseconds at most.
pub(super) const BATCH: usize = 500;

/// Why something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Age,
    Budget,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Budget => "budget",
        }
    }
}

/// Files whose rows go.
#[derive(Debug, Default)]
struct Files {
    attachment_ids: Vec<i64>,
    /// Each with the time it was last stored.
    blobs: BTreeMap<String, i64>,
}

impl Keeper {
    /// Removes events and answers how many there were.
    pub(super) async fn evict_events(&self, project_id: i64, ids: &[Uuid], reason: Reason, pace: &Pace) -> Result<u64> {
        let mut removed = 0;
        for ids in ids.chunks(BATCH) {
            if !self.may_go_on(pace).await? {
                break;
            }
            let began = Instant::now();
            let files = self.files_of_events(project_id, ids).await?;
            let tx = self.begin().await?;
            self.remove_files(&tx, project_id, &files, reason).await?;
            let of_project = event::Entity::delete_many().filter(event::Column::ProjectId.eq(project_id));
            let gone = of_project.filter(event::Column::EventId.is_in(ids.iter().copied())).exec(&tx).await?;
            let documents: Vec<Change> = ids.iter().map(|&event_id| Change::Event { project_id, event_id }).collect();
            changes::record(&tx, &documents).await?;
            self.count_evicted(&tx, project_id, ("error", reason), gone.rows_affected).await?;
            tx.commit().await?;
            removed += gone.rows_affected;
            pace.rest(began).await;
        }
        Ok(removed)
    }

    /// Removes pieces of feedback, each by its id and that of its event.
    pub(super) async fn evict_feedback(&self, project_id: i64, rows: &[(i64, Uuid)]) -> Result<()> {
        let event_ids: Vec<Uuid> = rows.iter().map(|(_, event_id)| *event_id).collect();
        let kept = stored_events(&self.store, project_id, &event_ids).await?;
        let files = self.files(project_id, event_ids.into_iter().filter(|id| !kept.contains(id)).collect()).await?;
        let tx = self.begin().await?;
        self.remove_files(&tx, project_id, &files, Reason::Age).await?;
        let ids = rows.iter().map(|(id, _)| *id);
        let gone = feedback::Entity::delete_many().filter(feedback::Column::Id.is_in(ids)).exec(&tx).await?;
        let documents = rows.iter().map(|&(feedback_id, _)| Change::Feedback { project_id, feedback_id });
        changes::record(&tx, &documents.collect::<Vec<_>>()).await?;
        self.count_evicted(&tx, project_id, ("feedback", Reason::Age), gone.rows_affected).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes files of events that never came or are gone.
    pub(super) async fn evict_files(&self, project_id: i64, event_ids: Vec<Uuid>) -> Result<()> {
        let files = self.files(project_id, event_ids).await?;
        let tx = self.begin().await?;
        self.remove_files(&tx, project_id, &files, Reason::Age).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn begin(&self) -> Result<Tx> {
        let tx = self.store.begin().await?;
        changes::lock(&tx).await?;
        Ok(tx)
    }

    /// The files of events, without those that belong to feedback of the same id.
    async fn files_of_events(&self, project_id: i64, ids: &[Uuid]) -> Result<Files> {
        let kept = stored_feedback(&self.store, project_id, ids).await?;
        self.files(project_id, ids.iter().copied().filter(|id| !kept.contains(id)).collect()).await
    }

    async fn files(&self, project_id: i64, event_ids: Vec<Uuid>) -> Result<Files> {
        let of_events = attachment::Entity::find()
            .filter(attachment::Column::ProjectId.eq(project_id))
            .filter(attachment::Column::EventId.is_in(event_ids));
        let mut files = Files::default();
        for row in of_events.all(self.store.reader()).await? {
            files.attachment_ids.push(row.id);
            if let Some(modified) = self.blobs.modified(&row.blob).await? {
                files.blobs.insert(row.blob, modified);
            }
        }
        Ok(files)
    }

    /// Removes the rows of files; the files themselves go later, once it is certain that no row names them.
    async fn remove_files(&self, tx: &Tx, project_id: i64, files: &Files, reason: Reason) -> Result<()> {
        let now = self.clock.now();
        for ids in files.attachment_ids.chunks(BATCH) {
            let these = attachment::Column::Id.is_in(ids.iter().copied());
            let gone = attachment::Entity::delete_many().filter(these).exec(tx).await?;
            self.count_evicted(tx, project_id, ("attachment", reason), gone.rows_affected).await?;
        }
        let orphans = files.blobs.iter().map(|(blob, modified)| blob_orphan::ActiveModel {
            blob: Set(blob.clone()),
            orphaned_at: Set(now),
            modified: Set(*modified),
        });
        let orphans: Vec<_> = orphans.collect();
        let conflict = OnConflict::column(blob_orphan::Column::Blob)
            .update_columns([blob_orphan::Column::OrphanedAt, blob_orphan::Column::Modified])
            .to_owned();
        for rows in orphans.chunks(BATCH) {
            let insert = blob_orphan::Entity::insert_many(rows.to_vec()).on_conflict(conflict.clone());
            insert.exec_without_returning(tx).await?;
        }
        Ok(())
    }

    async fn count_evicted(
        &self,
        tx: &Tx,
        project_id: i64,
        (category, reason): (&str, Reason),
        quantity: u64,
    ) -> Result<()> {
        use outcome_hour::Column;
        if quantity == 0 {
            return Ok(());
        }
        let row = outcome_hour::ActiveModel {
            project_id: Set(project_id),
            hour: Set(self.clock.now().div_euclid(HOUR_MS)),
            outcome: Set("evicted".to_owned()),
            category: Set(category.to_owned()),
            reason: Set(reason.as_str().to_owned()),
            quantity: Set(i64::try_from(quantity).unwrap_or(i64::MAX)),
        };
        let key = [Column::ProjectId, Column::Hour, Column::Outcome, Column::Category, Column::Reason];
        let conflict = OnConflict::columns(key)
            .value(Column::Quantity, Expr::cust("outcome_hour.quantity + excluded.quantity"))
            .to_owned();
        outcome_hour::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await?;
        Ok(())
    }
}

/// Those of these ids that are events.
pub(super) async fn stored_events(store: &Store, project_id: i64, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    use event::Column::{EventId, ProjectId};
    let query = event::Entity::find().select_only().column(EventId).filter(ProjectId.eq(project_id));
    let found: Vec<Uuid> = query.filter(EventId.is_in(ids.iter().copied())).into_tuple().all(store.reader()).await?;
    Ok(found.into_iter().collect())
}

/// Those of these ids that are feedback.
pub(super) async fn stored_feedback(store: &Store, project_id: i64, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    use feedback::Column::{EventId, ProjectId};
    let query = feedback::Entity::find().select_only().column(EventId).filter(ProjectId.eq(project_id));
    let found: Vec<Uuid> = query.filter(EventId.is_in(ids.iter().copied())).into_tuple().all(store.reader()).await?;
    Ok(found.into_iter().collect())
}
