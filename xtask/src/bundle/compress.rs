//! Compresses once, at build time, so that no request pays for it.

use std::io::Write;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The slowest and smallest setting of brotli.
const BROTLI_QUALITY: i32 = 11;
/// The largest window every browser accepts (2^22 bytes).
const BROTLI_WINDOW_BITS: i32 = 22;

/// As gzip, at its smallest.
pub(super) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("compressing with gzip")?;
    encoder.finish().context("compressing with gzip")
}

/// As brotli, at its smallest.
pub(super) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, lgwin: BROTLI_WINDOW_BITS, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params).context("compressing with brotli")?;
    Ok(compressed)
}
