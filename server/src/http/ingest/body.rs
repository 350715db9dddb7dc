//! Reading a body: bounded in bytes and in time, then decoded, bounded again.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::{BodyExt, Limited};

use super::answer::Refusal;
use crate::protocol::encoding::{self, DecodeError};

/// Largest body as it crosses the wire. The largest real envelopes carry a few screenshots.
pub(super) const MAX_COMPRESSED_BYTES: usize = 20 * 1024 * 1024;
/// Largest envelope once decoded; Sentry's older documented limit.
pub(super) const MAX_DECODED_BYTES: usize = 100 * 1024 * 1024;
/// Longest a client may take to send its body; slower ones would hold memory for ever.
const MAX_BODY_TIME: Duration = Duration::from_secs(60);

/// Reads and decodes a body.
pub(in crate::http) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_COMPRESSED_BYTES) {
        return Err(Refusal::TooLarge("the body is larger than 20 MiB"));
    }
    let collecting = Limited::new(body, MAX_COMPRESSED_BYTES).collect();
    let raw = match tokio::time::timeout(MAX_BODY_TIME, collecting).await {
        Err(_) => return Err(Refusal::Malformed("the body took longer than 60 seconds".to_owned())),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            return Err(Refusal::TooLarge("the body is larger than 20 MiB"));
        }
        Ok(Err(_)) => return Err(Refusal::Malformed("the body ended early".to_owned())),
        Ok(Ok(collected)) => collected.to_bytes(),
    };
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()).unwrap_or_default();
    match encoding::decode(coding, &raw, MAX_DECODED_BYTES) {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(DecodeError::TooLarge) => Err(Refusal::TooLarge("the decoded body is larger than 100 MiB")),
        Err(error) => Err(Refusal::Malformed(format!("the body cannot be decoded: {error}"))),
    }
}
