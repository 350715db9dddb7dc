//! What was looked for and not found: counted in memory, written now and then, bounded in both places.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::map::{Mapping, Miss};
use super::{SourceMaps, url};
use crate::error::Result;
use crate::store::entities::source_map_miss::{self, Column, Entity};

/// Different misses counted between two writings; what comes after is not counted this time.
const COUNTED_MAX: usize = 2_000;
/// Misses kept of one project, the latest.
pub(super) const KEPT_MAX: u64 = 200;

/// The misses since the last writing.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(Arc<Mutex<HashMap<Uuid, Counted>>>);

#[derive(Clone, Debug)]
struct Counted {
    miss: Miss,
    events: i64,
    first_seen: i64,
    last_seen: i64,
}

impl SourceMaps {
    /// Counts what an event's mapping missed.
    pub fn count_misses(&self, now: i64, mapping: &Mapping) {
        let mut counted = self.misses.0.lock().unwrap_or_else(PoisonError::into_inner);
        for miss in &mapping.misses {
            let key = key(miss);
            if let Some(known) = counted.get_mut(&key) {
                known.events += 1;
                known.last_seen = now;
                known.miss.missing = miss.missing.clone();
            } else if counted.len() < COUNTED_MAX {
                counted.insert(key, Counted { miss: miss.clone(), events: 1, first_seen: now, last_seen: now });
            }
        }
    }

    /// Writes what was counted and keeps the latest misses of each project.
    ///
    /// # Errors
    /// When the database fails; the counts are kept for the next time.
    pub async fn write_misses(&self) -> Result<()> {
        let counted = std::mem::take(&mut *self.misses.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(());
        }
        let written = self.write(&counted).await;
        if written.is_err() {
            let mut since = self.misses.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, before) in counted {
                since.entry(key).and_modify(|now| now.events += before.events).or_insert(before);
            }
        }
        written
    }

    async fn write(&self, counted: &HashMap<Uuid, Counted>) -> Result<()> {
        let tx = self.store.begin().await?;
        for (key, one) in counted {
            let add = Expr::col((Entity, Column::Events)).add(one.events);
            let conflict = OnConflict::columns([Column::ProjectId, Column::Key])
                .update_columns([Column::Reason, Column::Detail, Column::LastSeen])
                .value(Column::Events, add)
                .to_owned();
            Entity::insert(row(*key, one)).on_conflict(conflict).exec_without_returning(&tx).await?;
        }
        let mut projects: Vec<i64> = counted.values().map(|one| one.miss.sought.project_id).collect();
        projects.sort_unstable();
        projects.dedup();
        for project_id in projects {
            trim(&tx, project_id).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Forgets the misses of a project that are older than the latest ones.
async fn trim(db: &impl ConnectionTrait, project_id: i64) -> Result<()> {
    let of_project = Entity::find().filter(Column::ProjectId.eq(project_id));
    let oldest_kept: Option<i64> = of_project
        .select_only()
        .column(Column::LastSeen)
        .order_by_desc(Column::LastSeen)
        .offset(KEPT_MAX)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    if let Some(last_seen) = oldest_kept {
        Entity::delete_many()
            .filter(Column::ProjectId.eq(project_id))
            .filter(Column::LastSeen.lte(last_seen))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The same for the same script of the same release, whatever the page's query was.
fn key(miss: &Miss) -> Uuid {
    let sought = &miss.sought;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&sought.project_id.to_be_bytes());
    let debug_id = sought.debug_id.map(|id| id.to_string());
    let parts =
        [Some(url::normal(&sought.path)), debug_id.as_deref(), sought.release.as_deref(), sought.dist.as_deref()];
    for part in parts {
        hasher.update(part.unwrap_or_default().as_bytes());
        hasher.update(&[0]);
    }
    let digest = hasher.finalize();
    Uuid::from_bytes(digest.as_bytes()[..16].first_chunk().copied().unwrap_or_default())
}

fn row(key: Uuid, one: &Counted) -> source_map_miss::ActiveModel {
    let Miss { sought, missing } = &one.miss;
    let path = url::normal(&sought.path);
    source_map_miss::ActiveModel {
        project_id: Set(sought.project_id),
        key: Set(key),
        url: Set(path[..path.floor_char_boundary(url::URL_BYTES_MAX)].to_owned()),
        debug_id: Set(sought.debug_id),
        release: Set(sought.release.clone()),
        dist: Set(sought.dist.clone()),
        reason: Set(missing.reason.as_str().to_owned()),
        detail: Set(missing.detail.clone()),
        events: Set(one.events),
        first_seen: Set(one.first_seen),
        last_seen: Set(one.last_seen),
    }
}
