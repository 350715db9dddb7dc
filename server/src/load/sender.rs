//! One connection's work: what is due next, until nothing is.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use tokio::time::{Instant, sleep_until};

use super::connection::Connection;
use super::pace::Pace;
use super::target::Target;
use super::traffic::Traffic;

/// Longest latency the histogram holds, microseconds: a minute, after which any client has given up.
pub(super) const LATENCY_MAX_US: u64 = 60_000_000;
/// Significant digits of the histogram.
pub(super) const LATENCY_DIGITS: u8 = 3;

/// What one connection saw.
#[derive(Debug)]
pub(super) struct Tally {
    /// Answers by status.
    pub(super) statuses: BTreeMap<u16, u64>,
    /// Requests without an answer.
    pub(super) failed: u64,
    pub(super) bytes: u64,
    /// Of acknowledged requests, microseconds.
    pub(super) latency: Histogram<u64>,
}

impl Tally {
    pub(super) fn new() -> anyhow::Result<Self> {
        let latency = Histogram::new_with_max(LATENCY_MAX_US, LATENCY_DIGITS)?;
        Ok(Self { statuses: BTreeMap::new(), failed: 0, bytes: 0, latency })
    }
}

pub(super) async fn send(target: &Target, traffic: &Traffic, pace: &Pace) -> anyhow::Result<Tally> {
    let mut tally = Tally::new()?;
    let mut connection = Connection::open(&target.place).await?;
    while let Some((number, due)) = pace.next(Instant::now()) {
        let body = traffic.body(number)?;
        tally.bytes += body.len() as u64;
        let request = target.envelope(body)?;
        if let Some(due) = due {
            sleep_until(due).await;
        }
        let begun = due.unwrap_or_else(Instant::now);
        match connection.send(request).await {
            Ok((status, _)) => {
                *tally.statuses.entry(status.as_u16()).or_default() += 1;
                if status.is_success() {
                    let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(LATENCY_MAX_US);
                    tally.latency.saturating_record(took);
                }
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "a request has no answer");
                tally.failed += 1;
                connection = Connection::open(&target.place).await?;
            }
        }
    }
    Ok(tally)
}
