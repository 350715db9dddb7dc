//! The index on disk: opening, writing, and the handle that everybody holds.
//!
//! One writer, kept alive so that its merges are carried out; every call of it blocks and runs on a blocking thread.
//! The number of the last change indexed is part of each commit, so that index and position can never disagree.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use tantivy::directory::error::LockError;
use tantivy::indexer::LogMergePolicy;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::analyser;
use super::document::{Document, Key};
use super::event_text::EventText;
use super::fields::{self, Fields};
use super::fresh::Fresh;
use super::source::Texts;

/// Memory of the writer before it writes a segment, bytes; tantivy wants 15 MB at least, more means fewer merges.
const WRITER_BYTES: usize = 30_000_000;
/// Part of a segment that may be deleted documents before it is merged.
const DELETED_PART_MAX: f32 = 0.3;
/// How often the index may be found in use when it is opened, one second in all: the process we take over from is
/// ending, or is starting another program, which has all its files open for a moment.
const LOCK_LOOKS_MAX: u32 = 50;
const LOCK_LOOK_EVERY: Duration = Duration::from_millis(20);

/// The search index of an installation. Clones share it.
#[derive(Clone)]
pub struct Search(Arc<Shared>);

struct Shared {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    position: watch::Sender<Option<i64>>,
    wake: Notify,
    fresh: Fresh,
    /// Whoever writes holds it, from the first document to the commit. True while there may be uncommitted documents.
    turn: tokio::sync::Mutex<bool>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("position", &self.position()).finish_non_exhaustive()
    }
}

impl Search {
    /// Opens the index in the data directory, or makes an empty one where there is none that can be read.
    ///
    /// # Errors
    /// When the directory cannot be written, or another process has the index open.
    pub fn open(data: &Path) -> anyhow::Result<Self> {
        let directory = data.join("search").join(fields::VERSION);
        match open_when_free(&directory) {
            Ok(search) => Ok(search),
            Err(error) if is_locked(&error) => {
                Err(error).context("the search index is in use; is another fieldfare running on this data directory?")
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the search index cannot be read and is made anew");
                std::fs::remove_dir_all(&directory).context("removing a broken search index")?;
                open_in(&directory)
            }
        }
    }

    /// The number of the last change that can be found, `None` until the index was filled for the first time.
    pub fn position(&self) -> Option<i64> {
        *self.0.position.borrow()
    }

    /// Waits until everything up to a change can be found.
    pub async fn caught_up(&self, seq: i64) {
        let mut position = self.0.position.subscribe();
        // Fails only when the sender is gone, and this handle holds it.
        let _ = position.wait_for(|position| position.is_some_and(|position| position >= seq)).await;
    }

    /// Says that there are changes to index, so that the follower need not find out by itself.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Leaves the words of events that have just been committed, so that the follower need not read them back.
    pub fn expect(&self, project_id: i64, texts: impl Iterator<Item = (Uuid, EventText)>) {
        self.0.fresh.put(project_id, texts);
    }

    /// The words that were left for these events.
    pub(super) fn expected(&self, keys: &[Key]) -> Texts {
        self.0.fresh.take(keys)
    }

    /// Waits for the next [`Search::wake`].
    pub(super) async fn woken(&self) {
        self.0.wake.notified().await;
    }

    /// Waits until nobody else writes.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, bool> {
        self.0.turn.lock().await
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    /// The state of the index as of the last commit.
    pub(super) fn searcher(&self) -> Searcher {
        self.0.reader.searcher()
    }

    /// Puts documents in place of whatever was indexed under these keys. Visible after [`Search::commit`]. Blocks.
    pub(super) fn replace(&self, keys: &[Key], documents: &[Document]) -> tantivy::Result<()> {
        let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            writer.delete_term(key.term(&self.0.fields));
        }
        for document in documents {
            writer.add_document(document.to_tantivy(&self.0.fields))?;
        }
        Ok(())
    }

    /// Makes everything since the last commit durable and visible, together with its position. Blocks.
    pub(super) fn commit(&self, position: i64) -> tantivy::Result<()> {
        {
            let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&position.to_string());
            commit.commit()?;
        }
        self.0.reader.reload()?;
        self.0.position.send_replace(Some(position));
        Ok(())
    }

    /// Forgets everything since the last commit. Blocks.
    pub(super) fn rollback(&self) -> tantivy::Result<()> {
        self.0.writer.lock().unwrap_or_else(PoisonError::into_inner).rollback().map(drop)
    }

    /// Removes every document, from the next commit on. Blocks.
    pub(super) fn clear(&self) -> tantivy::Result<()> {
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.rollback()?;
        writer.delete_all_documents().map(drop)
    }
}

fn open_in(directory: &PathBuf) -> anyhow::Result<Search> {
    std::fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
    let (schema, fields) = fields::schema();
    let files = tantivy::directory::MmapDirectory::open(directory)?;
    let index = Index::open_or_create(files, schema)?;
    analyser::register(&index);
    let writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(DELETED_PART_MAX);
    writer.set_merge_policy(Box::new(policy));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let position = index.load_metas()?.payload.and_then(|payload| payload.parse().ok());
    let position = watch::Sender::new(position);
    let shared = Shared {
        fields,
        reader,
        writer: Mutex::new(writer),
        position,
        wake: Notify::new(),
        fresh: Fresh::default(),
        turn: Default::default(),
    };
    Ok(Search(Arc::new(shared)))
}

/// Opens the index; waits a little when it is in use.
fn open_when_free(directory: &PathBuf) -> anyhow::Result<Search> {
    for _ in 0..LOCK_LOOKS_MAX {
        match open_in(directory) {
            Err(error) if is_locked(&error) => std::thread::sleep(LOCK_LOOK_EVERY),
            opened => return opened,
        }
    }
    open_in(directory)
}

fn is_locked(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(TantivyError::LockFailure(LockError::LockBusy, _)))
}

impl Search {
    /// How many bytes the index takes on disk, for figures.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn bytes_on_disk(&self) -> anyhow::Result<u64> {
        let usage = self.searcher().space_usage()?;
        Ok(usage.total().get_bytes())
    }

    /// How many documents can be found.
    pub fn documents(&self) -> u64 {
        self.searcher().num_docs()
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn it_waits_for_the_one_before_to_let_go() {
        let data = tempfile::tempdir().unwrap();
        let before = Search::open(data.path()).unwrap();
        let ending = std::thread::spawn(move || drop(before));
        Search::open(data.path()).unwrap();
        ending.join().unwrap();
    }

    #[test]
    fn two_cannot_share_it() {
        let data = tempfile::tempdir().unwrap();
        let _first = Search::open(data.path()).unwrap();
        let refused = Search::open(data.path()).unwrap_err().to_string();
        assert!(refused.starts_with("the search index is in use"), "{refused}");
    }
}
