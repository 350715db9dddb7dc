//! Events of issues that were deleted for good: found where a batch would otherwise make a new issue.
//!
//! Only hashes that lead nowhere are looked up, so the events of living issues cost nothing more.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::arrival::NewEvent;
use super::placing::{Placed, event_hashes};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::discarded_hash::{Column, Entity};

/// Hashes in one query: one bind each.
const HASHES_PER_QUERY: usize = 5_000;

/// The discarded hashes among those of events that belong to no issue.
pub(super) async fn among(tx: &Tx, project_id: i64, events: &[&NewEvent], placed: &Placed) -> Result<HashSet<Uuid>> {
    let homeless = events.iter().filter(|event| !placed.has(event.hash));
    let hashes: Vec<Uuid> =
        homeless.flat_map(|event| event_hashes(event)).collect::<HashSet<_>>().into_iter().collect();
    let mut found = HashSet::new();
    for chunk in hashes.chunks(HASHES_PER_QUERY) {
        let select = Entity::find().select_only().column(Column::Hash).filter(Column::ProjectId.eq(project_id));
        let rows = select.filter(Column::Hash.is_in(chunk.iter().copied())).into_tuple::<Uuid>().all(tx).await?;
        found.extend(rows);
    }
    Ok(found)
}
