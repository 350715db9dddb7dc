//! What of a batch is only counted: the part of a flood that is not stored.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::arrival::NewEvent;
use super::batch::Batch;
use crate::error::Result;
use crate::issues::sampling;
use crate::store::Tx;

/// Notes the fresh events that have no row, for their issues to say so.
pub(super) async fn record(tx: &Tx, batch: &Batch<'_>, events: &[&NewEvent]) -> Result<()> {
    let mut counted: BTreeMap<Uuid, i64> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.is_stored) {
        *counted.entry(event.hash.into()).or_default() += 1;
    }
    sampling::add(tx, batch.project_id, batch.now, &counted).await
}
