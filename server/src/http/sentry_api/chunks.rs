//! Uploads in chunks: how large they may be, and taking them.

use std::io::Read;

use axum::extract::multipart::Field;
use axum::extract::{Multipart, State as Shared};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use flate2::read::GzDecoder;
use serde_json::json;

use super::answer::{Answer, Fault, ok};
use super::form::{broken, read};
use super::tool::Tool;
use crate::source_maps::{BUNDLE_BYTES_MAX, CHUNK_BYTES, CHUNKS_PER_REQUEST, REQUEST_BYTES_MAX, is_sha1};
use crate::state::State;

/// Seconds a tool should wait for a bundle to be ready.
const WAIT_SECONDS: u32 = 60;
/// Largest chunk as it crosses the wire, bytes: what does not compress grows a little.
const WIRE_BYTES: usize = CHUNK_BYTES + 64 * 1024;

/// What a tool must know before it uploads.
pub(super) async fn options(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let slug = tool.organization(&state).await?.map(|row| row.slug).unwrap_or_default();
    ok(json!({
        "url": format!("{}/api/0/organizations/{slug}/chunk-upload/", tool.public_url),
        "chunkSize": CHUNK_BYTES,
        "chunksPerRequest": CHUNKS_PER_REQUEST,
        "maxRequestSize": REQUEST_BYTES_MAX,
        "maxFileSize": BUNDLE_BYTES_MAX,
        "maxWait": WAIT_SECONDS,
        "concurrency": 2,
        "hashAlgorithm": "sha1",
        "compression": ["gzip"],
        // Debug files of native programs are refused by their own address, with a reason.
        "accept": ["release_files", "artifact_bundles", "artifact_bundles_v2", "debug_files"],
    }))
}

/// Takes chunks: parts called `file`, or `file_gzip` where they are compressed, each under the SHA-1 of its content.
pub(super) async fn take(Shared(state): Shared<State>, tool: Tool, mut parts: Multipart) -> Answer {
    tool.may_change()?;
    let _one = state.source_maps.uploading().await;
    let mut taken = 0;
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        if taken == CHUNKS_PER_REQUEST {
            return Err(Fault::new(
                StatusCode::BAD_REQUEST,
                &format!("More than {CHUNKS_PER_REQUEST} chunks at once."),
            ));
        }
        let (name, content) = chunk(part).await?;
        state.source_maps.keep_chunk(state.clock.now(), &name, content).await?;
        taken += 1;
    }
    Ok(StatusCode::OK.into_response())
}

async fn chunk(part: Field<'_>) -> Result<(String, Vec<u8>), Fault> {
    let gzipped = match part.name() {
        Some("file") => false,
        Some("file_gzip") => true,
        _ => return Err(Fault::new(StatusCode::BAD_REQUEST, "A part is called neither file nor file_gzip.")),
    };
    let name = part.file_name().filter(|name| is_sha1(name)).map(str::to_owned);
    let name = name.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "A chunk is not called by its SHA-1."))?;
    let sent = read(part, WIRE_BYTES).await?;
    let content = if gzipped { unzip(sent).await? } else { sent };
    match content.len() {
        0..=CHUNK_BYTES => Ok((name, content)),
        _ => Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("A chunk is larger than {CHUNK_BYTES} bytes."))),
    }
}

/// Decompresses at most one byte more than a chunk may have.
async fn unzip(sent: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let work = move || {
        let mut content = Vec::new();
        GzDecoder::new(sent.as_slice()).take(CHUNK_BYTES as u64 + 1).read_to_end(&mut content).map(|_| content)
    };
    let content = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| crate::error::Error::from(anyhow::Error::from(error)))?;
    content.map_err(|error| Fault::new(StatusCode::BAD_REQUEST, &format!("A chunk cannot be decompressed: {error}.")))
}
