//! Where things are in this repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the workspace").to_owned()
}

/// The files for the browser. The server looks for them (or embeds them) here, whatever cargo's target folder is.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// Cargo's target folder for the browser bundle: its own, so that neither build invalidates the other.
pub(crate) fn front_target() -> PathBuf {
    root().join("target/front")
}

/// Cargo's target folder for everything else.
pub(crate) fn target() -> Result<PathBuf> {
    let mut metadata = process::cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let printed = process::output(&mut metadata)?;
    let metadata: serde_json::Value = serde_json::from_str(&printed).context("reading cargo's metadata")?;
    let folder = metadata["target_directory"].as_str().context("cargo's metadata names no target directory")?;
    Ok(folder.into())
}

/// Every file below `folder`, in a stable order; nothing when the folder is missing.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = folder.read_dir().with_context(|| format!("listing {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
