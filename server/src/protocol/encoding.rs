//! Content codings of request bodies, with a hard cap on what comes out.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Codings that may be stacked in one header; more than two was never seen outside of attacks.
const MAX_STACKED: usize = 2;
/// Buffer of the brotli decoder, bytes.
const BROTLI_BUFFER: usize = 4_096;
/// Largest window a zstd frame may ask for, as a power of two: 8 MiB, the largest any level below ultra uses.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Why a body could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("it is too large once decoded")]
    TooLarge,
    #[error("it is not valid {0}")]
    Corrupt(&'static str),
}

/// Decodes a body. An empty or unknown coding leaves it as it is, as Sentry's servers do.
///
/// # Errors
/// When it is corrupt or more than `cap` bytes come out.
pub fn decode<'a>(codings: &str, body: &'a [u8], cap: usize) -> Result<Cow<'a, [u8]>, DecodeError> {
    let mut decoded = Cow::Borrowed(body);
    // The last coding was applied last, so it comes off first.
    for coding in codings.rsplit(',').take(MAX_STACKED) {
        if let Some(next) = decode_one(coding.trim(), &decoded, cap)? {
            decoded = Cow::Owned(next);
        }
    }
    if decoded.len() > cap { Err(DecodeError::TooLarge) } else { Ok(decoded) }
}

/// The JSON of a body sent to the store endpoint: plain, or in base64 as very old clients do, compressed or not.
///
/// # Errors
/// When it is none of these or more than `cap` bytes come out.
pub fn store_body(body: &[u8], cap: usize) -> Result<Cow<'_, [u8]>, DecodeError> {
    let start = body.trim_ascii_start();
    match start.first() {
        Some(b'{') => Ok(Cow::Borrowed(body)),
        _ if is_zlib(start) => Ok(Cow::Owned(drain(ZlibDecoder::new(start), cap, "zlib")?)),
        _ => {
            let text: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = STANDARD.decode(text).map_err(|_| DecodeError::Corrupt("JSON or base64"))?;
            if is_zlib(&bytes) {
                Ok(Cow::Owned(drain(ZlibDecoder::new(&*bytes), cap, "zlib")?))
            } else {
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

fn decode_one(coding: &str, body: &[u8], cap: usize) -> Result<Option<Vec<u8>>, DecodeError> {
    match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => drain(MultiGzDecoder::new(body), cap, "gzip").map(Some),
        // By the standard deflate means zlib; some clients send the bare stream all the same.
        "deflate" if is_zlib(body) => drain(ZlibDecoder::new(body), cap, "deflate").map(Some),
        "deflate" => drain(DeflateDecoder::new(body), cap, "deflate").map(Some),
        "br" => drain(brotli::Decompressor::new(body, BROTLI_BUFFER), cap, "brotli").map(Some),
        "zstd" => {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(body).map_err(|_| DecodeError::Corrupt("zstd"))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(|_| DecodeError::Corrupt("zstd"))?;
            drain(decoder, cap, "zstd").map(Some)
        }
        _ => Ok(None),
    }
}

/// The two bytes every zlib stream begins with: deflate, and a multiple of 31 (RFC 1950 §2.2).
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [cmf, flg, ..] if cmf & 0x0F == 8 && cmf >> 4 <= 7 && (u16::from(*cmf) << 8 | u16::from(*flg)) % 31 == 0)
}

/// Reads to the end, one byte past `cap` at most: a bomb costs no more memory than the largest body allowed.
fn drain(reader: impl Read, cap: usize, name: &'static str) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut out).map_err(|_| DecodeError::Corrupt(name))?;
    if out.len() > cap { Err(DecodeError::TooLarge) } else { Ok(out) }
}
