//! Makes the files for the browser and puts them, fingerprinted and compressed, into `target/site`.
//!
//! Pieces are independent: the watcher remakes only the one that changed. A piece whose sources are missing is left
//! out of the manifest, and the server then serves pages without it.

mod compress;
mod site;
mod style;
mod wasm;
mod widget;

use anyhow::Result;

pub(crate) use site::Site;

use crate::workspace;

/// How the browser bundle is compiled, and how hard its files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build: gzip only, function names kept for readable panics.
    Dev,
    /// Small: what users get.
    Release,
}

impl Profile {
    /// The profile for a command whose only switch is `--dev`.
    pub(crate) fn from_dev_flag(dev: bool) -> Self {
        if dev { Self::Dev } else { Self::Release }
    }
}

/// Makes every piece.
pub(crate) fn build(profile: Profile) -> Result<Site> {
    let mut site = Site::open(profile)?;
    build_wasm(&mut site)?;
    build_style(&mut site)?;
    build_widget(&mut site)?;
    copy_static(&site)?;
    site.finish()?;
    Ok(site)
}

/// Compiles the interface to WebAssembly, or notes that there is none.
pub(crate) fn build_wasm(site: &mut Site) -> Result<()> {
    let compiled = wasm::compile(site.profile())?;
    match compiled {
        None => site.forget_wasm(),
        Some(module) => {
            let stamp = module.stamp(site.profile());
            if stamp.is_fresh() && site.has_wasm() {
                return Ok(());
            }
            let bundle = module.bind(site.profile())?;
            site.publish_wasm(&bundle.js, &bundle.wasm)?;
            stamp.keep()?;
        }
    }
    Ok(())
}

/// Bundles the style sheet.
pub(crate) fn build_style(site: &mut Site) -> Result<()> {
    let entry = workspace::root().join("style/main.css");
    if !entry.is_file() {
        println!("style/main.css does not exist: no style sheet");
        site.manifest.css = None;
        return Ok(());
    }
    let css = style::bundle(&entry)?;
    site.manifest.css = Some(site.publish("fieldfare", "css", css.as_bytes())?);
    Ok(())
}

/// Bundles the embeddable script.
pub(crate) fn build_widget(site: &mut Site) -> Result<()> {
    let entry = workspace::root().join("app/widget/main.js");
    if !entry.is_file() {
        println!("app/widget/main.js does not exist: no embeddable script");
        site.manifest.widget = None;
        return Ok(());
    }
    let script = widget::bundle(&entry)?;
    site.manifest.widget = Some(site.publish("widget", "js", script.as_bytes())?);
    Ok(())
}

/// Copies what keeps its name: icons and the like.
pub(crate) fn copy_static(site: &Site) -> Result<()> {
    site.mirror(&workspace::root().join("style/static"))
}
