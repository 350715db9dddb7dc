//! Remembers that a piece of work was done for these inputs, so that it is not done again.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// A small file that holds the fingerprint of the inputs of the last finished run.
pub(crate) struct Stamp {
    file: PathBuf,
    fingerprint: String,
}

impl Stamp {
    /// The stamp kept in `file` for work whose inputs are `inputs`.
    pub(crate) fn new(file: PathBuf, inputs: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for input in inputs {
            hasher.update(&(input.len() as u64).to_le_bytes());
            hasher.update(input);
        }
        Self { file, fingerprint: hasher.finalize().to_hex().to_string() }
    }

    /// Whether the work was already done for these inputs.
    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.fingerprint)
    }

    /// Notes that the work is done.
    pub(crate) fn keep(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(&self.file, &self.fingerprint).with_context(|| format!("writing {}", self.file.display()))
    }
}
