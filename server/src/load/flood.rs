//! Bodies that are too large for any server, sent at a rate, in every way a body can be sent: what it costs to refuse
//! them is measured from outside.
//!
//! A client that floods does not wait to be told: it goes on sending until it has an answer or is cut off, and then
//! begins again. What counts are the bytes that got away.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};

use super::Plan;
use super::connection::open;
use super::target::Target;

/// Sent at once; small enough that the rate is even.
const PIECE_BYTES: u64 = 64 * 1024;
/// What a bomb becomes, bytes: above every limit there is.
const BOMB_BYTES: u64 = 128 * 1024 * 1024;
/// Longest wait for the answer once all is sent.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of an answer is read: its first line is near its beginning.
const ANSWER_BYTES: usize = 1024;

/// A flood.
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    /// Of each body as it crosses the wire, but for bombs, which are small there.
    pub body_bytes: u64,
    /// Of all connections together; none for as fast as the server takes them.
    pub bytes_per_second: Option<f64>,
}

/// How it went.
#[derive(Debug)]
pub struct Ebb {
    flood: Flood,
    seconds: f64,
    bytes: u64,
    answers: Answers,
}

/// Answers by status, and how many were cut off without one.
#[derive(Clone, Debug, Default)]
struct Answers {
    statuses: BTreeMap<u16, u64>,
    cut_off: u64,
}

/// The ways a body is sent, one after the other.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Its length is said beforehand.
    Announced,
    /// Nobody knows how long it will be.
    Chunked,
    /// Small, until it is decoded.
    Bomb,
    ChunkedBomb,
}

const WAYS: [Way; 4] = [Way::Announced, Way::Chunked, Way::Bomb, Way::ChunkedBomb];

/// What all connections share.
struct Sluice {
    begun: Instant,
    flood: Flood,
    requests: u64,
    time: Option<Duration>,
    started: AtomicU64,
    bytes: AtomicU64,
    bomb: Vec<u8>,
}

/// Floods the target as the plan says.
pub(super) async fn run(plan: &Plan, flood: Flood, target: &Target) -> anyhow::Result<Ebb> {
    let bomb = bomb()?;
    let sluice = Sluice {
        begun: Instant::now(),
        flood,
        requests: plan.requests,
        time: plan.time,
        started: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        bomb,
    };
    let all = try_join_all((0..plan.connections).map(|_| sluice.pour(target))).await?;
    let mut answers = Answers::default();
    all.into_iter().for_each(|one| answers.add(one));
    Ok(Ebb { flood, seconds: sluice.begun.elapsed().as_secs_f64(), bytes: sluice.bytes.into_inner(), answers })
}

impl Sluice {
    /// One connection's part.
    async fn pour(&self, target: &Target) -> anyhow::Result<Answers> {
        let mut answers = Answers::default();
        loop {
            let number = self.started.fetch_add(1, Ordering::Relaxed);
            let is_over = self.time.is_some_and(|time| self.begun.elapsed() >= time);
            if number >= self.requests || is_over {
                return Ok(answers);
            }
            let way = WAYS[usize::try_from(number).unwrap_or(0) % WAYS.len()];
            match self.request(target, way).await? {
                Some(status) => *answers.statuses.entry(status).or_default() += 1,
                None => answers.cut_off += 1,
            }
        }
    }

    /// Sends one body until it is answered; the status, or nothing when it was cut off.
    async fn request(&self, target: &Target, way: Way) -> anyhow::Result<Option<u16>> {
        let wire = open(&target.place).await.with_context(|| format!("connecting to {}", target.place.host))?;
        let (mut from, mut to) = tokio::io::split(wire);
        let mut answer = Box::pin(status(&mut from));
        tokio::select! {
            biased;
            status = &mut answer => return Ok(status),
            // Whoever is cut off while sending may have been told why all the same.
            _ = self.send(&mut to, target, way) => {}
        }
        Ok(timeout(ANSWER_TIMEOUT, answer).await.unwrap_or(None))
    }

    async fn send(&self, to: &mut (impl AsyncWrite + Unpin), target: &Target, way: Way) -> std::io::Result<()> {
        let (length, coding, is_chunked) = match way {
            Way::Announced => (self.flood.body_bytes, None, false),
            Way::Chunked => (self.flood.body_bytes, None, true),
            Way::Bomb => (self.bomb.len() as u64, Some("gzip"), false),
            Way::ChunkedBomb => (self.bomb.len() as u64, Some("gzip"), true),
        };
        to.write_all(target.head(coding, (!is_chunked).then_some(length)).as_bytes()).await?;
        let zeros = vec![b'0'; usize::try_from(PIECE_BYTES).unwrap_or_default()];
        let mut sent = 0;
        while sent < length {
            let wanted = usize::try_from(PIECE_BYTES.min(length - sent)).unwrap_or_default();
            let piece = match coding {
                None => &zeros[..wanted],
                Some(_) => &self.bomb[usize::try_from(sent).unwrap_or_default()..][..wanted],
            };
            self.wait().await;
            if is_chunked {
                to.write_all(format!("{wanted:x}\r\n").as_bytes()).await?;
            }
            to.write_all(piece).await?;
            if is_chunked {
                to.write_all(b"\r\n").await?;
            }
            sent += wanted as u64;
            self.bytes.fetch_add(wanted as u64, Ordering::Relaxed);
        }
        if is_chunked {
            to.write_all(b"0\r\n\r\n").await?;
        }
        to.flush().await
    }

    /// Until the next piece is due.
    async fn wait(&self) {
        if let Some(rate) = self.flood.bytes_per_second {
            let so_far = self.bytes.load(Ordering::Relaxed) as f64;
            sleep_until(self.begun + Duration::from_secs_f64(so_far / rate)).await;
        }
    }
}

impl Answers {
    fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.cut_off += other.cut_off;
    }
}

impl Ebb {
    /// Requests that were refused, or cut off.
    pub fn refused(&self) -> u64 {
        let Answers { statuses, cut_off } = &self.answers;
        cut_off + statuses.iter().filter(|(status, _)| **status >= 400).map(|(_, count)| count).sum::<u64>()
    }

    /// One JSON object.
    pub fn to_json(&self) -> Value {
        let Answers { statuses, cut_off } = &self.answers;
        json!({
            "body_bytes": self.flood.body_bytes,
            "bytes_per_second": self.flood.bytes_per_second,
            "seconds": self.seconds,
            "sent": statuses.values().sum::<u64>() + cut_off,
            "refused": self.refused(),
            "cut_off": cut_off,
            "statuses": statuses,
            "bytes": self.bytes,
            "megabytes_per_second": self.bytes as f64 / 1e6 / self.seconds.max(f64::EPSILON),
        })
    }
}

/// The status of the answer that comes; nothing when none does.
async fn status(from: &mut (impl AsyncRead + Unpin)) -> Option<u16> {
    let mut answer = [0; ANSWER_BYTES];
    let mut read = 0;
    while read < answer.len() {
        match from.read(&mut answer[read..]).await {
            Ok(0) | Err(_) => break,
            Ok(more) => read += more,
        }
        if let Some(status) = status_of(&answer[..read]) {
            return Some(status);
        }
    }
    None
}

/// `HTTP/1.1 413 Payload Too Large`.
fn status_of(answer: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(answer.get(..12)?).ok()?;
    text.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

fn bomb() -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let piece = vec![b'0'; usize::try_from(PIECE_BYTES)?];
    for _ in 0..BOMB_BYTES / PIECE_BYTES {
        encoder.write_all(&piece)?;
    }
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_as_soon_as_it_is_there() {
        for (answer, status) in [
            ("HTTP/1.1 413 Payload Too Large\r\n", Some(413)),
            ("HTTP/1.1 503", Some(503)),
            ("HTTP/1.1 50", None),
            ("SSH-2.0-OpenSSH_9.9", None),
            ("", None),
        ] {
            assert_eq!(status_of(answer.as_bytes()), status, "{answer}");
        }
    }

    #[test]
    fn a_bomb_is_small_until_it_is_decoded() {
        let bomb = bomb().unwrap();
        assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
        let decoded = crate::protocol::encoding::decoded_bytes("gzip", &bomb, usize::MAX);
        assert_eq!(decoded, Ok(usize::try_from(BOMB_BYTES).unwrap()));
    }
}
