//! The program's own generator, run beside the server.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::parts::Setup;
use super::server::Server;

/// How long after a flood memory is looked at again.
pub(super) const AFTERWARDS: Duration = Duration::from_secs(60);
/// How often it is said how far a long run has come, and looked whether it has ended.
const SAID_EVERY: Duration = Duration::from_secs(10);
const LOOKED_EVERY: Duration = Duration::from_millis(200);

/// The generator's figures.
pub(super) fn run_load(setup: &Setup, server: &Server, args: &[&str]) -> Result<Value> {
    let mut load = command(setup, server);
    let output = load.args(args).stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("starting the load")?;
    ensure!(output.status.success(), "the load failed: {}", output.status);
    serde_json::from_slice(&output.stdout).context("reading the load's figures")
}

/// The same for a run of minutes, which says how far it has come.
pub(super) fn run_long_load(setup: &Setup, server: &Server, args: &[&str]) -> Result<Value> {
    let mut load = command(setup, server);
    load.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = load.spawn().context("starting the load")?;
    let (started, mut said) = (Instant::now(), Instant::now());
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        sleep(LOOKED_EVERY);
        if said.elapsed() >= SAID_EVERY {
            said = Instant::now();
            let (stored, seconds) = (server.requests_committed()?, started.elapsed().as_secs_f64());
            println!("   {stored:.0} events after {seconds:.0} s, {:.0} a second", stored / seconds);
        }
    };
    ensure!(status.success(), "the load failed: {status}");
    let mut printed = String::new();
    child.stdout.take().context("the load's output")?.read_to_string(&mut printed)?;
    serde_json::from_str(&printed).context("reading the load's figures")
}

fn command(setup: &Setup, server: &Server) -> Command {
    let mut load = Command::new(setup.programs.join("fieldfare"));
    load.args(["load", "--dsn", &server.dsn, "--token", &server.token]);
    load
}

pub(super) fn accepted(load: &Value) -> Result<f64> {
    load["accepted"].as_f64().filter(|it| *it > 0.0).context("the generator's figures lack `accepted`")
}

pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
