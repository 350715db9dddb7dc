//! `cargo xtask fuzz`: bytes nobody would think of, for everything that reads what strangers send.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::{process, workspace};

/// How both steps call `cargo fuzz`. There is no unsafe code of ours that a sanitizer could watch, and without one the
/// stable toolchain will do.
const BUILT: [&str; 6] = ["--fuzz-dir", "tests/fuzz", "--sanitizer", "none", "--codegen-units", "16"];
/// Longest time for one input, seconds, and most memory, MB: more of either is a finding.
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long each fuzzer runs
    #[arg(long, default_value_t = 600)]
    seconds: u32,
    /// Run this one only, as `query`; may be given several times
    #[arg(long)]
    only: Vec<String>,
}

/// Builds the fuzzers and runs one after the other; fails when one found something.
pub(crate) fn run(args: &Args) -> Result<()> {
    let wanted = wanted(&args.only)?;
    let is_there = process::succeeds(&mut process::cargo(&["fuzz", "--version"]));
    ensure!(is_there, "cargo-fuzz is missing: `cargo install --locked cargo-fuzz`");
    process::run(process::cargo(&["fuzz", "build"]).args(BUILT))?;
    let mut found = Vec::new();
    for name in wanted {
        println!("== {name}");
        if fuzz(&name, args.seconds).is_err() {
            found.push(name);
        }
    }
    if !found.is_empty() {
        bail!(
            "{} found something: the input is in tests/fuzz/artifacts; mended, it becomes a seed in tests/fuzz/seeds",
            found.join(", ")
        );
    }
    Ok(())
}

/// Starts from the seeds and from what earlier runs found worth keeping in the folder `corpus`.
fn fuzz(name: &str, seconds: u32) -> Result<()> {
    let corpus = folder().join("corpus").join(name);
    fs::create_dir_all(&corpus).with_context(|| format!("making {}", corpus.display()))?;
    let mut fuzzer = process::cargo(&["fuzz", "run"]);
    fuzzer.args(BUILT).arg(format!("fuzz_{name}")).arg(corpus).arg(folder().join("seeds").join(name));
    process::run(fuzzer.arg("--").args(LIMITS).arg(format!("-max_total_time={seconds}")))
}

fn folder() -> PathBuf {
    workspace::root().join("tests/fuzz")
}

/// The fuzzers that are asked for, all of them if none is.
fn wanted(only: &[String]) -> Result<Vec<String>> {
    let files = workspace::files_below(&folder().join("fuzz_targets"))?;
    let known: Vec<String> = files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    let unknown: Vec<_> = only.iter().filter(|name| !known.contains(name)).collect();
    ensure!(unknown.is_empty(), "no fuzzer {unknown:?}; there are {}", known.join(", "));
    Ok(known.into_iter().filter(|name| only.is_empty() || only.contains(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn fuzzers_are_chosen_by_name() {
        let all = wanted(&[]).unwrap();
        assert!(all.len() >= 5, "{all:?}");
        assert_eq!(wanted(&["query".to_owned()]).unwrap(), ["query"]);
        assert!(wanted(&["nothing".to_owned()]).unwrap_err().to_string().contains("envelope, event"));
    }
}
