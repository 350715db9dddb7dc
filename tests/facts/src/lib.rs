//! What holds whatever bytes arrive. Each check takes bytes as a stranger may send them and panics when a fact does not
//! hold: what comes out is bounded by the limits, can be stored on both databases, and is the same every time.
//!
//! The fuzzers in `tests/fuzz` ask with bytes of their own making; the test `fuzz_seeds` asks with the seeds beside them,
//! so that no check rots. What a fuzzer finds becomes a seed.

mod door;
pub mod envelope;
pub mod event;
pub mod query;
pub mod reports;
pub mod source_maps;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};

/// Asks of bytes what must hold, and panics where it does not.
pub type Check = fn(&[u8]);

/// A check and the name of its fuzzer, which is also the folder of its seeds.
pub const CHECKS: [(&str, Check); 5] = [
    ("envelope", envelope::check),
    ("event", event::check),
    ("query", query::check),
    ("reports", reports::check),
    ("source_maps", source_maps::check),
];

/// The seeds of a fuzzer, in order of their names.
///
/// # Errors
/// When they cannot be read.
pub fn seeds(of: &str) -> std::io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(of);
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    files.into_iter().map(|file| fs::read(&file).map(|bytes| (file, bytes))).collect()
}

/// The first line, and what follows it.
fn first_line(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[]),
    }
}

/// The parts of an input between lines of three dashes.
fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    const MARK: &[u8] = b"\n---\n";
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        match text.windows(MARK.len()).position(|window| window == MARK) {
            Some(end) => {
                rest = Some(&text[end + MARK.len()..]);
                Some(&text[..end])
            }
            None => Some(text),
        }
    })
}
