//! `cargo xtask check`: everything that is not a test, quickest first.

use anyhow::{Result, ensure};

use crate::{process, tools, workspace};

/// What must never reach the browser: these belong to the server, and each would come with half of it.
const FORBIDDEN_IN_BROWSER: [&str; 6] = ["tokio", "axum", "sea-orm", "tantivy", "lettre", "mio"];
/// The interface for the browser is left out of builds of the whole workspace: cargo would unite its features with the
/// server's, and Leptos is either rendering on the server or hydrating, not both.
pub(crate) const SERVER_SIDE: [&str; 3] = ["--workspace", "--exclude", "fieldfare-hydrate"];

/// Runs all checks, up to the first that fails.
pub(crate) fn run() -> Result<()> {
    step("formatting", || process::run(&mut process::cargo(&["fmt", "--all", "--check"])))?;
    step("dependencies of the browser bundle", browser_tree_is_clean)?;
    step("licences, bans, sources", dependencies_are_allowed)?;
    step("lints, server", server_lints_pass)?;
    step("lints, browser", browser_lints_pass)
}

fn step(name: &str, check: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("== {name}");
    check()
}

fn browser_tree_is_clean() -> Result<()> {
    let mut tree = process::cargo(&["tree", "--package", "fieldfare-hydrate", "--target", tools::WASM_TARGET]);
    let printed = process::output(tree.args(["--edges", "normal", "--prefix", "none"]))?;
    let found = forbidden_in(&printed);
    ensure!(found.is_empty(), "the browser bundle depends on {}", found.join(", "));
    Ok(())
}

/// The forbidden crates of a dependency tree that is printed one crate a line.
fn forbidden_in(tree: &str) -> Vec<&str> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let is_forbidden = |name: &&str| {
        FORBIDDEN_IN_BROWSER
            .iter()
            .any(|it| name.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    };
    let mut found: Vec<_> = names.filter(is_forbidden).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn dependencies_are_allowed() -> Result<()> {
    tools::ensure_cargo_deny()?;
    process::run(&mut process::cargo(&["deny", "check", "bans", "licenses", "sources"]))
}

fn server_lints_pass() -> Result<()> {
    let mut clippy = process::cargo(&["clippy", "--all-targets"]);
    process::run(clippy.args(SERVER_SIDE).args(["--", "--deny", "warnings"]))
}

fn browser_lints_pass() -> Result<()> {
    ensure!(tools::ensure_wasm_target(), "the {} target is missing", tools::WASM_TARGET);
    let packages =
        ["--package", "fieldfare-hydrate", "--package", "fieldfare-app", "--features", "fieldfare-app/hydrate"];
    let mut clippy = process::cargo(&["clippy", "--target", tools::WASM_TARGET, "--target-dir"]);
    process::run(clippy.arg(workspace::front_target()).args(packages).args(["--", "--deny", "warnings"]))
}

#[cfg(test)]
mod tests {
    use super::forbidden_in;

    #[test]
    fn a_forbidden_crate_is_found_with_its_family() {
        let cases: &[(&str, &[&str])] = &[
            ("leptos v0.9.0\nserde v1.0.0", &[]),
            ("leptos v0.9.0\ntokio v1.54.0 (*)\ntokio v1.54.0", &["tokio"]),
            ("axum-core v0.5.0\nsea-orm v2.0.0", &["axum-core", "sea-orm"]),
            ("tokiosk v1.0.0\nmiow v0.1.0", &[]),
        ];
        for (tree, expected) in cases {
            assert_eq!(&forbidden_in(tree), expected, "{tree}");
        }
    }
}
