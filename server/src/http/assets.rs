//! The files that `cargo xtask build` made: in the program itself in release builds, on disk in debug builds.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fieldfare_app::backend::Assets;
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;

use super::middleware::text;

/// A fingerprinted name never has other content: a year, the longest there is.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Names that stay while their content changes; short, so that a new release of ours reaches other people's sites.
const BRIEFLY: &str = "public, max-age=300, stale-while-revalidate=86400";
/// Compressed forms beside each fingerprinted file, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

/// The address of each piece; none for a piece that was not built.
#[derive(Debug, Default, Deserialize)]
struct Manifest {
    js: Option<String>,
    wasm: Option<String>,
    css: Option<String>,
    widget: Option<String>,
}

pub(super) fn router() -> Router {
    Router::new()
        .route("/assets/{*path}", get(fingerprinted))
        .route("/static/{*path}", get(async |Path(path): Path<String>, headers: HeaderMap| fixed(&path, &headers)))
        .route("/favicon.svg", get(async |headers: HeaderMap| fixed("favicon.svg", &headers)))
        .route("/fieldfare.js", get(widget))
}

/// What pages link to.
pub(super) fn addresses() -> Assets {
    let Manifest { js, wasm, css, .. } = manifest();
    Assets { css, bundle: js.zip(wasm) }
}

fn manifest() -> Manifest {
    let file = Site::get("manifest.json");
    file.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
}

async fn fingerprinted(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("assets/{path}");
    let is_ours = !path.contains("..") && !ENCODINGS.iter().any(|(_, suffix)| path.ends_with(suffix));
    match compressed(&path, &headers).filter(|_| is_ours) {
        Some(response) => ([(header::CACHE_CONTROL, FOREVER)], response).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The embeddable script under its stable name, for pages of any origin.
async fn widget(headers: HeaderMap) -> Response {
    let Some(address) = manifest().widget else { return StatusCode::NOT_FOUND.into_response() };
    let ours = [
        (header::CACHE_CONTROL, HeaderValue::from_static(BRIEFLY)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (RESOURCE_POLICY, HeaderValue::from_static("cross-origin")),
    ];
    let etag = format!("\"{}\"", address.trim_start_matches("/assets/"));
    let response = match compressed(address.trim_start_matches('/'), &headers) {
        Some(response) => unless_known(&etag, &headers, response),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    (ours, response).into_response()
}

/// A file whose name stays while its content may change.
fn fixed(path: &str, headers: &HeaderMap) -> Response {
    let path = format!("static/{path}");
    let Some(file) = Site::get(&path).filter(|_| !path.contains("..")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hash = file.metadata.sha256_hash();
    let etag = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let response = unless_known(&format!("\"{etag}\""), headers, content(&path, file));
    ([(header::CACHE_CONTROL, BRIEFLY)], response).into_response()
}

/// The file in the best form the client understands.
fn compressed(path: &str, headers: &HeaderMap) -> Option<Response> {
    let accepted = text(headers, &header::ACCEPT_ENCODING).unwrap_or_default();
    let usable = ENCODINGS.iter().filter(|(encoding, _)| accepts(accepted, encoding));
    let found =
        usable.into_iter().find_map(|(encoding, suffix)| Some((*encoding, Site::get(&format!("{path}{suffix}"))?)));
    let mut response = match found {
        Some((encoding, file)) => ([(header::CONTENT_ENCODING, encoding)], content(path, file)).into_response(),
        None => content(path, Site::get(path)?),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

fn content(path: &str, file: EmbeddedFile) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    ([(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
}

/// 304 when the client has it already.
fn unless_known(etag: &str, headers: &HeaderMap, response: Response) -> Response {
    let known = text(headers, &header::IF_NONE_MATCH).is_some_and(|known| known.contains(etag));
    let response = if known { StatusCode::NOT_MODIFIED.into_response() } else { response };
    ([(header::ETAG, etag.to_owned())], response).into_response()
}

/// Whether `Accept-Encoding` names this encoding with a weight above zero.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn encodings_are_accepted_by_name_and_weight() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }
}
