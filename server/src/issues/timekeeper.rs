//! What becomes of issues in time, without anybody's doing: what was new is ongoing, what was archived until a day comes
//! back, what happens far more often than usual escalates, and priorities rise.
//!
//! Runs beside ingestion, one process at a time, in short transactions. By the date alone it changes something only while
//! the clock can be believed (`jobs::steadiness`).

mod settling;
mod watching;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, HOUR_MS};
use crate::error::Result;
use crate::jobs::lease::Lease;
use crate::jobs::runner;
use crate::jobs::steadiness::{self, Found};
use crate::store::Store;

/// How often it looks. Whoever waits for a day or for an escalation does not notice a minute.
const EVERY: Duration = Duration::from_secs(60);
/// Pause between transactions, in which ingestion goes on.
const BREATH: Duration = Duration::from_millis(20);
/// Issues in one transaction.
const BATCH: u64 = 200;
/// How long events may be under way, ms: what happened that long before the last look may have arrived since.
const UNDER_WAY_MS: i64 = HOUR_MS / 4;
/// Where it is noted what the clock said.
const CLOCK_SETTING: &str = "issue_clock";

/// Keeps an eye on issues.
#[derive(Clone, Debug)]
pub struct Timekeeper {
    store: Store,
    clock: Clock,
    lease: Lease,
    stop: CancellationToken,
    /// When it last looked for what escalates.
    looked_at: Arc<AtomicI64>,
}

impl Timekeeper {
    pub fn new(store: &Store, clock: &Clock) -> Self {
        Self {
            store: store.clone(),
            clock: clock.clone(),
            lease: Lease::on("issues"),
            stop: CancellationToken::new(),
            looked_at: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// Looks every minute until the stop.
    pub async fn run(self, stop: CancellationToken) {
        let keeper = Self { stop: stop.clone(), ..self };
        while runner::sleep(EVERY, &stop).await {
            if let Err(error) = keeper.round().await {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "what time makes of issues could not be written; it will be later"
                );
            }
        }
        if let Err(error) = keeper.release().await {
            tracing::debug!(%error, "the lease on issues runs out by itself");
        }
    }

    /// Lets another process keep an eye on them.
    ///
    /// # Errors
    /// When the database fails; its lease then runs out by itself.
    pub async fn release(&self) -> Result<()> {
        self.lease.release(&self.store).await
    }

    /// Does what is due now. Does nothing while another process is at it.
    ///
    /// # Errors
    /// When the database fails. What was written by then stays; the next round goes on.
    pub async fn round(&self) -> Result<()> {
        let now = self.clock.now();
        if !self.may_go_on().await? {
            return Ok(());
        }
        match steadiness::look(&self.store, CLOCK_SETTING, now).await? {
            Found::Steady => self.settle(now).await?,
            Found::Waiting => {}
            Found::Leap(ms) => {
                let hours = ms / HOUR_MS;
                tracing::warn!(hours, "the clock leapt, or no server ran; issues change by the date in an hour again");
            }
        }
        self.watch(now, self.since(now)).await?;
        self.looked_at.store(now, Ordering::Relaxed);
        Ok(())
    }

    /// From when on what was seen has not been looked at.
    fn since(&self, now: i64) -> i64 {
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        // Not looked yet, or by a clock that has been set back since.
        let known = (now - HOUR_MS..=now).contains(&looked_at);
        if known { looked_at - UNDER_WAY_MS } else { now - HOUR_MS }
    }

    /// Whether the next step may be taken: nobody has asked to stop, and nobody else is at it.
    async fn may_go_on(&self) -> Result<bool> {
        Ok(!self.stop.is_cancelled() && self.lease.hold(&self.store, self.clock.now()).await?)
    }

    async fn breathe(&self) {
        runner::sleep(BREATH, &self.stop).await;
    }
}
