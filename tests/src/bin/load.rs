//! The load generator: a closed loop of connections that send prepared events as fast as they are acknowledged.
//!
//! `load --dsn http://0123…@127.0.0.1:8000/1 [--connections 16] [--events 40000] [--issues 50] [--url U --token T]`
//! prints one line of JSON; with `--url` and `--token` it then measures the inbox and a search. Bodies are prepared before the clock starts, so that the generator costs the machine little.
//! It sends to this machine only: a benchmark of somebody else's server is an attack.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::io::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use fieldfare_tests::traffic;
use hdrhistogram::Histogram;
use serde_json::json;

/// Longest latency the histogram holds, microseconds: a minute, after which any client has given up.
const LATENCY_MAX_US: u64 = 60_000_000;
/// Requests per measurement of a page.
const READS: usize = 41;

struct Plan {
    endpoint: reqwest::Url,
    reading: Option<Reading>,
    connections: usize,
    events: usize,
    issues: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let plan = plan(std::env::args().skip(1))?;
    let bodies: Arc<Vec<Vec<u8>>> =
        Arc::new((0..plan.events).map(|n| gzip(&traffic::envelope(n, plan.issues))).collect::<anyhow::Result<_>>()?);
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let connections: Vec<_> =
        (0..plan.connections).map(|_| send(plan.endpoint.clone(), Arc::clone(&bodies), Arc::clone(&next))).collect();
    let mut all = Tally::new()?;
    for tally in futures::future::join_all(connections).await {
        all.add(tally?)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let reads = match &plan.reading {
        Some(reading) => json!({
            "inbox": read(reading, "issues").await?,
            "search": read(reading, "search?query=order+completed").await?,
            "issue": read(reading, "issues/1").await?,
        }),
        None => json!(null),
    };
    print(&plan, &all, seconds, bytes, &reads);
    Ok(())
}

fn print(plan: &Plan, all: &Tally, seconds: f64, bytes: usize, reads: &serde_json::Value) {
    let ms = |quantile: f64| all.latency.value_at_quantile(quantile) as f64 / 1_000.0;
    let result = json!({
        "connections": plan.connections,
        "issues": plan.issues,
        "sent": plan.events,
        "accepted": all.acknowledged,
        "refused": all.refused,
        "seconds": seconds,
        "events_per_second": f64::from(all.acknowledged) / seconds,
        "body_bytes_mean": bytes / plan.events.max(1),
        "latency_ms": {"p50": ms(0.5), "p95": ms(0.95), "p99": ms(0.99), "max": ms(1.0)},
        "read_ms_p50": reads,
    });
    println!("{result}");
}

/// Where the JSON API is read.
struct Reading {
    url: String,
    token: String,
}

/// The median of a few requests, milliseconds.
async fn read(reading: &Reading, path: &str) -> anyhow::Result<f64> {
    let client = reqwest::Client::new();
    let mut latency = Histogram::<u64>::new_with_max(LATENCY_MAX_US, 3)?;
    for _ in 0..READS {
        let started = Instant::now();
        let answer = client.get(format!("{}/api/v1/{path}", reading.url)).bearer_auth(&reading.token).send().await?;
        ensure!(answer.status().is_success(), "{path} answered {}", answer.status());
        answer.bytes().await?;
        latency.saturating_record(u64::try_from(started.elapsed().as_micros())?);
    }
    Ok(latency.value_at_quantile(0.5) as f64 / 1_000.0)
}

/// What one connection saw.
struct Tally {
    acknowledged: u32,
    refused: u32,
    latency: Histogram<u64>,
}

impl Tally {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { acknowledged: 0, refused: 0, latency: Histogram::new_with_max(LATENCY_MAX_US, 3)? })
    }

    fn add(&mut self, other: Self) -> anyhow::Result<()> {
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        Ok(self.latency.add(other.latency)?)
    }
}

async fn send(endpoint: reqwest::Url, bodies: Arc<Vec<Vec<u8>>>, next: Arc<AtomicUsize>) -> anyhow::Result<Tally> {
    let client = reqwest::Client::new();
    let mut tally = Tally::new()?;
    while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
        let started = Instant::now();
        let answer = client
            .post(endpoint.clone())
            .header("content-encoding", "gzip")
            .header("content-type", "application/x-sentry-envelope")
            .body(body.clone())
            .send()
            .await
            .context("sending an event")?;
        let status = answer.status();
        answer.bytes().await.context("reading the answer")?;
        tally.latency.saturating_record(u64::try_from(started.elapsed().as_micros())?);
        match status.as_u16() {
            200 => tally.acknowledged += 1,
            429 | 503 => tally.refused += 1,
            other => bail!("the server answered {other}"),
        }
    }
    Ok(tally)
}

fn gzip(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body)?;
    Ok(encoder.finish()?)
}

fn plan(mut args: impl Iterator<Item = String>) -> anyhow::Result<Plan> {
    let (mut dsn, mut url, mut token) = (String::new(), String::new(), String::new());
    let (mut connections, mut events, mut issues) = (16, 40_000, 50);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--dsn" => dsn = value,
            "--url" => url = value,
            "--token" => token = value,
            "--connections" => connections = value.parse()?,
            "--events" => events = value.parse()?,
            "--issues" => issues = value.parse()?,
            other => bail!("unknown flag {other}"),
        }
    }
    let reading = (!url.is_empty() && !token.is_empty()).then_some(Reading { url, token });
    Ok(Plan { endpoint: endpoint(&dsn)?, reading, connections, events, issues })
}

/// Where the project of a DSN takes envelopes.
fn endpoint(dsn: &str) -> anyhow::Result<reqwest::Url> {
    let mut endpoint = reqwest::Url::parse(dsn).context("--dsn is not a URL")?;
    let host = endpoint.host_str().context("the DSN has no host")?.trim_matches(['[', ']']);
    let address: IpAddr = host.parse().context("the DSN's host must be an address")?;
    ensure!(address.is_loopback(), "the load generator sends to this machine only");
    let key = endpoint.username().to_owned();
    let project = endpoint.path().trim_start_matches('/').to_owned();
    endpoint.set_path(&format!("/api/{project}/envelope/"));
    endpoint.set_query(Some(&format!("sentry_version=7&sentry_key={key}&sentry_client=fieldfare.load%2F1")));
    endpoint.set_username("").map_err(|()| anyhow::anyhow!("the DSN cannot be addressed"))?;
    Ok(endpoint)
}
