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

    /// Stores content and answers its name. Storing the same content again is safe. It is always written: its time
    /// says when it was last wanted, on which [`Blobs::remove_if_unchanged`] relies.
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

    /// When content was last stored, in microseconds; `None` when it is not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn modified(&self, name: &str) -> anyhow::Result<Option<i64>> {
        self.modified_at(&self.path(name)).await
    }

    /// Removes content unless it was stored again since `modified`, and answers whether it is gone. It is moved aside
    /// before its time is looked at, so that whoever stores it at this moment either is seen or stores it anew.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn remove_if_unchanged(&self, name: &str, modified: i64) -> anyhow::Result<bool> {
        let (place, aside) = (self.path(name), ObjectPath::from(format!("{ASIDE}/{name}")));
        match self.store.rename(&place, &aside).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error).context("moving a file aside"),
        }
        match self.modified_at(&aside).await? {
            None => Ok(true),
            Some(at) if at == modified => {
                self.store.delete(&aside).await.context("removing a file")?;
                Ok(true)
            }
            Some(_) => {
                self.store.rename(&aside, &place).await.context("putting a file back")?;
                Ok(false)
            }
        }
    }

    async fn modified_at(&self, place: &ObjectPath) -> anyhow::Result<Option<i64>> {
        match self.store.head(place).await {
            Ok(meta) => Ok(Some(meta.last_modified.timestamp_micros())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("looking at a file"),
        }
    }
}

/// Where files are moved before they are removed; no name begins with it.
const ASIDE: &str = "removing";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_stored_again_is_not_removed() {
        let data = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_directory(data.path()).unwrap();
        let name = blobs.put(b"screenshot".to_vec()).await.unwrap();
        let before = blobs.modified(&name).await.unwrap().unwrap();
        blobs.put(b"screenshot".to_vec()).await.unwrap();
        let after = blobs.modified(&name).await.unwrap().unwrap();
        if before != after {
            assert!(!blobs.remove_if_unchanged(&name, before).await.unwrap());
        }
        assert_eq!(blobs.get(&name).await.unwrap(), b"screenshot");
        assert!(blobs.remove_if_unchanged(&name, after).await.unwrap());
        assert_eq!(blobs.modified(&name).await.unwrap(), None);
        assert!(blobs.remove_if_unchanged(&name, after).await.unwrap(), "it is gone already");
    }
}
