//! What official SDKs sent, as it was recorded; see tests/fixtures/golden/README.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fieldfare::protocol::encoding;
use serde::Deserialize;

/// The key of the DSN that all of it was sent to.
pub const KEY: &str = "b7f0a1c2d3e44f5a96b7c8d9e0f1a2b3";
/// Nothing recorded is larger, decoded.
const BYTES_MAX: usize = 1024 * 1024;

/// One version of one SDK.
#[derive(Debug, Deserialize)]
pub struct Recording {
    pub sdk: String,
    pub version: String,
    pub requests: Vec<Request>,
}

/// One request, its body as it crossed the wire.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// When it arrived, Unix milliseconds.
    pub at: i64,
    pub method: String,
    /// With its query.
    pub path: String,
    /// Those that say who sent it and how it is to be read; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body where it is text.
    lines: Option<Vec<String>>,
    /// The body where it is much text.
    packed: Option<String>,
    /// The body where the client compressed it.
    base64: Option<String>,
}

impl Recording {
    /// `sentry-ruby-5.3.0`
    pub fn name(&self) -> String {
        format!("{}-{}", self.sdk, self.version)
    }

    fn numbers(&self) -> Vec<u32> {
        self.version.split('.').filter_map(|number| number.parse().ok()).collect()
    }
}

impl Request {
    /// The body as it was sent.
    ///
    /// # Errors
    /// When the recording is broken.
    pub fn body(&self) -> anyhow::Result<Vec<u8>> {
        match (&self.lines, &self.packed, &self.base64) {
            (Some(lines), None, None) => Ok(lines.join("\n").into_bytes()),
            (None, Some(packed), None) => {
                Ok(encoding::decode("gzip", &STANDARD.decode(packed)?, BYTES_MAX)?.into_owned())
            }
            (None, None, Some(text)) => Ok(STANDARD.decode(text)?),
            _ => anyhow::bail!("a request has its body in one form"),
        }
    }

    /// The body as the server reads it.
    ///
    /// # Errors
    /// When it cannot be decoded.
    pub fn decoded(&self) -> anyhow::Result<Vec<u8>> {
        let body = self.body()?;
        let coding = self.headers.get("content-encoding").map(String::as_str).unwrap_or_default();
        let body = encoding::decode(coding, &body, BYTES_MAX)?;
        let body = if self.is_store() { encoding::store_body(&body, BYTES_MAX)? } else { body };
        Ok(body.into_owned())
    }

    /// Whether it is one event without an envelope, as clients from before 2020 send it.
    pub fn is_store(&self) -> bool {
        self.path.contains("/store/")
    }
}

/// Every recording, by the alphabet.
///
/// # Errors
/// When a file cannot be read or is not as the README says.
pub fn all() -> anyhow::Result<Vec<Recording>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden");
    let files = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<PathBuf>>>()?;
    let is_json = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let mut files: Vec<PathBuf> = files.into_iter().filter(is_json).collect();
    files.sort();
    files.iter().map(|file| read(file).with_context(|| file.display().to_string())).collect()
}

/// The newest version of each SDK.
pub fn newest(recordings: Vec<Recording>) -> Vec<Recording> {
    let mut newest: BTreeMap<String, Recording> = BTreeMap::new();
    for recording in recordings {
        let known = newest.get(&recording.sdk).map(Recording::numbers);
        if known.is_none_or(|known| known < recording.numbers()) {
            newest.insert(recording.sdk.clone(), recording);
        }
    }
    newest.into_values().collect()
}

fn read(file: &Path) -> anyhow::Result<Recording> {
    Ok(serde_json::from_slice(&std::fs::read(file)?)?)
}
