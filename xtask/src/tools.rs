//! What the machine must have. Installs what it can, says what it cannot, and never fails by itself: a test that
//! misses its tool says so where it matters.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::stamp::Stamp;
use crate::{process, workspace};

/// What the browser bundle is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The version that CI uses, so that a lint that a new version brings does not break an old commit.
const CARGO_DENY_VERSION: &str = "0.20.2";

/// Whether this toolchain can compile for the browser, after trying to make it so.
pub(crate) fn ensure_wasm_target() -> bool {
    if has_wasm_target() {
        return true;
    }
    println!("adding the {WASM_TARGET} target");
    process::succeeds(&mut process::program("rustup", &["target", "add", WASM_TARGET])) && has_wasm_target()
}

fn has_wasm_target() -> bool {
    let mut rustc = process::program("rustc", &["--print", "target-libdir", "--target", WASM_TARGET]);
    process::output(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Makes `cargo deny` available (building it takes two minutes, once).
pub(crate) fn ensure_cargo_deny() -> Result<()> {
    if process::succeeds(&mut process::cargo(&["deny", "--version"])) {
        return Ok(());
    }
    println!("installing cargo-deny {CARGO_DENY_VERSION}, once");
    process::run(&mut process::cargo(&["install", "--locked", "cargo-deny", "--version", CARGO_DENY_VERSION]))
}

/// The browser and the program that drives it, where there are any.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds Chromium, after trying to install it.
pub(crate) fn ensure_browser() -> Option<Browser> {
    let browser = find_browser().or_else(|| {
        install_packages(&["chromium", "chromium-driver"]);
        find_browser()
    });
    if browser.is_none() {
        println!("missing: chromium and chromedriver (Debian: chromium, chromium-driver) for the browser tests");
    }
    browser
}

fn find_browser() -> Option<Browser> {
    let chromium = find_program("chromium").or_else(|| find_program("google-chrome"))?;
    Some(Browser { chromium, driver: find_program("chromedriver")? })
}

/// The folder of PostgreSQL's programs, the newest version there is, after trying to install one.
pub(crate) fn ensure_postgres() -> Option<PathBuf> {
    let found = find_postgres().or_else(|| {
        install_packages(&["postgresql"]);
        find_postgres()
    });
    if found.is_none() {
        println!("missing: PostgreSQL's programs (Debian: postgresql) for the tests on the second database");
    }
    found
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version_of = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(version_of).map(|path| path.join("bin"));
    newest.or_else(|| find_program("initdb")?.parent().map(Path::to_owned)).filter(|bin| bin.join("initdb").is_file())
}

/// Installs Debian packages when we may.
fn install_packages(packages: &[&str]) {
    if !is_root() || find_program("apt-get").is_none() {
        return;
    }
    println!("installing {}", packages.join(", "));
    let mut install = process::program("apt-get", &["install", "--yes", "--no-install-recommends"]);
    install.args(packages).env("DEBIAN_FRONTEND", "noninteractive");
    if !process::succeeds(&mut install) {
        process::succeeds(&mut process::program("apt-get", &["update"]));
        process::succeeds(&mut install);
    }
}

/// Whether we run as the system's administrator, as in containers.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs what the real SDK clients in `tests/clients/*` need, each from its own lock file.
pub(crate) fn install_clients() -> Result<()> {
    let clients = workspace::root().join("tests/clients");
    for entry in fs::read_dir(&clients).into_iter().flatten() {
        let folder = entry?.path();
        if folder.join("package.json").is_file() {
            install_node_client(&folder)?;
        }
        if folder.join("requirements.txt").is_file() {
            install_python_client(&folder)?;
        }
    }
    Ok(())
}

fn install_node_client(folder: &Path) -> Result<()> {
    if find_program("npm").is_none() {
        println!("missing: node and npm for {}", folder.display());
        return Ok(());
    }
    let lock = folder.join("package-lock.json");
    let (inputs, action) = if lock.is_file() { (lock, "ci") } else { (folder.join("package.json"), "install") };
    once(folder.join("node_modules/.installed"), &inputs, || {
        let mut npm = process::program("npm", &[action, "--no-audit", "--no-fund", "--loglevel=error"]);
        process::run(npm.current_dir(folder))
    })
}

fn install_python_client(folder: &Path) -> Result<()> {
    if find_program("python3").is_none() {
        println!("missing: python3 (Debian: python3-venv) for {}", folder.display());
        return Ok(());
    }
    let requirements = folder.join("requirements.txt");
    once(folder.join(".venv/installed"), &requirements, || {
        process::run(process::program("python3", &["-m", "venv", ".venv"]).current_dir(folder))?;
        let pip = folder.join(".venv/bin/python").display().to_string();
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
        process::run(process::program(&pip, &install).current_dir(folder))
    })
}

/// Does the work unless it was done for this very input file.
fn once(stamp: PathBuf, input: &Path, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let bytes = fs::read(input).with_context(|| format!("reading {}", input.display()))?;
    let stamp = Stamp::new(stamp, &[&bytes]);
    if stamp.is_fresh() {
        return Ok(());
    }
    println!("installing what {} names", input.display());
    work()?;
    stamp.keep()
}

/// A program on the path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
