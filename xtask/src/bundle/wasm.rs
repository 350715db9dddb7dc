//! The browser bundle: the interface compiled to WebAssembly, and the JavaScript that starts it.
//!
//! wasm-bindgen is linked as a library, so its version is the one in Cargo.lock, which is what it must equal. No flags
//! are passed to the compiler: whatever shapes the markup (`--cfg erase_components`) has to be the same in the server,
//! so it may only come from `.cargo/config.toml`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use crate::stamp::Stamp;
use crate::{process, tools, workspace};

/// What cargo made: not yet usable in a browser.
pub(super) struct Module {
    bytes: Vec<u8>,
}

/// What a browser loads.
pub(super) struct Bundle {
    pub(super) js: String,
    pub(super) wasm: Vec<u8>,
}

/// Compiles the interface for the browser; nothing when this machine cannot.
pub(super) fn compile(profile: Profile) -> Result<Option<Module>> {
    if !tools::ensure_wasm_target() {
        println!("without the {} target there is no browser bundle: pages work as plain HTML", tools::WASM_TARGET);
        return Ok(None);
    }
    let front = workspace::front_target();
    let mut build = process::cargo(&["build", "--package", "fieldfare-hydrate", "--target", tools::WASM_TARGET]);
    build.args(["--profile", cargo_profile(profile), "--target-dir"]).arg(&front);
    process::run(&mut build)?;
    let path = compiled_file(profile);
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Some(Module { bytes }))
}

impl Module {
    /// Remembers that this very module was bound and published.
    pub(super) fn stamp(&self, profile: Profile) -> Stamp {
        let file = workspace::front_target().join("bundle.stamp");
        Stamp::new(file, &[format!("{profile:?}").as_bytes(), &self.bytes])
    }

    /// Writes the JavaScript around it. The module's default export takes `{ module_or_path }`.
    pub(super) fn bind(self, profile: Profile) -> Result<Bundle> {
        let mut bindgen = Bindgen::new();
        bindgen
            .input_bytes("fieldfare", self.bytes)
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(profile == Profile::Release)
            .remove_producers_section(true);
        let mut output = bindgen.generate_output().context("running wasm-bindgen")?;
        let is_one_file = output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty();
        ensure!(
            is_one_file,
            "a dependency of the browser bundle ships its own JavaScript files, which nothing publishes"
        );
        Ok(Bundle { js: output.js().to_owned(), wasm: output.wasm_mut().emit_wasm() })
    }
}

fn cargo_profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Dev => "wasm-dev",
        Profile::Release => "wasm-release",
    }
}

fn compiled_file(profile: Profile) -> PathBuf {
    let folder = workspace::front_target().join(tools::WASM_TARGET).join(cargo_profile(profile));
    folder.join("fieldfare_hydrate.wasm")
}
