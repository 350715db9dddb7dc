//! Reports that do not say where they were written: they belong where the event they are about happened.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::error::Result;
use crate::ingest::arrival::{NewFeedback, Parcel, Place};
use crate::issues::names;
use crate::store::entities::event;

/// Gives feedback without a release and an environment those of its event, where that is known by now.
///
/// # Errors
/// When the database fails.
pub async fn place_reports(parcel: &mut Parcel, db: &impl ConnectionTrait) -> Result<()> {
    let events: Vec<Uuid> = parcel.feedback.iter().filter_map(lost).collect();
    if events.is_empty() {
        return Ok(());
    }
    let mut places = stored(db, parcel.project_id, events).await?;
    places.extend(parcel.events.iter().map(|event| (event.event_id, event.place.clone())));
    for one in &mut parcel.feedback {
        if let Some(place) = lost(one).and_then(|event_id| places.get(&event_id)) {
            one.place = place.clone();
        }
    }
    Ok(())
}

/// The event of a piece that does not say where it was written.
fn lost(one: &NewFeedback) -> Option<Uuid> {
    one.associated_event_id.filter(|_| one.place == Place::default())
}

async fn stored(db: &impl ConnectionTrait, project_id: i64, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Place>> {
    let rows: Vec<(Uuid, i64, i64)> = event::Entity::find()
        .select_only()
        .columns([event::Column::EventId, event::Column::ReleaseId, event::Column::EnvironmentId])
        .filter(event::Column::ProjectId.eq(project_id))
        .filter(event::Column::EventId.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    let releases = names::releases(db, rows.iter().map(|(_, release_id, _)| *release_id)).await?;
    let environments = names::environments(db, rows.iter().map(|(_, _, environment_id)| *environment_id)).await?;
    let place = |(event_id, release_id, environment_id)| {
        let (release, environment) = (releases.get(&release_id).cloned(), environments.get(&environment_id).cloned());
        (event_id, Place { release, environment })
    };
    Ok(rows.into_iter().map(place).collect())
}
