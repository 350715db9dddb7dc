//! `cargo xtask bench`
//!
//! Starts the release server on an empty folder, lets the load generator (`fieldfare-tests`, program `load`) at it, and
//! measures from outside what the generator cannot see. The generator is given `--url`, `--dsn` and `--token`, talks to
//! people on its standard error, and ends with one JSON object on its standard output: `accepted` (how many events were
//! acknowledged) is needed here, every other figure is put into the table as it is.

mod server;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use self::server::{Measured, Server};
use self::table::Table;
use super::budget;
use crate::bundle::{self, Profile, Site};
use crate::{process, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Handed to the load generator
    #[arg(last = true)]
    load_args: Vec<String>,
}

/// Measures, prints, and writes docs/benchmarks.md.
pub(crate) fn run(args: &Args) -> Result<()> {
    let site = bundle::build(Profile::Release)?;
    // One command for both, so that their common dependencies are compiled once.
    let both = ["--package", "fieldfare", "--package", "fieldfare-tests", "--bins"];
    process::run(process::cargo(&["build", "--release"]).args(both))?;
    let programs = workspace::target()?.join("release");

    let mut server = Server::start(&programs.join("fieldfare"))?;
    let at_rest = server.measure()?;
    let load = run_load(&programs.join("load"), &server, &args.load_args)?;
    let under_load = server.measure()?;
    let data = server.stop();
    let disk_bytes = bytes_below(&data)?;
    fs::remove_dir_all(&data).context("removing the data of the benchmark")?;

    let mut table = Table::default();
    load_rows(&mut table, &load);
    server_rows(&mut table, &Figures { at_rest, under_load, disk_bytes, accepted: accepted(&load)? });
    size_rows(&mut table, &site)?;
    print!("{}", table.printed());
    table.write(&workspace::root().join("docs/benchmarks.md"))
}

/// The generator's figures.
fn run_load(program: &Path, server: &Server, args: &[String]) -> Result<Value> {
    let mut load = process::program(&program.display().to_string(), &[]);
    load.args(["--url", &server.url, "--dsn", &server.dsn, "--token", &server.token]).args(args);
    let output = load.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("starting the load generator")?;
    anyhow::ensure!(output.status.success(), "the load generator failed: {}", output.status);
    let printed = String::from_utf8(output.stdout).context("reading the generator's figures")?;
    let last_object = printed.find('{').map(|start| &printed[start..]).context("the generator printed no figures")?;
    serde_json::from_str(last_object).context("reading the generator's figures")
}

fn accepted(load: &Value) -> Result<f64> {
    load["accepted"].as_f64().filter(|it| *it > 0.0).context("the generator's figures lack `accepted`")
}

/// What was measured from outside.
struct Figures {
    at_rest: Measured,
    under_load: Measured,
    disk_bytes: u64,
    accepted: f64,
}

fn load_rows(table: &mut Table, load: &Value) {
    for (name, value) in load.as_object().into_iter().flatten() {
        table.add_value(&name.replace('_', " "), value);
    }
}

fn server_rows(table: &mut Table, figures: &Figures) {
    let Figures { at_rest, under_load, disk_bytes, accepted } = figures;
    let cpu_seconds = under_load.cpu_seconds - at_rest.cpu_seconds;
    table
        .add("CPU seconds per 1,000 events (server, with the queries)", format!("{:.3}", cpu_seconds / accepted * 1e3));
    table.add("resident memory at rest", format!("{:.1} MiB", mebibytes(at_rest.resident_bytes)));
    table.add("resident memory at peak", format!("{:.1} MiB", mebibytes(under_load.peak_bytes)));
    table.add("bytes on disk per event", format!("{:.0}", *disk_bytes as f64 / accepted));
}

fn size_rows(table: &mut Table, site: &Site) -> Result<()> {
    table.add("browser bundle, gzip", format!("{} bytes", budget::bundle_gzip_bytes(site)?));
    table.add("embeddable script, gzip", format!("{} bytes", budget::widget_gzip_bytes(site)?));
    table.add("style sheet, gzip", format!("{} bytes", site.gzip_bytes(site.manifest.css.as_deref())?));
    Ok(())
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// How much room a folder takes.
fn bytes_below(folder: &Path) -> Result<u64> {
    let files: Vec<PathBuf> = workspace::files_below(folder)?;
    files.iter().map(|file| Ok(file.metadata()?.len())).sum()
}
