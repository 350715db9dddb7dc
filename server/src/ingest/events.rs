//! Events: which of a batch are new, and their rows.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::arrival::NewEvent;
use super::batch::Batch;
use super::known::Known;
use super::names::Names;
use super::placing::Placed;
use super::tally::Occurrence;
use crate::error::Result;
use crate::ids::user_hash;
use crate::store::Tx;
use crate::store::changes::Change;
use crate::store::entities::event;

/// Rows in one INSERT: twelve binds each, well below SQLite's limit of 32,766.
const ROWS_PER_INSERT: usize = 1_000;

/// The events of a batch that are neither stored already nor twice in the batch.
pub(super) fn fresh<'a>(batch: &Batch<'a>, known: &Known) -> Vec<&'a NewEvent> {
    let mut seen = known.stored.clone();
    let arrived = batch.parcels.iter().flat_map(|parcel| &parcel.events);
    arrived.filter(|event| seen.insert(event.event_id)).collect()
}

/// The events as counters see them.
pub(super) fn occurrences<'a>(
    names: &'a Names,
    batch: &'a Batch<'_>,
    events: &'a [&NewEvent],
    placed: &'a Placed,
) -> impl Iterator<Item = Occurrence> + 'a {
    events.iter().map(move |event| {
        let (release_id, environment_id) = names.ids(batch.project_id, &event.place);
        Occurrence {
            issue_id: placed.issue_of(event.hash),
            at: event.happened_at,
            release_id,
            environment_id,
            user_hash: event.user_key.as_deref().map(user_hash),
        }
    })
}

pub(super) async fn insert(
    tx: &Tx,
    names: &Names,
    batch: &Batch<'_>,
    events: &[&NewEvent],
    placed: &Placed,
) -> Result<()> {
    let stored: Vec<&NewEvent> = events.iter().copied().filter(|event| event.is_stored).collect();
    for chunk in stored.chunks(ROWS_PER_INSERT) {
        let rows = chunk.iter().map(|event| row(names, batch, event, placed));
        let conflict = OnConflict::columns([event::Column::ProjectId, event::Column::EventId]).do_nothing().to_owned();
        event::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn row(names: &Names, batch: &Batch<'_>, event: &NewEvent, placed: &Placed) -> event::ActiveModel {
    let (release_id, environment_id) = names.ids(batch.project_id, &event.place);
    event::ActiveModel {
        project_id: Set(batch.project_id),
        event_id: Set(event.event_id),
        issue_id: Set(placed.issue_of(event.hash)),
        hash: Set(event.hash.into()),
        level: Set(event.level.clone()),
        title: Set(event.title.clone()),
        happened_at: Set(event.happened_at),
        received_at: Set(batch.now),
        release_id: Set(release_id),
        environment_id: Set(environment_id),
        user_key: Set(event.user_key.clone()),
        payload: Set(event.payload.clone()),
    }
}

pub(super) fn changes(project_id: i64, events: &[&NewEvent]) -> Vec<Change> {
    let stored = events.iter().filter(|event| event.is_stored);
    stored.map(|event| Change::Event { project_id, event_id: event.event_id }).collect()
}
