//! Background work: started here, restarted when it panics, and stopped together.
//!
//! Knows nothing of what the work is. Whatever runs beside the requests of a server is started by its [`Runner`], so
//! that shutting down waits for all of it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Pause before work that panicked begins again; short enough to go unnoticed, long enough not to fill the log.
const RESTART_PAUSE: Duration = Duration::from_secs(5);

/// All background work of one server process.
#[derive(Clone, Debug, Default)]
pub struct Runner {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Runner {
    pub fn new() -> Self {
        Self::default()
    }

    /// The signal that tells all work to finish.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts work that runs until it returns, which it should soon after the token given to it is cancelled. Work that
    /// panics begins again after a pause; what it was doing must be safe to do twice.
    pub fn start<W, F>(&self, name: &'static str, work: W)
    where
        W: Fn(CancellationToken) -> F + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let stop = self.stop.clone();
        self.spawn(async move { supervise(name, work, &stop, RESTART_PAUSE).await });
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that starts background work")]
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.tasks.track_future(work));
    }

    /// Tells all work to finish and waits for it, at most this long. Answers whether all of it has.
    pub async fn shut_down(&self, within: Duration) -> bool {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(within, self.tasks.wait()).await.is_ok()
    }
}

async fn supervise<W, F>(name: &'static str, work: W, stop: &CancellationToken, pause: Duration)
where
    W: Fn(CancellationToken) -> F,
    F: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        let run = AssertUnwindSafe(work(stop.clone())).catch_unwind();
        let Err(panic) = run.await else { return };
        tracing::error!(work = name, reason = reason(panic.as_ref()), "background work panicked and begins again");
        sleep(pause, stop).await;
    }
}

fn reason(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

/// Sleeps, but not longer than until the stop. Answers whether there is more to do.
pub async fn sleep(pause: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(pause) => true,
    }
}

/// Does something, then again a pause later, and so on until the stop. What has begun is finished.
pub async fn every(pause: Duration, stop: &CancellationToken, mut work: impl AsyncFnMut()) {
    while !stop.is_cancelled() {
        work().await;
        sleep(pause, stop).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn work_that_panics_begins_again_and_work_that_returns_does_not() {
        let begun = AtomicUsize::new(0);
        let stop = CancellationToken::new();
        let work = |_| async {
            assert!(begun.fetch_add(1, Ordering::SeqCst) > 0, "the first time fails");
        };
        supervise("test", work, &stop, Duration::ZERO).await;
        assert_eq!(begun.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn shutting_down_waits_for_what_has_begun() {
        let runner = Runner::new();
        let done = Arc::new(AtomicUsize::new(0));
        let counter = done.clone();
        runner.start("test", move |stop| {
            let counter = counter.clone();
            async move {
                stop.cancelled().await;
                tokio::task::yield_now().await;
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        tokio::task::yield_now().await;
        assert!(runner.shut_down(SOON).await);
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn periodic_work_ends_with_the_stop() {
        let stop = CancellationToken::new();
        let mut rounds = 0;
        every(Duration::ZERO, &stop, async || {
            rounds += 1;
            if rounds == 3 {
                stop.cancel();
            }
        })
        .await;
        assert_eq!(rounds, 3);
    }
}
