//! How it went, as numbers for programs.

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::Plan;
use super::pace::Pace;
use super::reads::Reads;
use super::sender::Tally;

/// The result of one run.
#[derive(Debug)]
pub struct Report {
    connections: usize,
    rate: Option<f64>,
    issues: usize,
    seconds: f64,
    total: Tally,
    reads: Option<Reads>,
}

impl Report {
    pub(super) fn new(plan: &Plan, pace: &Pace, reads: Option<Reads>) -> anyhow::Result<Self> {
        let &Plan { connections, rate, issues, .. } = plan;
        Ok(Self { connections, rate, issues, seconds: pace.took().as_secs_f64(), total: Tally::new()?, reads })
    }

    pub(super) fn add(&mut self, tally: &Tally) -> anyhow::Result<()> {
        for (status, count) in &tally.statuses {
            *self.total.statuses.entry(*status).or_default() += count;
        }
        self.total.failed += tally.failed;
        self.total.bytes += tally.bytes;
        Ok(self.total.latency.add(&tally.latency)?)
    }

    /// Requests the installation has acknowledged.
    pub fn accepted(&self) -> u64 {
        self.total.statuses.iter().filter(|(status, _)| (200..300).contains(*status)).map(|(_, count)| count).sum()
    }

    /// One JSON object. Latencies are milliseconds; in an open loop from when a request was due.
    pub fn to_json(&self) -> Value {
        let Tally { statuses, failed, bytes, latency } = &self.total;
        let answered: u64 = statuses.values().sum();
        let sent = answered + failed;
        json!({
            "loop": if self.rate.is_some() { "open" } else { "closed" },
            "rate": self.rate,
            "connections": self.connections,
            "issues": self.issues,
            "seconds": self.seconds,
            "sent": sent,
            "accepted": self.accepted(),
            "refused": answered - self.accepted(),
            "failed": failed,
            "statuses": statuses,
            "events_per_second": self.accepted() as f64 / self.seconds.max(f64::EPSILON),
            "body_bytes_mean": bytes / sent.max(1),
            "latency_ms": percentiles(latency),
            "reads_ms": self.reads.as_ref().map(|reads| json!({
                "inbox": percentiles(&reads.inbox), "search": percentiles(&reads.search),
                "searchable_after": percentiles(&reads.searchable),
            })),
        })
    }
}

fn percentiles(latency: &Histogram<u64>) -> Value {
    let ms = |quantile: f64| latency.value_at_quantile(quantile) as f64 / 1_000.0;
    json!({"p50": ms(0.5), "p90": ms(0.9), "p95": ms(0.95), "p99": ms(0.99), "p99.9": ms(0.999), "max": ms(1.0)})
}
