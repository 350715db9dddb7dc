//! The part that floods the server with bodies it must refuse, and watches its memory.

use std::thread::sleep;

use anyhow::Result;

use super::load::{AFTERWARDS, mebibytes, run_load};
use super::parts::Setup;
use super::server::{Database, Server};
use super::table::Table;

/// Ordinary events before, so that everything that is kept once is there.
const WARMING_REQUESTS: &str = "20000";
/// Of each body: above the limit of 20 MiB.
const BODY_BYTES: &str = "26214400";
const BYTES_PER_SECOND: &str = "50000000";
const SECONDS: &str = "30";

pub(super) fn measure(setup: &Setup) -> Result<Table> {
    let mut server = Server::start(&setup.programs.join("fieldfare"), &Database::Embedded)?;
    run_load(setup, &server, &["--requests", WARMING_REQUESTS])?;
    server.wait_until_searchable()?;
    sleep(AFTERWARDS);
    server.forget_peak()?;
    let before = server.measure()?;
    let flood = ["--oversize", BODY_BYTES, "--bytes-per-second", BYTES_PER_SECOND, "--seconds", SECONDS];
    let flood = run_load(setup, &server, &[&flood[..], &["--requests", "1000000000"]].concat())?;
    let after = server.measure()?;
    sleep(AFTERWARDS);
    let later = server.measure()?;
    server.stop()?;

    let mut table = Table::default();
    table.add_values(&flood, &["megabytes_per_second", "seconds", "sent", "statuses", "cut_off"]);
    table.add("server CPU seconds per second of it", per_second(after.cpu_seconds - before.cpu_seconds, &flood));
    table.add("resident memory before", mebibytes(before.resident_bytes));
    table.add("resident memory at its peak", mebibytes(after.peak_bytes));
    table.add("moved by", mebibytes(after.peak_bytes.saturating_sub(before.resident_bytes)));
    table.add("resident memory after", mebibytes(after.resident_bytes));
    table.add("resident memory a minute after", mebibytes(later.resident_bytes));
    Ok(table)
}

fn per_second(cpu_seconds: f64, flood: &serde_json::Value) -> String {
    format!("{:.3}", cpu_seconds / flood["seconds"].as_f64().unwrap_or(f64::NAN))
}
