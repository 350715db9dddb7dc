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

    /// Stores content and answers its name. Storing the same content again is free and safe.
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

/// Two hexadecimal digits a directory, so that none holds millions of files.
fn path(name: &str) -> ObjectPath {
    ObjectPath::from(format!("{}/{name}", &name[..name.len().min(2)]))
}
