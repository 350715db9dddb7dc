//! The bounded queue and the one writer: whoever waits is gathered and committed as one transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::arrival::Parcel;
use super::batch;
use super::names::Names;
use super::trouble::Trouble;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::search::Search;
use crate::store::{Store, changes};

/// Requests that may wait for the writer. At 15 kB an event this is about 15 MB of waiting; past it the answer is 503.
const QUEUE_REQUESTS: usize = 1_024;
/// Requests in one transaction. Enough to share the cost of the disk's flush, few enough to keep a commit short.
const BATCH_REQUESTS: usize = 256;

/// A parcel and whoever waits for its commit.
struct Waiting {
    parcel: Parcel,
    done: oneshot::Sender<Result<()>>,
}

/// The way in. Cheap to clone; one per request handler.
#[derive(Clone, Debug)]
pub struct Queue {
    sender: mpsc::Sender<Waiting>,
    counts: Arc<Counts>,
}

/// What the writer did since the start, for `/metrics`.
#[derive(Debug, Default)]
pub struct Counts {
    pub batches: AtomicU64,
    pub parcels: AtomicU64,
    pub refused: AtomicU64,
    pub failed: AtomicU64,
    /// What keeps it from writing.
    pub trouble: Trouble,
}

/// The other end of the queue, to be run by whoever runs background work.
#[derive(Debug)]
pub struct Writer {
    receiver: mpsc::Receiver<Waiting>,
    counts: Arc<Counts>,
    store: Store,
    search: Search,
    clock: Clock,
}

/// Makes a queue and its writer.
pub fn queue(store: Store, search: Search, clock: Clock) -> (Queue, Writer) {
    let (sender, receiver) = mpsc::channel(QUEUE_REQUESTS);
    let counts = Arc::new(Counts::default());
    (Queue { sender, counts: Arc::clone(&counts) }, Writer { receiver, counts, store, search, clock })
}

impl Queue {
    /// Hands a parcel over and waits until it is committed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue is full, the writer has stopped or the database refuses, as it does when the
    /// disk is full: nothing of the parcel is kept then.
    pub async fn commit(&self, parcel: Parcel) -> Result<()> {
        let (done, committed) = oneshot::channel();
        if self.sender.try_send(Waiting { parcel, done }).is_err() {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Error::Unavailable);
        }
        committed.await.unwrap_or(Err(Error::Unavailable))
    }

    /// Whether a parcel handed over now would be taken.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed() && self.sender.capacity() > 0
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("project_id", &self.parcel.project_id).finish_non_exhaustive()
    }
}

impl Writer {
    /// Writes until told to stop; what is in the queue by then is still written.
    ///
    /// On a thread of its own: a batch is a row of questions to the database, and among the tasks of the shared workers each
    /// answer would wait until a whole event is admitted.
    pub async fn run(self, stop: CancellationToken) {
        let here = Handle::current();
        if let Err(error) = tokio::task::spawn_blocking(move || here.block_on(self.write_until(stop))).await {
            tracing::error!(%error, "the writer ended; nothing more is accepted");
        }
    }

    async fn write_until(mut self, stop: CancellationToken) {
        let mut names = Names::default();
        let mut waiting = Vec::with_capacity(BATCH_REQUESTS);
        loop {
            tokio::select! {
                biased;
                taken = self.receiver.recv_many(&mut waiting, BATCH_REQUESTS) => if taken == 0 { return },
                () = stop.cancelled() => { self.receiver.close(); continue }
            }
            self.write(&mut names, &mut waiting).await;
        }
    }

    async fn write(&self, names: &mut Names, waiting: &mut Vec<Waiting>) {
        let parcels: Vec<&Parcel> = waiting.iter().map(|one| &one.parcel).collect();
        match self.transact(names, &parcels).await {
            Ok(()) => self.acknowledge(waiting),
            Err(error) if waiting.len() > 1 => {
                tracing::warn!(error = %describe(&error), parcels = waiting.len(), "a batch failed and is written one by one");
                for one in waiting.drain(..) {
                    let result = self.transact(names, &[&one.parcel]).await;
                    self.answer(one, result);
                }
            }
            Err(error) => {
                if let Some(one) = waiting.pop() {
                    self.answer(one, Err(error));
                }
            }
        }
    }

    fn acknowledge(&self, waiting: &mut Vec<Waiting>) {
        self.counts.batches.fetch_add(1, Ordering::Relaxed);
        self.counts.trouble.is_over();
        for one in waiting.drain(..) {
            self.answer(one, Ok(()));
        }
    }

    fn answer(&self, one: Waiting, result: Result<()>) {
        let Parcel { project_id, events, .. } = one.parcel;
        if result.is_ok() {
            let stored = events.into_iter().filter(|event| event.is_stored);
            self.search.expect(project_id, stored.map(|event| (event.event_id, event.text)));
        }
        let counter = if result.is_ok() { &self.counts.parcels } else { &self.counts.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        // Whatever the database said is for the log; to the client it means "send it again later".
        let result = result.map_err(|error| {
            let error = describe(&error);
            self.counts.trouble.note(&error, self.clock.now());
            tracing::error!(error, project.id = project_id, "a request could not be written");
            Error::Unavailable
        });
        // A client that hung up does not hear of it; what it sent is kept all the same.
        drop(one.done.send(result));
    }

    async fn transact(&self, names: &mut Names, parcels: &[&Parcel]) -> Result<()> {
        let tx = self.store.begin().await?;
        changes::lock(&tx).await?;
        let written = batch::write(&tx, names, parcels, self.clock.now()).await;
        let result = match written {
            Ok(()) => tx.commit().await.map_err(Error::from),
            Err(error) => tx.rollback().await.map_err(Error::from).and(Err(error)),
        };
        // Names learnt in a transaction that did not commit do not exist.
        if result.is_err() {
            names.forget();
        }
        result
    }
}

fn describe(error: &Error) -> String {
    match error {
        Error::Other(error) => format!("{error:#}"),
        other => other.to_string(),
    }
}
