//! The watch over monitors: notices what is overdue and hands it to the writer, who decides.
//!
//! Any number of processes may watch at once. Each asks the database what is due and puts a parcel into its own queue;
//! the writers take turns, and whoever comes second finds nothing left to do. The watch also notes that it is kept:
//! where nobody kept it, check-ins could not arrive, and what was expected then is recorded as unknown, not as missed.

use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio_util::sync::CancellationToken;

use super::arrival::Parcel;
use super::writer::Queue;
use crate::clock::Clock;
use crate::error::Result;
use crate::jobs::runner;
use crate::monitors::Watch;
use crate::store::Store;
use crate::store::entities::{check_in, installation_setting, monitor};

/// How often somebody looks. Margins are minutes, so a quarter of one is soon enough.
const PAUSE: Duration = Duration::from_secs(15);
/// Parcels for one project in one look; each deals with hundreds of what is overdue.
const PARCELS_MAX: usize = 20;
/// Where the watch is noted.
const SETTING: &str = "monitor_watch";

/// Watches until told to stop.
pub async fn run(store: Store, queue: Queue, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look(&store, &queue, clock.now()).await {
            tracing::error!(error = format!("{error:#}"), "the watch over monitors could not be kept");
        }
        runner::sleep(PAUSE, &stop).await;
    }
}

/// Notes that the watch is kept, and has everything dealt with that is overdue at `now`.
///
/// # Errors
/// When the database fails or the queue is full; nothing is lost, the next look finds the same.
pub async fn look(store: &Store, queue: &Queue, now: i64) -> Result<()> {
    if monitor::Entity::find()
        .select_only()
        .column(monitor::Column::Id)
        .into_tuple::<i64>()
        .one(store.reader())
        .await?
        .is_none()
    {
        return Ok(());
    }
    let watch = keep(store, |before| before.kept(now)).await?;
    if watch.set_back {
        for project_id in projects_watched(store).await? {
            let watch = Some(watch.clone());
            queue.commit(Parcel { project_id, received_at: now, watch, ..Parcel::default() }).await?;
        }
        keep(store, |before| Watch { set_back: false, ..before }).await?;
    }
    for _ in 0..PARCELS_MAX {
        let due = projects_due(store, now).await?;
        if due.is_empty() {
            break;
        }
        for project_id in due {
            let watch = Some(watch.clone());
            queue.commit(Parcel { project_id, received_at: now, watch, ..Parcel::default() }).await?;
        }
    }
    Ok(())
}

async fn keep(store: &Store, change: impl FnOnce(Watch) -> Watch) -> Result<Watch> {
    let tx = store.begin().await?;
    let stored = installation_setting::Entity::find_by_id(SETTING.to_owned()).one(&tx).await?;
    let before: Watch = match stored {
        Some(row) => serde_json::from_str(&row.value).map_err(anyhow::Error::from)?,
        None => Watch::default(),
    };
    let watch = change(before);
    let value = serde_json::to_string(&watch).map_err(anyhow::Error::from)?;
    let row = installation_setting::ActiveModel { name: Set(SETTING.to_owned()), value: Set(value) };
    let conflict = OnConflict::column(installation_setting::Column::Name)
        .update_column(installation_setting::Column::Value)
        .to_owned();
    installation_setting::Entity::insert(row).on_conflict(conflict).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(watch)
}

/// Those that have monitors at all.
async fn projects_watched(store: &Store) -> Result<Vec<i64>> {
    let all = monitor::Entity::find().select_only().column(monitor::Column::ProjectId).distinct();
    Ok(all.into_tuple().all(store.reader()).await?)
}

async fn projects_due(store: &Store, now: i64) -> Result<Vec<i64>> {
    let monitors = monitor::Entity::find()
        .select_only()
        .column(monitor::Column::ProjectId)
        .filter(monitor::Column::DueAt.lte(now))
        .distinct()
        .into_tuple::<i64>()
        .all(store.reader())
        .await?;
    let runs = check_in::Entity::find()
        .select_only()
        .column(check_in::Column::ProjectId)
        .filter(check_in::Column::DueAt.lte(now))
        .distinct()
        .into_tuple::<i64>()
        .all(store.reader())
        .await?;
    let mut all = [monitors, runs].concat();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
