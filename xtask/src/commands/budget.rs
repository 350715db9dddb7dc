//! `cargo xtask budget`: the promises about size, kept by a machine.

use anyhow::{Result, ensure};

use super::build;
use crate::bundle::{self, Profile, Site};

/// What a first visit to the application may cost over the network, after the page itself.
const BUNDLE_GZIP_BYTES_MAX: u64 = 300_000;
/// What the embeddable script may add to a page of somebody else.
const WIDGET_GZIP_BYTES_MAX: u64 = 12_000;

/// Builds the release files and fails when they are too large.
pub(crate) fn run() -> Result<()> {
    let site = bundle::build(Profile::Release)?;
    build::report(&site)?;
    let (bundle, widget) = (bundle_gzip_bytes(&site)?, widget_gzip_bytes(&site)?);
    println!("browser bundle    {bundle:>7} of {BUNDLE_GZIP_BYTES_MAX} bytes gzip");
    println!("embeddable script {widget:>7} of {WIDGET_GZIP_BYTES_MAX} bytes gzip");
    ensure!(site.has_wasm(), "there is no browser bundle to measure");
    ensure!(bundle <= BUNDLE_GZIP_BYTES_MAX, "the browser bundle is too large");
    ensure!(widget <= WIDGET_GZIP_BYTES_MAX, "the embeddable script is too large");
    Ok(())
}

/// JavaScript and WebAssembly together.
pub(crate) fn bundle_gzip_bytes(site: &Site) -> Result<u64> {
    Ok(site.gzip_bytes(site.manifest.js.as_deref())? + site.gzip_bytes(site.manifest.wasm.as_deref())?)
}

/// The embeddable script.
pub(crate) fn widget_gzip_bytes(site: &Site) -> Result<u64> {
    site.gzip_bytes(site.manifest.widget.as_deref())
}
