//! What goes when, so that an installation does not grow for ever: by age, and beyond a number of events the least
//! informative first. Counters stay: they say what happened long after the events are gone.
//!
//! Runs beside ingestion: short transactions of its own, a bounded share of the time, one process at a time. By age it
//! removes only while the clock can be believed (`jobs::steadiness`).

mod age;
mod budget;
mod disk;
mod evict;
mod figures;
mod files;
mod pace;
mod usefulness;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fieldfare_app::api::RetentionSettings;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;

pub use self::figures::stored;
pub use self::pace::Pace;

use crate::clock::{Clock, DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::jobs::lease::Lease;
use crate::jobs::runner;
use crate::jobs::steadiness::{self, Found};
use crate::store::blobs::Blobs;
use crate::store::entities::project;
use crate::store::{Store, project_settings};

/// How often budgets are looked at. What arrives meanwhile is kept beyond the budget.
const EVERY: Duration = Duration::from_secs(60);
/// How often everything that goes by age is looked for.
const AGE_EVERY_MS: i64 = HOUR_MS;
/// How often files that never had a row are looked for.
const FILES_EVERY_MS: i64 = DAY_MS;
/// Where it is noted what the clock said.
const CLOCK_SETTING: &str = "retention_clock";

/// Keeps an installation within its limits.
#[derive(Clone, Debug)]
pub struct Keeper {
    store: Store,
    blobs: Blobs,
    clock: Clock,
    /// Where a project says nothing else; it can only keep less.
    defaults: RetentionSettings,
    lease: Lease,
    /// When everything that goes by age was last looked for.
    aged_at: Arc<AtomicI64>,
    /// And files that never had a row.
    swept_at: Arc<AtomicI64>,
    /// What was counted of each project lately.
    known: Arc<Mutex<HashMap<i64, budget::Known>>>,
}

impl Keeper {
    pub fn new(store: &Store, blobs: &Blobs, clock: &Clock, defaults: RetentionSettings) -> Self {
        Self {
            store: store.clone(),
            blobs: blobs.clone(),
            clock: clock.clone(),
            defaults,
            lease: Lease::on("retention"),
            aged_at: Arc::new(AtomicI64::new(i64::MIN)),
            swept_at: Arc::new(AtomicI64::new(i64::MIN)),
            known: Arc::default(),
        }
    }

    /// Looks every minute until the stop.
    pub async fn run(self, stop: CancellationToken) {
        let pace = Pace::beside_ingestion(stop.clone());
        while runner::sleep(EVERY, &stop).await {
            if let Err(error) = self.round(&pace).await {
                tracing::warn!(error = format!("{error:#}"), "what is to go could not be removed; it will be later");
            }
        }
        if let Err(error) = self.lease.release(&self.store).await {
            tracing::debug!(%error, "the lease of retention runs out by itself");
        }
    }

    /// Removes what is to go now. Does nothing while another process is at it.
    ///
    /// # Errors
    /// When the database or the disk fails. What was removed by then stays removed; the next round goes on.
    pub async fn round(&self, pace: &Pace) -> Result<()> {
        if !self.may_go_on(pace).await? {
            return Ok(());
        }
        let now = self.clock.now();
        let is_due = self.is_steady(now).await? && is_due_again(&self.aged_at, AGE_EVERY_MS, now);
        for (project_id, settings) in self.settings().await? {
            if is_due {
                self.age((project_id, now), &settings, pace).await?;
            }
            self.keep_budget(project_id, &settings, pace).await?;
        }
        if is_due {
            self.age_the_rest(now, pace).await?;
            self.aged_at.store(now, Ordering::Relaxed);
            if is_due_again(&self.swept_at, FILES_EVERY_MS, now) {
                self.find_nobodys(now, pace).await?;
                self.swept_at.store(now, Ordering::Relaxed);
            }
        }
        self.remove_orphans(pace).await?;
        disk::give_back(&self.store, pace).await
    }

    /// Looks at the clock, and answers whether it can be believed.
    async fn is_steady(&self, now: i64) -> Result<bool> {
        let found = steadiness::look(&self.store, CLOCK_SETTING, now).await?;
        if let Found::Leap(ms) = found {
            let hours = ms / HOUR_MS;
            tracing::warn!(hours, "the clock leapt, or no server ran; nothing is removed by its age for an hour");
        }
        Ok(found == Found::Steady)
    }

    /// What holds for each project.
    async fn settings(&self) -> Result<Vec<(i64, RetentionSettings)>> {
        let db = self.store.reader();
        let ids = project::Entity::find().select_only().column(project::Column::Id).order_by_asc(project::Column::Id);
        let mut all = Vec::new();
        for id in ids.into_tuple::<i64>().all(db).await? {
            let own = project_settings::load(db, id, project_settings::RETENTION).await?;
            all.push((id, in_force(self.defaults, own)));
        }
        Ok(all)
    }

    /// Whether the next step may be taken: nobody has asked to stop, and nobody else is at it.
    async fn may_go_on(&self, pace: &Pace) -> Result<bool> {
        Ok(!pace.is_over() && self.lease.hold(&self.store, self.clock.now()).await?)
    }
}

/// Whether something is to be done again. A clock that was set back must not put it off until it has caught up.
fn is_due_again(last: &AtomicI64, every_ms: i64, now: i64) -> bool {
    let last = last.load(Ordering::Relaxed);
    !(last..last.saturating_add(every_ms)).contains(&now)
}

/// A project can keep less than the installation, not more. Zero means no limit of its own.
pub fn in_force(installation: RetentionSettings, own: RetentionSettings) -> RetentionSettings {
    let lower = |one: Option<u32>, other: Option<u32>| [one, other].into_iter().flatten().filter(|it| *it > 0).min();
    RetentionSettings {
        days: lower(installation.days, own.days),
        events: lower(installation.events, own.events),
        feedback_days: lower(installation.feedback_days, own.feedback_days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_can_keep_less_but_not_more() {
        for (installation, own, in_force_) in [
            (Some(90), None, Some(90)),
            (Some(90), Some(30), Some(30)),
            (Some(90), Some(400), Some(90)),
            (Some(90), Some(0), Some(90)),
            (None, Some(30), Some(30)),
            (None, None, None),
        ] {
            let of = |days| RetentionSettings { days, ..RetentionSettings::default() };
            assert_eq!(in_force(of(installation), of(own)), of(in_force_), "{installation:?} {own:?}");
        }
    }
}
