//! Source maps: what tools upload of them, and what they make of the frames of events.
//!
//! Uploads come in chunks, named by their SHA-1; whole bundles are taken apart and their members kept in the blob store
//! by their content. Everything is scoped to the project it was uploaded for. Knows events as values and nothing of
//! issues; what a mapped event means for its group is decided by `ingest`.

mod archive;
mod assemble;
mod bundles;
mod chunks;
mod doctor;
mod files;
mod find;
mod frames;
mod insert;
mod map;
mod misses;
mod script;
mod sweep;
pub mod url;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::{Mutex, Notify, Semaphore, SemaphorePermit};

pub use archive::{BUNDLE_BYTES_MAX, Member, read as read_bundle};
pub use assemble::{Bundle, Progress};
pub use bundles::{delete, pending, set_ready};
pub use chunks::{CHUNK_BYTES, CHUNKS_PER_REQUEST, REQUEST_BYTES_MAX, is_sha1};
pub use doctor::{bundles, report};
pub use files::{File, NewFile};
pub use frames::{applies_to, map as map_frames};
pub use map::{Mapping, Scope};
pub use script::{Outcome, Script};
pub use sweep::sweep_now_and_then;

use crate::store::Store;
use crate::store::blobs::Blobs;

/// Where source maps are in the blob store.
const FOLDER: &str = "artifacts";
/// Memory that parsed maps may take, bytes.
const PARSED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How long a parsed map is kept without being asked for; a process at rest should be small.
const PARSED_IDLE: Duration = Duration::from_secs(600);
/// Answers remembered of where a script's map is, or that there is none.
const ANSWERS_MAX: u64 = 10_000;
/// How long such an answer is believed. Uploads through another process work at most this long after.
const ANSWERS_BELIEVED: Duration = Duration::from_secs(60);
/// How long it is believed whether a project has any maps.
const NEWEST_BELIEVED: Duration = Duration::from_secs(10);
/// Projects of which that is remembered.
const PROJECTS_MAX: u64 = 10_000;
/// Requests that hold chunks in memory at the same time.
const UPLOADING_AT_ONCE: usize = 3;
/// Maps parsed at the same time: each may take a few hundred megabytes while it is read.
const PARSING_AT_ONCE: usize = 1;

/// Everything this process knows of source maps. Cheap to clone.
#[derive(Clone)]
pub struct SourceMaps {
    store: Store,
    blobs: Blobs,
    /// Where bundles are put together.
    scratch: Arc<PathBuf>,
    /// The newest bundle of a project, 0 where it has none.
    newest: Cache<i64, i64>,
    answers: Cache<find::Sought, Arc<find::Answer>>,
    scripts: Cache<find::Found, Arc<script::Outcome>>,
    parsing: Arc<Semaphore>,
    uploading: Arc<Semaphore>,
    /// One upload is put together at a time.
    assembling: Arc<Mutex<()>>,
    misses: misses::Tally,
    /// Told when a bundle waits to be made ready.
    arrived: Arc<Notify>,
    /// Told when bundles have become ready.
    ready: Arc<Notify>,
}

impl SourceMaps {
    /// `data` is the data directory.
    pub fn new(store: Store, blobs: &Blobs, data: &Path) -> Self {
        Self {
            store,
            blobs: blobs.below(FOLDER),
            scratch: Arc::new(data.to_owned()),
            newest: Cache::builder().max_capacity(PROJECTS_MAX).time_to_live(NEWEST_BELIEVED).build(),
            answers: Cache::builder().max_capacity(ANSWERS_MAX).time_to_live(ANSWERS_BELIEVED).build(),
            scripts: Cache::builder()
                .weigher(|_, outcome: &Arc<script::Outcome>| script::weight(outcome))
                .max_capacity(PARSED_BYTES_MAX)
                .time_to_idle(PARSED_IDLE)
                .build(),
            parsing: Arc::new(Semaphore::new(PARSING_AT_ONCE)),
            uploading: Arc::new(Semaphore::new(UPLOADING_AT_ONCE)),
            assembling: Arc::default(),
            misses: misses::Tally::default(),
            arrived: Arc::default(),
            ready: Arc::default(),
        }
    }

    /// Looks everything of a project up anew, since its bundles have changed.
    pub async fn forget(&self, project_id: i64) {
        self.newest.invalidate(&project_id).await;
        self.answers.invalidate_all();
    }

    /// Waits until there is memory for one more request that uploads.
    pub async fn uploading(&self) -> Option<SemaphorePermit<'_>> {
        self.uploading.acquire().await.ok()
    }

    /// Waits until a bundle may wait to be made ready.
    pub async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// Tells those who wait for bundles that some have become ready.
    pub fn announce_ready(&self) {
        self.ready.notify_waiters();
    }
}

impl std::fmt::Debug for SourceMaps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceMaps").finish_non_exhaustive()
    }
}
