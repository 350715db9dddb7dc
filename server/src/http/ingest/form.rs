//! Forms of several parts, as uploaders and browsers send them. The body is in memory by then, with its limit.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use futures::stream;
use percent_encoding::percent_decode;

use super::answer::Refusal;
use crate::ingest::admit::File;

/// Parts of one form. Crash reporters send a few dozen annotations; more is not a form.
const MAX_PARTS: usize = 200;
/// How much of a body is taken apart at once, bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// One part of a form.
pub(super) struct Part {
    pub(super) name: String,
    /// Only files have one.
    pub(super) filename: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) content: Bytes,
}

impl Part {
    /// The content of a field.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// The part as a file, named after its field if it has no name.
    pub(super) fn into_file(self) -> File {
        let name = self.filename.filter(|name| !name.is_empty()).unwrap_or(self.name);
        File { name: Some(name), content_type: self.content_type, kind: None, content: self.content.into() }
    }
}

/// The parts of a form, in the order sent.
pub(super) async fn parts(headers: &HeaderMap, body: Bytes) -> Result<Vec<Part>, Refusal> {
    let broken = |error: &dyn std::fmt::Display| Refusal::Malformed(format!("the form cannot be read: {error}"));
    let length = body.len();
    // In pieces, so that a large file is in memory twice and not three times.
    let piece = move |at| Ok::<_, Infallible>(body.slice(at..body.len().min(at + PIECE_BYTES)));
    let pieces = (0..length).step_by(PIECE_BYTES).map(piece);
    let mut request = Request::new(Body::from_stream(stream::iter(pieces)));
    request.headers_mut().extend(headers.get(header::CONTENT_TYPE).map(|kind| (header::CONTENT_TYPE, kind.clone())));
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| broken(&error.body_text()))?;
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error.body_text()))? {
        if parts.len() >= MAX_PARTS {
            return Err(Refusal::TooLarge("a form has at most 200 parts"));
        }
        let text = |text: Option<&str>| text.map(str::to_owned);
        parts.push(Part {
            name: text(field.name()).unwrap_or_default(),
            filename: text(field.file_name()),
            content_type: text(field.content_type()),
            content: field.bytes().await.map_err(|error| broken(&error.body_text()))?,
        });
    }
    Ok(parts)
}

/// The fields of a form in the older encoding, in which a browser sends one without files. Of two with one name the
/// later counts.
pub(super) fn urlencoded(body: &[u8]) -> BTreeMap<String, String> {
    let decoded = |text: &[u8]| {
        let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let pair = |pair: &[u8]| {
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (decoded(&pair[..equals]), decoded(pair.get(equals + 1..).unwrap_or_default()))
    };
    pairs.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_form_is_read() {
        let form = urlencoded("name=Ada+L%C3%B6v&comments=1%2B1%3D3&empty=&bare&&name=Bo".as_bytes());
        let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("bare", ""), ("comments", "1+1=3"), ("empty", ""), ("name", "Bo")]);
    }
}
