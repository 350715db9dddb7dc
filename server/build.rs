//! Release builds hold the built files of the interface: when those change, the crate is compiled again.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "this is how cargo talks to build scripts")]
fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // A folder that is missing would count as changed every time.
    if is_release && std::fs::create_dir_all(&site).is_ok() {
        println!("cargo::rerun-if-changed={}", site.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
}
