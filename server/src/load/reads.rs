//! What people wait for meanwhile: the inbox, a search, and how long a new event takes to be found.

use std::time::Duration;

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::connection::Connection;
use super::pace::Pace;
use super::sender::{LATENCY_DIGITS, LATENCY_MAX_US};
use super::target::Target;
use crate::ids;

/// Pause between two rounds of questions, about as impatient as five people.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a new event is looked for until it is found.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Rounds between two events that are looked for.
const ROUNDS_PER_PROBE: u64 = 10;
/// Longest wait for an event to be found.
const FOUND_WITHIN: Duration = Duration::from_secs(60);

/// Microseconds each question took.
#[derive(Debug)]
pub(super) struct Reads {
    pub(super) inbox: Histogram<u64>,
    pub(super) search: Histogram<u64>,
    /// From the acknowledgement of an event to the first search that finds it.
    pub(super) searchable: Histogram<u64>,
}

/// Asks until everything is sent, at least one round.
pub(super) async fn measure(target: &Target, pace: &Pace) -> anyhow::Result<Reads> {
    let histogram = || Histogram::new_with_max(LATENCY_MAX_US, LATENCY_DIGITS);
    let mut reads = Reads { inbox: histogram()?, search: histogram()?, searchable: histogram()? };
    let mut connection = Connection::open(&target.place).await?;
    let mut round = 0;
    loop {
        let ended = pace.has_ended();
        record(&mut reads.inbox, timed(target, &mut connection, "issues?query=is:unresolved").await?);
        record(&mut reads.search, timed(target, &mut connection, "search?query=order+completed").await?);
        if ended || round % ROUNDS_PER_PROBE == 0 {
            record(&mut reads.searchable, until_found(target, &mut connection).await?);
        }
        if ended {
            return Ok(reads);
        }
        round += 1;
        sleep(PAUSE).await;
    }
}

fn record(histogram: &mut Histogram<u64>, took: Duration) {
    histogram.saturating_record(u64::try_from(took.as_micros()).unwrap_or(LATENCY_MAX_US));
}

async fn timed(target: &Target, connection: &mut Connection, path: &str) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    target.get(connection, path).await?;
    Ok(begun.elapsed())
}

/// Sends an event with a word of its own and looks for it.
async fn until_found(target: &Target, connection: &mut Connection) -> anyhow::Result<Duration> {
    let word = format!("probe{}", ids::random_uuid().simple());
    let id = ids::random_uuid().simple().to_string();
    let event = json!({"message": format!("looking for {word}"), "level": "info", "fingerprint": ["fieldfare load"]});
    let envelope = format!("{}\n{}\n{event}\n", json!({"event_id": id}), json!({"type": "event"}));
    let mut request = target.envelope(envelope.into_bytes())?;
    request.headers_mut().remove(http::header::CONTENT_ENCODING);
    let (status, _) = connection.send(request).await?;
    ensure!(status.is_success(), "the event to be looked for was answered with {status}");
    let begun = Instant::now();
    while begun.elapsed() < FOUND_WITHIN {
        let found = target.get(connection, &format!("search?query={word}")).await?;
        if found["data"].as_array().context("a search has no list")?.iter().any(|hit| hit["kind"] == "event") {
            break;
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(begun.elapsed())
}
