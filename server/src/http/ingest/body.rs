//! Reading a body: bounded in bytes and in time, then decoded, bounded again; and all bodies together bounded, so that a
//! flood of large ones cannot take the machine's memory.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Refusal;
use crate::protocol::encoding::{self, DecodeError};

/// Largest body as it crosses the wire. The largest real envelopes carry a few screenshots.
pub(super) const MAX_COMPRESSED_BYTES: usize = 20 * 1024 * 1024;
/// Largest envelope once decoded; Sentry's older documented limit.
pub(super) const MAX_DECODED_BYTES: usize = 100 * 1024 * 1024;
/// Longest a client may take to send its body; slower ones would hold memory for ever.
const MAX_BODY_TIME: Duration = Duration::from_secs(60);
/// A body up to this size is read and decoded without asking for room: nearly all are, and a thousand of them at once fit.
const SMALL_BYTES: usize = 256 * 1024;
/// Room for all larger bodies together: one of the largest, and a few more. One that becomes larger than that has it to
/// itself.
const ROOM_BYTES: usize = 24 * 1024 * 1024;
/// Room is given out in pieces of this size, bytes.
const PIECE_BYTES: usize = 1024;
/// How long a large body waits for room before its client is told that we are busy.
const ROOM_TIMEOUT: Duration = Duration::from_secs(5);

/// Memory for large bodies, shared by all requests.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM_BYTES / PIECE_BYTES)))
    }
}

impl Room {
    async fn reserve(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let pieces = u32::try_from(bytes.min(ROOM_BYTES).div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX);
        let waiting = self.0.clone().acquire_many_owned(pieces);
        let reserved = tokio::time::timeout(ROOM_TIMEOUT, waiting).await.map_err(|_| Refusal::Busy)?;
        reserved.map_err(|_| Refusal::Busy)
    }
}

/// A body that was read and decoded, and the room it takes.
#[derive(Debug)]
pub(in crate::http) struct Decoded {
    bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl Deref for Decoded {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Decoded {
    /// The bytes, and the room to hold on to while they are used.
    pub(super) fn into_bytes(self) -> (Bytes, Option<OwnedSemaphorePermit>) {
        (self.bytes.into(), self.room)
    }
}

/// Reads and decodes a body.
pub(in crate::http) async fn read(room: &Room, headers: &HeaderMap, body: Body) -> Result<Decoded, Refusal> {
    let (raw, reserved) = read_raw(room, headers, body).await?;
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()).unwrap_or_default();
    match encoding::decode(coding, &raw, SMALL_BYTES) {
        Ok(decoded) => Ok(Decoded { bytes: decoded.into_owned(), room: reserved }),
        Err(DecodeError::TooLarge) => {
            drop(reserved);
            decode_large(room, coding.to_owned(), raw).await
        }
        Err(error) => Err(cannot_be_decoded(&error)),
    }
}

/// The body as it was sent, and room for it if it is large.
pub(super) async fn read_raw(
    room: &Room,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // Without a length it may become as large as any; only large ones are sent in chunks that do not fit at once.
    let reserved = match announced {
        Some(bytes) if bytes > MAX_COMPRESSED_BYTES => return Err(TOO_LARGE),
        Some(bytes) if bytes <= SMALL_BYTES => None,
        Some(bytes) => Some(room.reserve(bytes).await?),
        None => None,
    };
    let reading = collect(room, body, announced, reserved);
    let read = tokio::time::timeout(MAX_BODY_TIME, reading).await;
    read.unwrap_or_else(|_| Err(Refusal::Malformed("the body took longer than 60 seconds".to_owned())))
}

const TOO_LARGE: Refusal = Refusal::TooLarge("the body is larger than 20 MiB");

async fn collect(
    room: &Room,
    body: Body,
    announced: Option<usize>,
    mut reserved: Option<OwnedSemaphorePermit>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    // Room for it at once: growing step by step would hold it twice for a moment, and more than was reserved.
    let (mut body, mut bytes) = (body, Vec::with_capacity(announced.unwrap_or(0)));
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|_| ended_early())?.into_data() else { continue };
        if bytes.len() + piece.len() > MAX_COMPRESSED_BYTES {
            return Err(TOO_LARGE);
        }
        if reserved.is_none() && bytes.len() + piece.len() > SMALL_BYTES {
            reserved = Some(room.reserve(MAX_COMPRESSED_BYTES).await?);
            bytes.reserve_exact(MAX_COMPRESSED_BYTES - bytes.len());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok((bytes.into(), reserved))
}

/// Looks first how large it becomes, so that a bomb never gets memory, then waits for as much room.
async fn decode_large(room: &Room, coding: String, raw: Bytes) -> Result<Decoded, Refusal> {
    let (measured, raw, coding) = off_the_workers(move || {
        let measured = encoding::decoded_bytes(&coding, &raw, MAX_DECODED_BYTES);
        (measured, raw, coding)
    })
    .await?;
    let bytes = measured.map_err(|error| cannot_be_decoded(&error))?;
    let reserved = room.reserve(bytes + raw.len()).await?;
    let decoded = off_the_workers(move || {
        encoding::decode(&coding, &raw, bytes.max(raw.len())).map(std::borrow::Cow::into_owned)
    })
    .await?;
    let bytes = decoded.map_err(|error| cannot_be_decoded(&error))?;
    Ok(Decoded { bytes, room: Some(reserved) })
}

/// Decoding a hundred megabytes takes a good part of a second, in which a worker could answer hundreds of others.
async fn off_the_workers<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "decoding a body failed");
        Refusal::Internal
    })
}

fn ended_early() -> Refusal {
    Refusal::Malformed("the body ended early".to_owned())
}

fn cannot_be_decoded(error: &DecodeError) -> Refusal {
    match error {
        DecodeError::TooLarge => Refusal::TooLarge("the decoded body is larger than 100 MiB"),
        error => Refusal::Malformed(format!("the body cannot be decoded: {error}")),
    }
}
