//! Buckets in the table: restored at the start, written every few seconds and at the end, shared by processes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::bucket::{Bucket, merged};
use super::{Entry, Meter, Quotas, Scope, Slot};
use crate::clock::Clock;
use crate::error::Result;
use crate::ingest::Queue;
use crate::ingest::arrival::{Fate, Outcome, Parcel};
use crate::jobs::runner;
use crate::store::entities::quota_bucket::{self, Column, Entity};
use crate::store::{Store, Tx};

/// How often buckets are written and what others took is read. What a crash forgets, and what processes may together
/// take beyond a limit, is what arrives in that time.
const INTERVAL: Duration = Duration::from_secs(5);
/// Buckets in one statement: five binds each.
const ROWS_PER_STATEMENT: usize = 1_000;

/// What one process took from a bucket since it last wrote it.
#[derive(Clone, Copy)]
struct Use {
    entry: Entry,
    /// As it is in the table once written.
    level: Bucket,
}

/// Writes buckets and refusals down every few seconds until the stop.
pub async fn run(quotas: Arc<Quotas>, store: Store, (clock, queue): (Clock, Queue), stop: CancellationToken) {
    while runner::sleep(INTERVAL, &stop).await {
        if let Err(error) = quotas.keep(&store, &queue, clock.now()).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "the state of the quotas could not be written; it will be later"
            );
        }
    }
}

impl Quotas {
    /// Puts buckets back to where they were before the restart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn restore(&self, store: &Store) -> Result<()> {
        let rows = Entity::find().all(store.reader()).await?;
        let mut buckets = self.buckets();
        for row in rows {
            let Some(slot) = slot(&row) else { continue };
            let bucket = Bucket { level: row.level, at: row.counted_at };
            // What a minute allows is learnt from the settings, at the first look.
            buckets.insert(slot, Entry { bucket, per_minute: 1, taken: 0, written: Some(bucket) });
        }
        Ok(())
    }

    /// Writes down what was taken since the last time, learns what other processes took, and counts what was refused
    /// unread.
    ///
    /// # Errors
    /// When the database fails; the next call then does it all.
    pub async fn keep(&self, store: &Store, queue: &Queue, now: i64) -> Result<()> {
        self.count_refused(queue, now).await?;
        let mut used = self.used(now);
        if used.is_empty() {
            return Ok(());
        }
        let tx = store.begin().await?;
        let rows = written(&tx, &used).await?;
        for (slot, one) in &mut used {
            let (mine, entry) = (one.entry.bucket, one.entry);
            one.level = merged(mine, entry.written, rows.get(slot).copied(), (entry.taken, entry.per_minute));
        }
        write(&tx, &used).await?;
        tx.commit().await?;
        self.learn(&used);
        Ok(())
    }

    /// Buckets something was taken from. In order of their key, so that processes lock rows in one order.
    fn used(&self, now: i64) -> BTreeMap<Slot, Use> {
        let mut buckets = self.buckets();
        let used = buckets.iter_mut().filter(|(_, entry)| entry.taken > 0);
        used.map(|(slot, entry)| {
            let level = entry.look(entry.per_minute, now);
            (*slot, Use { entry: *entry, level })
        })
        .collect()
    }

    fn learn(&self, used: &BTreeMap<Slot, Use>) {
        let mut buckets = self.buckets();
        for (slot, one) in used {
            let Some(entry) = buckets.get_mut(slot) else { continue };
            // What was taken while it was written is still to be.
            entry.taken -= one.entry.taken;
            entry.bucket = one.level.less(entry.taken);
            entry.written = Some(one.level);
        }
    }

    async fn count_refused(&self, queue: &Queue, now: i64) -> Result<()> {
        let refused = std::mem::take(&mut *self.refused.lock().unwrap_or_else(PoisonError::into_inner));
        for ((project_id, category, reason), quantity) in refused {
            let outcome =
                Outcome { fate: Fate::Dropped, category: category.to_owned(), reason: reason.to_owned(), quantity };
            let parcel = Parcel { project_id, received_at: now, outcomes: vec![outcome], ..Parcel::default() };
            if let Err(error) = queue.commit(parcel).await {
                let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                *refused.entry((project_id, category, reason)).or_default() += quantity;
                tracing::debug!(%error, project.id = project_id, "refusals will be counted later");
            }
        }
        Ok(())
    }
}

/// The rows of these buckets, locked until the end of the transaction.
async fn written(tx: &Tx, used: &BTreeMap<Slot, Use>) -> Result<HashMap<Slot, Bucket>> {
    let mut found = HashMap::new();
    for chunk in used.keys().collect::<Vec<_>>().chunks(ROWS_PER_STATEMENT) {
        let any = chunk.iter().fold(Condition::any(), |any, slot| {
            any.add(
                Condition::all()
                    .add(Column::Scope.eq(slot.scope.as_str()))
                    .add(Column::ScopeId.eq(slot.id))
                    .add(Column::Meter.eq(slot.meter.as_str())),
            )
        });
        let ordered = Entity::find().filter(any).order_by_asc(Column::Scope).order_by_asc(Column::ScopeId);
        let rows = ordered.order_by_asc(Column::Meter).lock_exclusive().all(tx).await?;
        found.extend(rows.iter().filter_map(|row| Some((slot(row)?, Bucket { level: row.level, at: row.counted_at }))));
    }
    Ok(found)
}

async fn write(tx: &Tx, used: &BTreeMap<Slot, Use>) -> Result<()> {
    let conflict = OnConflict::columns([Column::Scope, Column::ScopeId, Column::Meter])
        .update_columns([Column::Level, Column::CountedAt])
        .to_owned();
    for chunk in used.iter().collect::<Vec<_>>().chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().map(|(slot, one)| quota_bucket::ActiveModel {
            scope: Set(slot.scope.as_str().to_owned()),
            scope_id: Set(slot.id),
            meter: Set(slot.meter.as_str().to_owned()),
            level: Set(one.level.level),
            counted_at: Set(one.level.at),
        });
        Entity::insert_many(rows).on_conflict(conflict.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn slot(row: &quota_bucket::Model) -> Option<Slot> {
    let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == row.scope)?;
    Some(Slot { scope, id: row.scope_id, meter: Meter::of_category(&row.meter)? })
}
