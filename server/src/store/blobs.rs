//! Files that came with events and feedback, named by the hash of their content.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

/// The blob store of an installation.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// Blobs in `blobs/` of the data directory.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn in_directory(data: &Path) -> anyhow::Result<Self> {
        let root = data.join("blobs");
        std::fs::create_dir_all(&root).with_context(|| format!("making {}", root.display()))?;
        Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(&root)?)))
    }

    /// Stores content and answers its name. Storing the same content again is safe. It is always written: its time
    /// says when it was last wanted, on which [`Blobs::remove_if_unchanged`] relies.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn put(&self, content: Vec<u8>) -> anyhow::Result<String> {
        let name = blake3::hash(&content).to_hex().to_string();
        self.0.put(&path(&name), PutPayload::from(content)).await.context("storing an attachment")?;
        Ok(name)
    }

    /// Reads content by its name.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn get(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let found = self.0.get(&path(name)).await.with_context(|| format!("reading attachment {name}"))?;
        Ok(found.bytes().await.with_context(|| format!("reading attachment {name}"))?.to_vec())
    }
}

impl Blobs {
    /// When content was last stored, in microseconds; `None` when it is not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn modified(&self, name: &str) -> anyhow::Result<Option<i64>> {
        self.modified_at(&path(name)).await
    }

    /// Removes content unless it was stored again since `modified`, and answers whether it is gone. It is moved aside
    /// before its time is looked at, so that whoever stores it at this moment either is seen or stores it anew.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn remove_if_unchanged(&self, name: &str, modified: i64) -> anyhow::Result<bool> {
        let (place, aside) = (path(name), ObjectPath::from(format!("{ASIDE}/{name}")));
        match self.0.rename(&place, &aside).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error).context("moving a file aside"),
        }
        match self.modified_at(&aside).await? {
            None => Ok(true),
            Some(at) if at == modified => {
                self.0.delete(&aside).await.context("removing a file")?;
                Ok(true)
            }
            Some(_) => {
                self.0.rename(&aside, &place).await.context("putting a file back")?;
                Ok(false)
            }
        }
    }

    async fn modified_at(&self, place: &ObjectPath) -> anyhow::Result<Option<i64>> {
        match self.0.head(place).await {
            Ok(meta) => Ok(Some(meta.last_modified.timestamp_micros())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("looking at a file"),
        }
    }
}

/// Where files are moved before they are removed; no name begins with it.
const ASIDE: &str = "removing";

/// Two hexadecimal digits a directory, so that none holds millions of files.
fn path(name: &str) -> ObjectPath {
    ObjectPath::from(format!("{}/{name}", &name[..name.len().min(2)]))
}

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
