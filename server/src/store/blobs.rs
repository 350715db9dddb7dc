//! Files that came with events and feedback, and those that tools upload, named by the hash of their content.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use futures::StreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

/// The blob store of an installation.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The folder its blobs are in, empty for those of events.
    folder: &'static str,
}

impl Blobs {
    /// Blobs in `blobs/` of the data directory.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn in_directory(data: &Path) -> anyhow::Result<Self> {
        let root = data.join("blobs");
        std::fs::create_dir_all(&root).with_context(|| format!("making {}", root.display()))?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(&root)?), folder: "" })
    }

    /// The same store, for blobs of another kind: what is swept there touches none of the others.
    #[must_use]
    pub fn below(&self, folder: &'static str) -> Self {
        Self { store: Arc::clone(&self.store), folder }
    }

    /// Stores content and answers its name. Storing the same content again is free and safe.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn put(&self, content: Vec<u8>) -> anyhow::Result<String> {
        let name = blake3::hash(&content).to_hex().to_string();
        self.store.put(&self.path(&name), PutPayload::from(content)).await.context("storing a file")?;
        Ok(name)
    }

    /// Reads content by its name.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn get(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let found = self.store.get(&self.path(name)).await.with_context(|| format!("reading file {name}"))?;
        Ok(found.bytes().await.with_context(|| format!("reading file {name}"))?.to_vec())
    }

    /// The names of blobs that begin with this byte and were last written before a time, Unix milliseconds. By their
    /// first byte, so that a sweep over millions of them never holds all names.
    ///
    /// # Errors
    /// When the store cannot be listed.
    pub async fn written_before(&self, first: u8, at: i64) -> anyhow::Result<Vec<String>> {
        let folder = self.path(&format!("{first:02x}"));
        let folder = ObjectPath::from(folder.as_ref().rsplit_once('/').map_or("", |(folder, _)| folder));
        let mut found = self.store.list(Some(&folder));
        let mut names = Vec::new();
        while let Some(blob) = found.next().await {
            let blob = blob.context("listing files")?;
            if blob.last_modified.timestamp_millis() < at {
                names.extend(blob.location.filename().map(str::to_owned));
            }
        }
        Ok(names)
    }

    /// Deletes a blob that nothing refers to any more.
    ///
    /// # Errors
    /// When the store cannot be written. That it is not there is no error.
    pub async fn delete(&self, name: &str) -> anyhow::Result<()> {
        match self.store.delete(&self.path(name)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            deleted => deleted.with_context(|| format!("deleting file {name}")),
        }
    }

    /// Two hexadecimal digits a directory, so that none holds millions of files.
    fn path(&self, name: &str) -> ObjectPath {
        let start = &name[..name.len().min(2)];
        match self.folder {
            "" => ObjectPath::from(format!("{start}/{name}")),
            folder => ObjectPath::from(format!("{folder}/{start}/{name}")),
        }
    }
}
