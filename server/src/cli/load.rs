//! `fieldfare load`: how much the caller's own installation can take.

use std::time::Duration;

use anyhow::ensure;

use super::output::say;
use crate::error::Error;
use crate::load::{self, Flood, Mix, Plan};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The DSN of a project of your own installation
    #[arg(long)]
    dsn: String,
    /// An API token of that installation; nothing is sent to one that does not accept it
    #[arg(long, env = "FIELDFARE_LOAD_TOKEN", hide_env_values = true)]
    token: String,
    /// Connections kept open, each with one request under way
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    connections: u16,
    /// Requests to send
    #[arg(long, default_value_t = 40_000)]
    requests: u64,
    /// Stop after so many seconds, if that comes first
    #[arg(long)]
    seconds: Option<u64>,
    /// Send so many a second whatever the answers (open loop), instead of as fast as they are answered (closed loop)
    #[arg(long)]
    rate: Option<f64>,
    /// Issues the errors are spread over
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    issues: u32,
    /// What is sent, with shares: error, browser, session, feedback, template:FILE
    #[arg(long, default_value = "error=1")]
    mix: String,
    /// Ask for the inbox and a search meanwhile, and how soon a new event is found
    #[arg(long)]
    reads: bool,
    /// Instead of events, send bodies of so many bytes, which should be more than the server allows, and count the
    /// refusals: with a length, in chunks, and as gzip that becomes too large
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    oversize: Option<u64>,
    /// Send so many bytes of these a second, as far as the server takes them
    #[arg(long, requires = "oversize")]
    bytes_per_second: Option<f64>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let flood = flood(&args)?;
    let plan = plan(args)?;
    if let Some(flood) = flood {
        let ebb = load::flood(&plan, flood).await?;
        say(&ebb.to_json().to_string());
        ensure!(ebb.refused() > 0, "nothing was refused");
        return Ok(());
    }
    let report = load::run(&plan).await?;
    say(&report.to_json().to_string());
    ensure!(report.accepted() > 0, "nothing was accepted");
    Ok(())
}

fn flood(args: &Args) -> Result<Option<Flood>, Error> {
    let bytes_per_second = args.bytes_per_second;
    if bytes_per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(Error::invalid("bytes-per-second", "must be a number above 0"));
    }
    Ok(args.oversize.map(|body_bytes| Flood { body_bytes, bytes_per_second }))
}

fn plan(args: Args) -> Result<Plan, Error> {
    let mix = Mix::parse(&args.mix).map_err(|error| Error::invalid("mix", format!("{error:#}")))?;
    if args.rate.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(Error::invalid("rate", "must be a number above 0"));
    }
    Ok(Plan {
        dsn: args.dsn,
        token: args.token,
        connections: usize::from(args.connections),
        requests: args.requests,
        time: args.seconds.map(Duration::from_secs),
        rate: args.rate,
        issues: usize::try_from(args.issues).unwrap_or(usize::MAX),
        mix,
        reads: args.reads,
    })
}
