//! Payloads at rest: the JSON a client sent, compressed.
//!
//! Each thread keeps its contexts: making one costs more than compressing an event with it.

use std::cell::RefCell;

use anyhow::Context;
use serde_json::Value;
use zstd::bulk::{Compressor, Decompressor};

/// zstd's fastest ordinary level: on events of 15 kB within a hundredth of the size that level 3 gives, in two thirds of
/// the time.
const LEVEL: i32 = 1;
/// Largest payload we ever decompress, bytes; more than admission lets in, so only corruption can reach it.
const MAX_BYTES: usize = 16 * 1024 * 1024;

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses a payload for its column.
///
/// # Errors
/// When zstd runs out of memory.
pub fn pack(json: &[u8]) -> anyhow::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        let mut packed = compressor.compress(json).context("compressing a payload")?;
        // It was made as large as the worst case; it will wait in a queue with many others.
        packed.shrink_to_fit();
        Ok(packed)
    })
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
    anyhow::ensure!(!column.is_empty(), "a stored payload is empty");
    let bytes = Decompressor::upper_bound(column).context("a stored payload is not compressed by us")?;
    anyhow::ensure!(bytes <= MAX_BYTES, "a stored payload is larger than any that is admitted");
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::new()?),
        };
        decompressor.decompress(column, bytes).context("decompressing a payload")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_anything_else_is_an_error() {
        for json in [&b"{}"[..], br#"{"message":"again and again and again and again"}"#] {
            assert_eq!(unpack_bytes(&pack(json).unwrap()).unwrap(), json);
        }
        for broken in [&b""[..], b"{}", &pack(b"{\"a\":1}").unwrap()[..9]] {
            assert!(unpack_bytes(broken).is_err(), "{broken:?}");
        }
    }
}
