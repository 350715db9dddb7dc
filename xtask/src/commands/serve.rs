//! `cargo xtask serve`

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::bundle::{self, Profile};
use crate::process;

/// A folder of its own, so that the story never mixes with real reports.
const DEMO_DATA: &str = "./data/demo";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Fill ./data/demo with one believable story first, and serve that
    #[arg(long)]
    demo: bool,
    /// Build quickly instead of small and fast
    #[arg(long)]
    dev: bool,
    /// Handed to `fieldfare serve`
    #[arg(last = true)]
    server_args: Vec<String>,
}

/// Builds everything and becomes the server, so that Ctrl-C reaches it and nothing else.
pub(crate) fn run(args: &Args) -> Result<()> {
    let profile = Profile::from_dev_flag(args.dev);
    bundle::build(profile)?;
    let cargo_args: &[&str] = match profile {
        Profile::Dev => &["run", "--package", "fieldfare", "--"],
        Profile::Release => &["run", "--package", "fieldfare", "--release", "--"],
    };
    if args.demo {
        process::run(process::cargo(cargo_args).args(["demo", "--data", DEMO_DATA]))?;
    }
    let mut serve = process::cargo(cargo_args);
    serve.arg("serve").args(if args.demo { &["--data", DEMO_DATA][..] } else { &[] }).args(&args.server_args);
    Err(serve.exec()).context("starting the server")
}
