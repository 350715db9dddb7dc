//! Running other programs.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// How long a program may take to stop when asked politely.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Cargo, at the root of the workspace.
///
/// `cargo xtask` is itself a `cargo run`, which sets variables about the package it runs. Build scripts (ring's is one)
/// rebuild when those change, so that a build from here and one typed by hand would undo each other's work.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(workspace::root());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// A program by its name, at the root of the workspace.
pub(crate) fn program(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(workspace::root());
    command
}

/// Runs it to its end; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {}", described(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", described(command));
    }
    Ok(())
}

/// Runs it to its end and returns what it printed; an error, with what it complained about, when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("starting {}", described(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed: {}\n{complaint}", described(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("reading the output of {}", described(command)))
}

/// Whether it runs and succeeds; silent.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

/// Asks a child to stop, waits, and ends it when it does not listen.
pub(crate) fn stop(child: &mut Child, signal: &str) {
    let pid = child.id().to_string();
    succeeds(Command::new("kill").args(["-s", signal, &pid]));
    let asked = Instant::now();
    while asked.elapsed() < STOP_TIMEOUT {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    println!("process {pid} did not stop within {} s; ending it", STOP_TIMEOUT.as_secs());
    child.kill().ok();
    child.wait().ok();
}

/// A child that is stopped when this goes out of scope, whatever the reason.
pub(crate) struct Running {
    pub(crate) child: Child,
    signal: &'static str,
}

impl Running {
    /// Starts it. `signal` is what asks this program to stop.
    pub(crate) fn start(command: &mut Command, signal: &'static str) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("starting {}", described(command)))?;
        Ok(Self { child, signal })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        stop(&mut self.child, self.signal);
    }
}

/// The command as a person would type it, without the path of the program.
fn described(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
}
