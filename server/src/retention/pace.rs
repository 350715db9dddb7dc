//! How fast things are removed: never so fast that ingestion and pages feel it.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::jobs::runner;

/// Rest after each step, as a multiple of what it took: a quarter of the time is spent, three quarters are left.
const REST: u32 = 3;
/// Longest rest, so that one slow step does not end the work.
const REST_MAX: Duration = Duration::from_secs(5);

/// Whether and how soon the next step is taken.
#[derive(Clone, Debug)]
pub struct Pace {
    stop: CancellationToken,
    rests: bool,
}

impl Pace {
    /// A quarter of the time.
    pub fn beside_ingestion(stop: CancellationToken) -> Self {
        Self { stop, rests: true }
    }

    /// Without rests, when nothing else goes on.
    pub fn without_rests() -> Self {
        Self { stop: CancellationToken::new(), rests: false }
    }

    pub(super) fn is_over(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Rests after a step that began then.
    pub(super) async fn rest(&self, began: Instant) {
        if self.rests {
            runner::sleep(began.elapsed().saturating_mul(REST).min(REST_MAX), &self.stop).await;
        }
    }
}
