//! `cargo xtask test`

use std::process::{Command, ExitStatus};

use anyhow::{Context, Result};

use super::check::SERVER_SIDE;
use crate::bundle::{self, Profile};
use crate::postgres::Cluster;
use crate::{process, tools, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Test with the small browser bundle that users get, instead of the one that is quick to build
    #[arg(long)]
    release_bundle: bool,
    /// Handed to `cargo test`: part of a test's name, `--test it`, `-- --nocapture`
    #[arg(last = true)]
    test_args: Vec<String>,
}

/// Gathers what the tests need, runs them all, and ends as they ended.
pub(crate) fn run(args: &Args) -> Result<()> {
    let status = tested(args)?;
    // Only now, when the database is stopped and its folder removed: this ends the process on the spot.
    std::process::exit(status.code().unwrap_or(1))
}

fn tested(args: &Args) -> Result<ExitStatus> {
    tools::install_clients()?;
    bundle::build(Profile::from_dev_flag(!args.release_bundle))?;
    // Programs too: the tests start and kill real servers. With all targets, so that the dependencies are built once.
    process::run(process::cargo(&["build", "--all-targets"]).args(SERVER_SIDE))?;
    let mut tests = process::cargo(&["test"]);
    tests.args(SERVER_SIDE).args(&args.test_args);
    tests.env("FIELDFARE_TEST_SERVER", workspace::target()?.join("debug/fieldfare"));
    name_browser(&mut tests);
    let cluster = tools::ensure_postgres().map(|bin| Cluster::start(&bin)).transpose()?;
    if let Some(cluster) = &cluster {
        tests.env("FIELDFARE_TEST_POSTGRES", cluster.url());
    }
    tests.status().context("starting the tests")
}

fn name_browser(tests: &mut Command) {
    if let Some(browser) = tools::ensure_browser() {
        tests.env("FIELDFARE_TEST_CHROMIUM", browser.chromium);
        tests.env("FIELDFARE_TEST_CHROMEDRIVER", browser.driver);
    }
}
