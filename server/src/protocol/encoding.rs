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
/// Room for what comes out at first, bytes: enough for most events.
const FIRST_BYTES: usize = 32 * 1024;
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
        if let Some(next) = run(coding, &decoded, cap, keep)? {
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
        Some(b'{') if body.len() > cap => Err(DecodeError::TooLarge),
        Some(b'{') => Ok(Cow::Borrowed(body)),
        _ if is_zlib(start) => Ok(Cow::Owned(drain(ZlibDecoder::new(start), cap, "zlib")?)),
        _ => {
            let text: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = STANDARD.decode(text).map_err(|_| DecodeError::Corrupt("JSON or base64"))?;
            if is_zlib(&bytes) {
                Ok(Cow::Owned(drain(ZlibDecoder::new(&*bytes), cap, "zlib")?))
            } else if bytes.len() > cap {
                Err(DecodeError::TooLarge)
            } else {
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

/// How large a body becomes when it is decoded, without keeping what comes out: a bomb costs time alone. [`decode`] has
/// enough with a cap of this, or of the body itself where that is larger: what stands between two codings may be.
///
/// # Errors
/// As [`decode`].
pub fn decoded_bytes(codings: &str, body: &[u8], cap: usize) -> Result<usize, DecodeError> {
    match codings.rsplit_once(',') {
        None => Ok(run(codings, body, cap, count)?.unwrap_or(body.len())),
        // Two codings at once were never seen but in attacks: the outer one may not become larger than it is.
        Some((rest, last)) => {
            let first = rest.rsplit(',').next().unwrap_or(rest);
            match run(last, body, body.len(), keep)? {
                Some(inner) => Ok(run(first, &inner, cap, count)?.unwrap_or(inner.len())),
                None => Ok(run(first, body, cap, count)?.unwrap_or(body.len())),
            }
        }
    }
}

/// Runs a body through the decoder of a coding into `sink`; nothing for codings that are not known.
fn run<T>(coding: &str, body: &[u8], cap: usize, sink: Sink<T>) -> Result<Option<T>, DecodeError> {
    match coding.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => sink(&mut MultiGzDecoder::new(body), cap, "gzip").map(Some),
        "deflate" => deflate(body, cap, sink).map(Some),
        "br" => sink(&mut brotli::Decompressor::new(body, BROTLI_BUFFER), cap, "brotli").map(Some),
        "zstd" => {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(body).map_err(|_| DecodeError::Corrupt("zstd"))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(|_| DecodeError::Corrupt("zstd"))?;
            sink(&mut decoder, cap, "zstd").map(Some)
        }
        _ => Ok(None),
    }
}

/// By the standard deflate means zlib; some clients send the bare stream all the same, and a bare stream may begin
/// with the two bytes of a zlib header by chance.
fn deflate<T>(body: &[u8], cap: usize, sink: Sink<T>) -> Result<T, DecodeError> {
    let bare = || sink(&mut DeflateDecoder::new(body), cap, "deflate");
    if !is_zlib(body) {
        return bare();
    }
    match sink(&mut ZlibDecoder::new(body), cap, "deflate") {
        Err(DecodeError::Corrupt(_)) => bare(),
        settled => settled,
    }
}

/// Takes what a decoder gives, up to a cap; knows the coding's name for its error.
type Sink<T> = fn(&mut dyn Read, usize, &'static str) -> Result<T, DecodeError>;

fn keep(reader: &mut dyn Read, cap: usize, name: &'static str) -> Result<Vec<u8>, DecodeError> {
    drain(reader, cap, name)
}

fn count(reader: &mut dyn Read, cap: usize, name: &'static str) -> Result<usize, DecodeError> {
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let bytes = std::io::copy(&mut reader.take(limit), &mut std::io::sink()).map_err(|_| DecodeError::Corrupt(name))?;
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    if bytes > cap { Err(DecodeError::TooLarge) } else { Ok(bytes) }
}

/// The two bytes every zlib stream begins with: deflate, and a multiple of 31 (RFC 1950 §2.2).
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [cmf, flg, ..] if cmf & 0x0F == 8 && cmf >> 4 <= 7 && (u16::from(*cmf) << 8 | u16::from(*flg)) % 31 == 0)
}

/// Reads to the end, one byte past `cap` at most: a bomb costs no more memory than the largest body allowed.
fn drain(reader: impl Read, cap: usize, name: &'static str) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::with_capacity(FIRST_BYTES.min(cap));
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut out).map_err(|_| DecodeError::Corrupt(name))?;
    if out.len() > cap { Err(DecodeError::TooLarge) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const JSON: &[u8] = br#"{"message":"a body, a body, a body, a body"}"#;
    const CAP: usize = 1_000;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn bare_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::BrotliCompress(&mut &*bytes, &mut out, &brotli::enc::BrotliEncoderParams::default()).unwrap();
        out
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    /// Every coding with its name.
    fn coded(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("gzip", gzip(bytes)),
            ("X-GZip", gzip(bytes)),
            ("deflate", zlib(bytes)),
            ("deflate", bare_deflate(bytes)),
            ("br", brotli(bytes)),
            ("zstd", zstd(bytes)),
        ]
    }

    #[test]
    fn every_coding_is_undone() {
        for (coding, body) in coded(JSON) {
            assert_eq!(decode(coding, &body, CAP).as_deref(), Ok(JSON), "{coding}");
        }
        assert_eq!(decode("gzip, br", &brotli(&gzip(JSON)), CAP).as_deref(), Ok(JSON));
    }

    #[test]
    fn no_coding_and_unknown_ones_leave_the_body_alone() {
        for coding in ["", "identity", "snappy"] {
            let decoded = decode(coding, JSON, CAP);
            assert!(matches!(decoded, Ok(Cow::Borrowed(bytes)) if bytes == JSON), "{coding}");
            assert_eq!(decode(coding, JSON, JSON.len() - 1), Err(DecodeError::TooLarge));
        }
    }

    #[test]
    fn what_is_broken_is_corrupt() {
        for (coding, body) in coded(JSON) {
            let cut = &body[..body.len() / 2];
            assert!(matches!(decode(coding, cut, CAP), Err(DecodeError::Corrupt(_))), "{coding} cut short");
            assert!(matches!(decode(coding, b"\xffgarbage", CAP), Err(DecodeError::Corrupt(_))), "{coding} garbage");
        }
    }

    #[test]
    fn a_bomb_is_too_large() {
        for (coding, body) in coded(&vec![b' '; 4 * 1024 * 1024]) {
            assert_eq!(decode(coding, &body, CAP), Err(DecodeError::TooLarge), "{coding}");
        }
    }

    #[test]
    fn the_cap_itself_is_allowed() {
        for (coding, body) in coded(JSON) {
            assert_eq!(decode(coding, &body, JSON.len()).as_deref(), Ok(JSON), "{coding}");
            assert_eq!(decode(coding, &body, JSON.len() - 1), Err(DecodeError::TooLarge), "{coding}");
        }
    }

    #[test]
    fn what_was_measured_is_enough_to_decode() {
        // Compressing it makes it larger.
        let random: Vec<u8> = (0_u32..300).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for (codings, body) in [
            ("gzip", gzip(JSON)),
            ("gzip, br", brotli(&gzip(JSON))),
            ("gzip, gzip", gzip(&gzip(&random))),
            ("br, gzip, deflate", zlib(&gzip(JSON))),
            ("snappy, gzip", gzip(JSON)),
        ] {
            let bytes = decoded_bytes(codings, &body, CAP).unwrap();
            let decoded = decode(codings, &body, bytes.max(body.len())).unwrap();
            assert_eq!(decoded.len(), bytes, "{codings}");
        }
    }

    #[test]
    fn a_store_body_is_read_in_every_form() {
        let wrapped = STANDARD.encode(zlib(JSON)).as_bytes().chunks(20).collect::<Vec<_>>().join(&b"\r\n"[..]);
        let bodies = [
            JSON.to_vec(),
            zlib(JSON),
            STANDARD.encode(JSON).into_bytes(),
            STANDARD.encode(zlib(JSON)).into_bytes(),
            wrapped,
        ];
        for body in bodies {
            assert_eq!(store_body(&body, CAP).as_deref(), Ok(JSON));
            assert_eq!(store_body(&body, JSON.len() - 1), Err(DecodeError::TooLarge));
        }
        assert!(matches!(store_body(b"<xml>", CAP), Err(DecodeError::Corrupt(_))));
    }
}
