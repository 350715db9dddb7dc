//! Who a request says it is from: every form in which a client may present its project's key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

/// Digits of a public key.
const KEY_DIGITS: usize = 32;
/// What the key is called where a request carries it.
const KEY: &str = "sentry_key";
/// What the time of sending is called there.
const TIMESTAMP: &str = "sentry_timestamp";

/// The public half of a DSN: 32 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(String);

/// Where a request may carry a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'a> {
    pub x_sentry_auth: Option<&'a str>,
    pub authorization: Option<&'a str>,
    /// The query string, without its question mark.
    pub query: Option<&'a str>,
    /// From the header of an envelope.
    pub dsn: Option<&'a str>,
    pub path_key: Option<&'a str>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthError {
    Missing,
    Malformed,
    /// Two forms with different keys.
    Conflicting,
}

/// The one key a request presents, in whatever form. Several forms are fine while they agree.
///
/// # Errors
/// When there is none, it is not a key, or two differ.
pub fn public_key(presented: &Presented<'_>) -> Result<PublicKey, AuthError> {
    let found = [
        presented.x_sentry_auth.and_then(|value| sentry_scheme(value, KEY)),
        presented.authorization.and_then(authorization),
        presented.query.and_then(|query| query_value(query, KEY)),
        presented.dsn.and_then(dsn_key),
        presented.path_key.map(str::to_owned),
    ];
    let mut keys = found.into_iter().flatten();
    let first = keys.next().ok_or(AuthError::Missing)?;
    if keys.any(|other| !other.eq_ignore_ascii_case(&first)) {
        return Err(AuthError::Conflicting);
    }
    PublicKey::parse(&first).ok_or(AuthError::Malformed)
}

/// When the client sent the request by its own clock, as older clients say it beside the key.
pub fn sent_at(presented: &Presented<'_>) -> Option<String> {
    let headers = [presented.x_sentry_auth, presented.authorization];
    let in_header = headers.into_iter().flatten().find_map(|value| sentry_scheme(value, TIMESTAMP));
    in_header.or_else(|| query_value(presented.query?, TIMESTAMP))
}

/// The project a DSN is for.
pub fn dsn_project(dsn: &str) -> Option<&str> {
    let (_, rest) = dsn.split_once('@')?;
    rest.trim_end_matches('/').rsplit_once('/').map(|(_, project)| project)
}

/// The address clients are given: `{scheme}://{key}@{host}{path}/{project_id}`. `public_url` has no trailing slash.
pub fn dsn(public_url: &str, key: &str, project_id: i64) -> String {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("http", public_url));
    format!("{scheme}://{key}@{rest}/{project_id}")
}

impl PublicKey {
    /// Reads a key; upper-case digits are taken too.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let valid = text.len() == KEY_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn authorization(value: &str) -> Option<String> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        // A name that is no key is meant for a proxy in front of us, and says nothing of the project.
        return decoded.split(':').next().filter(|user| PublicKey::parse(user).is_some()).map(str::to_owned);
    }
    sentry_scheme(value, KEY)
}

/// One of the pairs of `Sentry sentry_version=7, sentry_key=…`.
fn sentry_scheme(value: &str, wanted: &str) -> Option<String> {
    let (scheme, pairs) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("sentry") {
        return None;
    }
    let pair =
        |pair: &str| pair.trim().split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    pairs.split(',').filter_map(pair).find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The first value of this name in a query string. A plus stays a plus: versions hold it, and are often written raw.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    let value = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// `https://key[:secret]@host/path/1`.
fn dsn_key(dsn: &str) -> Option<String> {
    let (_, rest) = dsn.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    Some(user.split(':').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_key_is_found_in_every_form() {
        let basic = format!("Basic {}", STANDARD.encode(format!("{KEY}:")));
        let header = format!("Sentry sentry_version=7, sentry_client=x/1, sentry_key={KEY}, sentry_secret=s");
        let lower = format!("sentry sentry_key={KEY}");
        let query = format!("sentry_version=7&sentry_key={KEY}&sentry_client=a%2F1");
        let dsn = format!("https://{KEY}:secret@example.org/sub/7");
        let upper = format!("SENTRY sentry_version = 7,sentry_key = {}", KEY.to_uppercase());
        for presented in [
            Presented { x_sentry_auth: Some(&header), ..Presented::default() },
            Presented { authorization: Some(&lower), ..Presented::default() },
            Presented { authorization: Some(&basic), ..Presented::default() },
            Presented { query: Some(&query), ..Presented::default() },
            Presented { dsn: Some(&dsn), ..Presented::default() },
            Presented { path_key: Some(KEY), ..Presented::default() },
            Presented { x_sentry_auth: Some(&upper), ..Presented::default() },
            // The password of a proxy does not contradict the key.
            Presented { authorization: Some("Basic YWRhOnNlY3JldA=="), query: Some(&query), ..Presented::default() },
            Presented { x_sentry_auth: Some(&header), query: Some(&query), dsn: Some(&dsn), ..Presented::default() },
        ] {
            assert_eq!(public_key(&presented), Ok(PublicKey(KEY.to_owned())), "{presented:?}");
        }
    }

    #[test]
    fn what_is_not_one_key_is_refused() {
        let other = format!("sentry_key={}", KEY.replace('0', "1"));
        let header = format!("Sentry sentry_key={KEY}");
        for (presented, error) in [
            (Presented::default(), AuthError::Missing),
            (Presented { authorization: Some("Bearer abc"), ..Presented::default() }, AuthError::Missing),
            (Presented { authorization: Some("Basic !"), ..Presented::default() }, AuthError::Missing),
            (Presented { x_sentry_auth: Some("Sentry"), ..Presented::default() }, AuthError::Missing),
            (Presented { x_sentry_auth: Some("Sentry sentry_version=7"), ..Presented::default() }, AuthError::Missing),
            (Presented { dsn: Some("example.org/1"), ..Presented::default() }, AuthError::Missing),
            (Presented { query: Some("sentry_key=abc"), ..Presented::default() }, AuthError::Malformed),
            (Presented { path_key: Some(""), ..Presented::default() }, AuthError::Malformed),
            (
                Presented { query: Some(&other), x_sentry_auth: Some(&header), ..Presented::default() },
                AuthError::Conflicting,
            ),
        ] {
            assert_eq!(public_key(&presented), Err(error), "{presented:?}");
        }
    }

    #[test]
    fn a_dsn_keeps_the_path_of_its_installation() {
        assert_eq!(dsn("https://errors.example.org/sub", KEY, 7), format!("https://{KEY}@errors.example.org/sub/7"));
    }

    #[test]
    fn the_time_of_sending_stands_beside_the_key() {
        let header = format!("Sentry sentry_key={KEY}, sentry_timestamp=1795168800.5");
        let query = "sentry_timestamp=1795168800&sentry_version=7";
        let by_header = Presented { x_sentry_auth: Some(&header), ..Presented::default() };
        let by_query = Presented { query: Some(query), ..Presented::default() };
        assert_eq!(sent_at(&by_header).as_deref(), Some("1795168800.5"));
        assert_eq!(sent_at(&by_query).as_deref(), Some("1795168800"));
        assert_eq!(sent_at(&Presented::default()), None);
    }

    #[test]
    fn a_dsn_names_its_project() {
        for (dsn, project) in [
            ("https://k@example.org/7", Some("7")),
            ("https://k:s@example.org/sub/7/", Some("7")),
            ("https://k@example.org", None),
            ("example.org/7", None),
        ] {
            assert_eq!(dsn_project(dsn), project, "{dsn}");
        }
    }

    #[test]
    fn a_plus_in_a_query_is_a_plus() {
        assert_eq!(query_value("a=1&r=shop%401.0+5", "r").as_deref(), Some("shop@1.0+5"));
    }
}
