//! Pieces of uploads, named by the SHA-1 of their content as the tools name them. That name is checked before it is used.

use std::collections::HashSet;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha1::{Digest, Sha1};

use super::SourceMaps;
use crate::error::{Error, Result};
use crate::store::entities::upload_chunk::{self, Entity};

/// Size of the chunks that tools are asked to make, bytes; old versions of them need a power of two.
pub const CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// Chunks in one request.
pub const CHUNKS_PER_REQUEST: usize = 4;
/// Largest request of chunks, bytes: four of them and their framing.
pub const REQUEST_BYTES_MAX: usize = 33 * 1024 * 1024;
/// Names in one query.
const NAMES_PER_QUERY: usize = 1_000;

/// The SHA-1 of some content, as 40 hexadecimal digits.
pub(super) fn sha1(content: &[u8]) -> String {
    hex(&Sha1::digest(content))
}

pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(40), |text, byte| format!("{text}{byte:02x}"))
}

/// Whether a text is a SHA-1 as tools write it.
pub fn is_sha1(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl SourceMaps {
    /// Keeps one chunk.
    ///
    /// # Errors
    /// When it is not what its name says, or cannot be stored.
    pub async fn keep_chunk(&self, now: i64, name: &str, content: Vec<u8>) -> Result<()> {
        let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let digest = tokio::task::spawn_blocking(move || (sha1(&content), content)).await;
        let (digest, content) = digest.map_err(anyhow::Error::from)?;
        if digest != name {
            return Err(Error::invalid("file", format!("the chunk {name:.40} is not what its name says")));
        }
        let blob = self.blobs.put(content).await?;
        let row =
            upload_chunk::ActiveModel { sha1: Set(digest), blob: Set(blob), bytes: Set(bytes), uploaded_at: Set(now) };
        let conflict = OnConflict::column(upload_chunk::Column::Sha1)
            .update_columns([upload_chunk::Column::Blob, upload_chunk::Column::UploadedAt])
            .to_owned();
        Entity::insert(row).on_conflict(conflict).exec_without_returning(self.store.writer()).await?;
        Ok(())
    }

    /// Those of these chunks that are not here, each once, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missing_chunks(&self, names: &[String]) -> Result<Vec<String>> {
        let known: HashSet<String> = self.chunks(names).await?.into_iter().map(|chunk| chunk.sha1).collect();
        let mut named = HashSet::new();
        Ok(names.iter().filter(|name| !known.contains(*name) && named.insert(*name)).cloned().collect())
    }

    pub(super) async fn chunks(&self, names: &[String]) -> Result<Vec<upload_chunk::Model>> {
        let mut found = Vec::with_capacity(names.len());
        for names in names.chunks(NAMES_PER_QUERY) {
            let rows = Entity::find().filter(upload_chunk::Column::Sha1.is_in(names)).all(self.store.writer()).await?;
            found.extend(rows);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sha1_is_one() {
        assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(is_sha1(&sha1(b"")));
        for other in ["", "../../etc/passwd", "A9993E364706816ABA3E25717850C26C9CD0D89D", "a9993e36"] {
            assert!(!is_sha1(other), "{other}");
        }
    }
}
