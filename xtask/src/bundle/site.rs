//! The folder `target/site`: files under names that change with their content, and the manifest that names them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Profile;
use super::compress;
use crate::workspace;

/// Ten hexadecimal digits: enough that two builds never share a name.
const FINGERPRINT_DIGITS: usize = 10;
/// Where the fingerprinted files are, as a folder and as a path in URLs.
const ASSETS: &str = "assets";

/// The address of each piece; none for a piece that was not built.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) js: Option<String>,
    pub(crate) wasm: Option<String>,
    pub(crate) css: Option<String>,
    pub(crate) widget: Option<String>,
}

/// `target/site` while it is being brought up to date.
pub(crate) struct Site {
    folder: PathBuf,
    profile: Profile,
    pub(crate) manifest: Manifest,
}

impl Site {
    /// Starts from what the last build left.
    pub(crate) fn open(profile: Profile) -> Result<Self> {
        Self::open_in(workspace::site(), profile)
    }

    fn open_in(folder: PathBuf, profile: Profile) -> Result<Self> {
        let assets = folder.join(ASSETS);
        fs::create_dir_all(&assets).with_context(|| format!("making {}", assets.display()))?;
        let kept = fs::read_to_string(folder.join("manifest.json")).unwrap_or_default();
        Ok(Self { folder, profile, manifest: Manifest::parsed(&kept) })
    }

    /// The profile this site is built with.
    pub(crate) fn profile(&self) -> Profile {
        self.profile
    }

    /// Puts a file under its fingerprinted name, compressed too, and returns its address.
    pub(crate) fn publish(&self, name: &str, extension: &str, bytes: &[u8]) -> Result<String> {
        let fingerprint = blake3::hash(bytes).to_hex();
        let file_name = format!("{name}.{}.{extension}", &fingerprint[..FINGERPRINT_DIGITS]);
        let path = self.folder.join(ASSETS).join(&file_name);
        write_once(&path, || Ok(bytes.to_owned()))?;
        write_once(&with_suffix(&path, ".gz"), || compress::gzip(bytes))?;
        if self.profile == Profile::Release {
            write_once(&with_suffix(&path, ".br"), || compress::brotli(bytes))?;
        }
        Ok(format!("/{ASSETS}/{file_name}"))
    }

    /// Puts both halves of the browser bundle into place.
    pub(crate) fn publish_wasm(&mut self, js: &str, wasm: &[u8]) -> Result<()> {
        self.manifest.js = Some(self.publish("fieldfare", "js", js.as_bytes())?);
        self.manifest.wasm = Some(self.publish("fieldfare", "wasm", wasm)?);
        Ok(())
    }

    /// Notes that there is no browser bundle.
    pub(crate) fn forget_wasm(&mut self) {
        self.manifest.js = None;
        self.manifest.wasm = None;
    }

    /// Whether the browser bundle named by the manifest is there.
    pub(crate) fn has_wasm(&self) -> bool {
        [&self.manifest.js, &self.manifest.wasm].into_iter().all(|url| url.as_ref().is_some_and(|url| self.has(url)))
    }

    fn has(&self, url: &str) -> bool {
        let path = self.path_of(url);
        let compressed = if self.profile == Profile::Release { ".br" } else { ".gz" };
        path.is_file() && with_suffix(&path, compressed).is_file()
    }

    /// The file behind an address of the manifest.
    pub(crate) fn path_of(&self, url: &str) -> PathBuf {
        self.folder.join(url.trim_start_matches('/'))
    }

    /// How many bytes travel for this address with gzip; none for a piece that was not built.
    pub(crate) fn gzip_bytes(&self, url: Option<&str>) -> Result<u64> {
        let Some(url) = url else { return Ok(0) };
        let path = with_suffix(&self.path_of(url), ".gz");
        Ok(path.metadata().with_context(|| format!("measuring {}", path.display()))?.len())
    }

    /// Mirrors `source` into the folder `static`, under the names the files have.
    pub(crate) fn mirror(&self, source: &Path) -> Result<()> {
        let target = self.folder.join("static");
        let mut wanted = BTreeSet::new();
        for file in workspace::files_below(source)? {
            let copy = target.join(file.strip_prefix(source)?);
            let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            write_changed(&copy, &bytes)?;
            wanted.insert(copy);
        }
        remove_others(&target, &wanted)
    }

    /// Writes the manifest and removes what it no longer names.
    pub(crate) fn finish(&self) -> Result<()> {
        write_changed(&self.folder.join("manifest.json"), self.manifest.printed().as_bytes())?;
        let named = self.manifest.urls().map(|url| self.path_of(url));
        let wanted = named.flat_map(|path| [with_suffix(&path, ".gz"), with_suffix(&path, ".br"), path]).collect();
        remove_others(&self.folder.join(ASSETS), &wanted)
    }
}

impl Manifest {
    /// From the text of `manifest.json`; empty when that is missing or broken, so that everything is built anew.
    fn parsed(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let field = |name: &str| value[name].as_str().map(ToOwned::to_owned);
        Self { js: field("js"), wasm: field("wasm"), css: field("css"), widget: field("widget") }
    }

    fn printed(&self) -> String {
        let Self { js, wasm, css, widget } = self;
        format!("{}\n", json!({ "js": js, "wasm": wasm, "css": css, "widget": widget }))
    }

    /// Every address there is.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &String> {
        [&self.js, &self.wasm, &self.css, &self.widget].into_iter().flatten()
    }
}

/// Writes a file whose name already says what is in it, unless it is there.
fn write_once(path: &Path, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    if path.is_file() { Ok(()) } else { write(path, &content()?) }
}

/// Writes a file only when its content changes, so that cargo sees no change where there is none.
fn write_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|kept| kept == bytes) { Ok(()) } else { write(path, bytes) }
}

/// Writes by renaming, so that a running server never reads half a file.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    let unfinished = with_suffix(path, ".unfinished");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&unfinished, bytes))
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("writing {}", path.display()))
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for file in workspace::files_below(folder)? {
        if !wanted.contains(&file) {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Profile, Site};
    use crate::workspace::files_below;

    fn names(folder: &Path) -> Vec<String> {
        let files = files_below(folder).unwrap();
        files.iter().map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    #[test]
    fn a_changed_file_gets_a_new_name_and_the_old_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["a { }", "b { }"] {
            let mut site = Site::open_in(folder.path().to_owned(), Profile::Release).unwrap();
            site.manifest.css = Some(site.publish("fieldfare", "css", text.as_bytes()).unwrap());
            site.finish().unwrap();
        }
        let site = Site::open_in(folder.path().to_owned(), Profile::Release).unwrap();

        let css = site.manifest.css.as_deref().unwrap().trim_start_matches('/');
        let expected = [css.to_owned(), format!("{css}.br"), format!("{css}.gz"), "manifest.json".to_owned()];
        assert_eq!(names(folder.path()), expected);
        assert_eq!(site.manifest.js, None);
    }

    #[test]
    fn static_files_are_mirrored() {
        let (source, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let site = Site::open_in(folder.path().to_owned(), Profile::Dev).unwrap();
        for (there, gone) in [("favicon.svg", "icon.png"), ("icons/icon.png", "favicon.svg")] {
            let file = source.path().join(there);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "picture").unwrap();
            std::fs::remove_file(source.path().join(gone)).ok();
            site.mirror(source.path()).unwrap();
            assert_eq!(names(&folder.path().join("static")), [there]);
        }
    }

    #[test]
    fn a_broken_manifest_is_an_empty_one() {
        for text in ["", "{", "[]", "{\"js\": 1}"] {
            assert_eq!(super::Manifest::parsed(text), super::Manifest::default(), "{text}");
        }
    }
}
