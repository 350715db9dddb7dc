//! Payloads at rest: the JSON a client sent, compressed.

use anyhow::Context;
use serde_json::Value;

/// zstd's level 3: twice the speed of gzip's default at a better ratio on JSON.
const LEVEL: i32 = 3;
/// Largest payload we ever decompress, bytes; more than admission lets in, so only corruption can reach it.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Compresses a payload for its column.
///
/// # Errors
/// When zstd runs out of memory.
pub fn pack(json: &[u8]) -> anyhow::Result<Vec<u8>> {
    zstd::bulk::compress(json, LEVEL).context("compressing a payload")
}

/// Reads a payload back from its column.
///
/// # Errors
/// When the column holds something else.
pub fn unpack(column: &[u8]) -> anyhow::Result<Value> {
    serde_json::from_slice(&unpack_bytes(column)?).context("a stored payload is not JSON")
}

/// Reads the text of a payload back, for who wants a part of it only.
///
/// # Errors
/// When the column holds something else.
pub fn unpack_bytes(column: &[u8]) -> anyhow::Result<Vec<u8>> {
    let json = zstd::stream::decode_all(column).context("decompressing a payload")?;
    anyhow::ensure!(json.len() <= MAX_BYTES, "a stored payload is larger than any that is admitted");
    Ok(json)
}
