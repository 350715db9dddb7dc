//! The load generator: a closed loop of connections that send prepared events as fast as they are acknowledged.
//!
//! `load --url http://127.0.0.1:8000 --project 1 --key 0123… [--connections 16] [--events 40000] [--issues 50]` prints
//! one line of JSON. Bodies are prepared before the clock starts, so that the generator costs the machine little.
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

struct Plan {
    endpoint: reqwest::Url,
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
    print(&plan, &all, started.elapsed().as_secs_f64(), bytes);
    Ok(())
}

fn print(plan: &Plan, all: &Tally, seconds: f64, bytes: usize) {
    let ms = |quantile: f64| all.latency.value_at_quantile(quantile) as f64 / 1_000.0;
    let result = json!({
        "connections": plan.connections,
        "issues": plan.issues,
        "sent": plan.events,
        "acknowledged": all.acknowledged,
        "refused": all.refused,
        "seconds": seconds,
        "events_per_second": f64::from(all.acknowledged) / seconds,
        "body_bytes_mean": bytes / plan.events.max(1),
        "latency_ms": {"p50": ms(0.5), "p95": ms(0.95), "p99": ms(0.99), "max": ms(1.0)},
    });
    println!("{result}");
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
    let (mut url, mut project, mut key) = (String::from("http://127.0.0.1:8000"), String::from("1"), String::new());
    let (mut connections, mut events, mut issues) = (16, 40_000, 50);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--url" => url = value,
            "--project" => project = value,
            "--key" => key = value,
            "--connections" => connections = value.parse()?,
            "--events" => events = value.parse()?,
            "--issues" => issues = value.parse()?,
            other => bail!("unknown flag {other}"),
        }
    }
    let mut endpoint = reqwest::Url::parse(&url)?;
    let address: IpAddr = endpoint
        .host_str()
        .context("no host")?
        .trim_matches(['[', ']'])
        .parse()
        .context("the host must be an address")?;
    ensure!(address.is_loopback(), "the load generator sends to this machine only");
    endpoint.set_path(&format!("/api/{project}/envelope/"));
    endpoint.set_query(Some(&format!("sentry_version=7&sentry_key={key}&sentry_client=fieldfare.load%2F1")));
    Ok(Plan { endpoint, connections, events, issues })
}
