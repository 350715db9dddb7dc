//! What is measured, part by part.

use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;

use anyhow::{Context, Result};
use serde_json::Value;

use super::flood;
use super::load::{AFTERWARDS, accepted, mebibytes, run_load, run_long_load};
use super::server::{Database, Measured, Server};
use super::table::Table;
use crate::postgres::{Cluster, Durability};
use crate::{process, tools};

/// Longest time the reading part is filled for, seconds; what is stored by then is what is read.
const FILLING_SECONDS: &str = "600";
/// Seconds of reading while events arrive.
const READING_SECONDS: &str = "60";
/// Events a second that arrive meanwhile.
const READING_RATE: &str = "1000";
/// Issues of the reading part.
const READING_ISSUES: &str = "5000";

/// One part.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    what: &'static str,
    pub(super) measure: fn(&Setup) -> Result<Table>,
}

pub(super) const PARTS: [Part; 5] = [
    Part {
        name: "sqlite",
        title: "Ceiling, embedded database",
        what: "A closed loop of 16 connections; events of about 15 kB in 200 issues, gzip; default settings, but no limit to \
               the number of events that are let in and kept.",
        measure: sqlite_ceiling,
    },
    Part {
        name: "postgres",
        title: "Ceiling, PostgreSQL on the same machine",
        what: "The same against a PostgreSQL with its default durability (fsync and synchronous_commit on).",
        measure: postgres_ceiling,
    },
    Part {
        name: "reading",
        title: "Reading while events arrive, embedded database",
        what: "The installation is filled first, for ten minutes at most; then an open loop sends 1,000 events a second while one \
               connection asks for the inbox and for a search, and looks for new events. Latency of sending counts from when an \
               event was due.",
        measure: reading,
    },
    Part {
        name: "flood",
        title: "A flood of bodies that are too large",
        what: "After 20,000 ordinary events and a minute of rest: bodies of 25 MiB with their length, the same in chunks, and gzip \
               that becomes 128 MiB, with its length and in chunks, one after the other over 16 connections, for 30 s. What counts \
               are the bytes that left the generator; a connection that is cut off is opened again at once.",
        measure: flood::measure,
    },
    Part {
        name: "grouping",
        title: "Quality of grouping",
        what: "Pairs of events of the labelled corpus in tests/fixtures/grouping that end in one issue, against the labels.",
        measure: grouping,
    },
];

/// Where the programs are, and how much is sent.
pub(super) struct Setup {
    pub(super) programs: PathBuf,
    pub(super) events: u64,
    pub(super) volume: u64,
}

impl Part {
    /// The text of the part's section.
    pub(super) fn section(&self, setup: &Setup, table: &Table) -> String {
        let (events, volume) = (setup.events, setup.volume);
        let command = format!("cargo xtask bench --only {} --events {events} --volume {volume}", self.name);
        format!("{}\n\n`{command}`\n\n{}", self.what, table.printed())
    }
}

fn sqlite_ceiling(setup: &Setup) -> Result<Table> {
    ceiling(setup, &Database::Embedded)
}

fn postgres_ceiling(setup: &Setup) -> Result<Table> {
    let bin = tools::ensure_postgres().context("PostgreSQL is not installed")?;
    let cluster = Cluster::start_with(&bin, Durability::Full)?;
    ceiling(setup, &Database::At(cluster.url().to_owned()))
}

fn ceiling(setup: &Setup, database: &Database) -> Result<Table> {
    let mut server = Server::start(&setup.programs.join("fieldfare"), database)?;
    let at_rest = server.measure()?;
    let load = run_load(setup, &server, &["--requests", &setup.events.to_string()])?;
    let loaded = server.measure()?;
    server.wait_until_searchable()?;
    let indexed = server.measure()?;
    sleep(AFTERWARDS);
    let afterwards = server.measure()?;
    let disk_bytes = server.stop()?;

    let accepted = accepted(&load)?;
    let mut table = Table::default();
    table.add_values(
        &load,
        &["events_per_second", "accepted", "refused", "failed", "seconds", "body_bytes_mean", "latency_ms"],
    );
    let cpu = |until: &Measured| format!("{:.3}", (until.cpu_seconds - at_rest.cpu_seconds) / accepted * 1e3);
    table.add("server CPU seconds per 1,000 events, until acknowledged", cpu(&loaded));
    table.add("server CPU seconds per 1,000 events, until all is searchable", cpu(&indexed));
    table.add("resident memory at rest", mebibytes(at_rest.resident_bytes));
    table.add("resident memory at peak", mebibytes(afterwards.peak_bytes));
    table.add("resident memory a minute after", mebibytes(afterwards.resident_bytes));
    if matches!(database, Database::Embedded) {
        table.add("bytes on disk per event", format!("{:.0}", disk_bytes as f64 / accepted));
    }
    Ok(table)
}

fn reading(setup: &Setup) -> Result<Table> {
    let mut server = Server::start(&setup.programs.join("fieldfare"), &Database::Embedded)?;
    let volume = setup.volume.to_string();
    let fill = ["--requests", &volume, "--issues", READING_ISSUES, "--seconds", FILLING_SECONDS];
    let filled = run_long_load(setup, &server, &fill)?;
    server.wait_until_searchable()?;
    let args = [
        "--reads",
        "--rate",
        READING_RATE,
        "--seconds",
        READING_SECONDS,
        "--requests",
        "1000000000",
        "--issues",
        READING_ISSUES,
    ];
    println!("   reading for {READING_SECONDS} s while {READING_RATE} events a second arrive");
    let load = run_load(setup, &server, &args)?;
    let measured = server.measure()?;
    server.stop()?;
    let mut table = Table::default();
    table.add("events stored before", format!("{:.0}", accepted(&filled)?));
    table.add_values(&filled, &["issues"]);
    table.add_values(&load, &["events_per_second", "refused", "failed", "latency_ms", "reads_ms"]);
    table.add("resident memory", mebibytes(measured.resident_bytes));
    Ok(table)
}

fn grouping(setup: &Setup) -> Result<Table> {
    let printed = process::output(&mut Command::new(setup.programs.join("grouping_quality")))?;
    let quality: Value = serde_json::from_str(&printed).context("reading the figures of grouping")?;
    let mut table = Table::default();
    for (name, value) in quality.as_object().into_iter().flatten() {
        table.add_value(&name.replace('_', " "), value);
    }
    Ok(table)
}
