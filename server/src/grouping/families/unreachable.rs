//! Connections refused or timed out, and to which host.

use super::super::version::Version;

const TYPES: [&str; 8] = [
    "ConnectionRefusedError",
    "ConnectTimeout",
    "ConnectTimeoutError",
    "ConnectionTimeout",
    "java.net.ConnectException",
    "ConnectException",
    "Errno::ECONNREFUSED",
    "Errno::ETIMEDOUT",
];

const TEXTS: [&str; 9] = [
    "ECONNREFUSED",
    "ETIMEDOUT",
    "Connection refused",
    "connection refused",
    "Connection timed out",
    "connection timed out",
    "connect timed out",
    "Failed to establish a new connection",
    "dial tcp",
];

/// Bytes of a text read: the host stands near the front, and the rest may be a whole response.
const TEXT_CHARS_MAX: usize = 512;

/// The host (and port) that refused or did not answer. None if the text is of something else, or names no host:
/// then where it happened says more than that it did.
pub(super) fn host(kind: &str, value: &str, version: Version) -> Option<String> {
    let value = super::super::explanation::clip(value, TEXT_CHARS_MAX);
    if !TYPES.contains(&kind) && !TEXTS.iter().any(|text| value.contains(text)) {
        return None;
    }
    let server = || server(value).filter(|_| version >= Version::Ff2);
    let host = in_url(value).or_else(|| named(value)).or_else(|| with_port(value)).or_else(server)?;
    Some(if is_address(host) { "<ip>".to_owned() } else { host.to_ascii_lowercase() })
}

/// `https://user@host:443/path`
fn in_url(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let authority =
        &rest[..rest.find(|char: char| char.is_whitespace() || "/?#\"'),".contains(char)).unwrap_or(rest.len())];
    let host = authority.rsplit('@').next().unwrap_or(authority);
    (!host.is_empty()).then_some(host)
}

/// `host='api.shop.example'`, `host "db"`
fn named(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("host")?;
    let rest = rest.trim_start_matches([' ', '=', ':']);
    let quote = rest.chars().next().filter(|char| matches!(char, '\'' | '"'))?;
    rest[1..].split(quote).next().filter(|host| !host.is_empty())
}

/// `connection to server at "db.internal" (10.0.0.7), port 5432 failed`
fn server(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("server at \"")?;
    rest.split('"').next().filter(|host| !host.is_empty())
}

/// `db.internal:5432`
fn with_port(value: &str) -> Option<&str> {
    let words = value.split(|char: char| char.is_whitespace() || "()[]\"',;".contains(char));
    words.map(|word| word.trim_end_matches([':', '.'])).find(|word| {
        word.rsplit_once(':').is_some_and(|(host, port)| {
            let named = host.starts_with(|char: char| char.is_ascii_alphanumeric()) && !host.contains(':');
            named && (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// Addresses of containers change with every start.
fn is_address(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host);
    host.split('.').count() == 4 && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_in_what_clients_write() {
        for (kind, value, expected) in [
            ("Error", "connect ECONNREFUSED db.internal:5432", Some("db.internal:5432")),
            ("Error", "connect ECONNREFUSED 127.0.0.1:5432", Some("<ip>")),
            (
                "ConnectTimeout",
                "HTTPSConnectionPool(host='api.shop.example', port=443): Max retries",
                Some("api.shop.example"),
            ),
            ("URLError", "GET https://API.shop.example/v1: Connection refused", Some("api.shop.example")),
            ("OperationalError", "connection to server at host \"db\" failed: Connection refused", Some("db")),
            (
                "OperationalError",
                "connection to server at \"db\" (10.0.0.7), port 5432 failed: Connection refused",
                Some("db"),
            ),
            ("ConnectionRefusedError", "[Errno 111] Connection refused", None),
            ("ValueError", "bad host db.internal:5432", None),
        ] {
            assert_eq!(host(kind, value, Version::Ff2).as_deref(), expected, "{value}");
        }
    }
}
