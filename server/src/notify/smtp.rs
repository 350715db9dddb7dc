//! `FIELDFARE_SMTP_URL`: which server takes our mail, and how it is spoken to. Pure.

use std::fmt;

use anyhow::{Context, bail, ensure};
use percent_encoding::percent_decode_str;

/// Ports by RFC 8314 and RFC 6409, and the one of plain relays.
const PORT_TLS: u16 = 465;
const PORT_SUBMISSION: u16 = 587;
const PORT_PLAIN: u16 = 25;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Never: `smtp://` alone or with `?tls=none`.
    None,
    /// STARTTLS when the server offers it: `?tls=opportunistic`. Somebody in between can prevent it.
    Opportunistic,
    /// STARTTLS, or no mail: `?tls=required`.
    Required,
    /// TLS from the first byte: `smtps://`.
    Implicit,
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    /// Name and password.
    pub(super) login: Option<(String, String)>,
}

/// Reads `smtp://user:password@host:port?tls=required` and its other forms. Name and password are percent-encoded.
///
/// # Errors
/// When it is not of that form; the message never repeats the URL, which may hold a password.
pub(super) fn parse(url: &str) -> anyhow::Result<Server> {
    let (scheme, rest) = url.trim().split_once("://").context("the SMTP URL must begin with smtp:// or smtps://")?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.strip_suffix('/').unwrap_or(place);
    let (login, address) = match place.rsplit_once('@') {
        Some((login, address)) => (Some(read_login(login)?), address),
        None => (None, place),
    };
    let encryption = encryption(scheme, query)?;
    let (host, port) = read_address(address)?;
    let port = port.unwrap_or(match encryption {
        Encryption::None => PORT_PLAIN,
        Encryption::Opportunistic | Encryption::Required => PORT_SUBMISSION,
        Encryption::Implicit => PORT_TLS,
    });
    Ok(Server { host, port, encryption, login })
}

fn encryption(scheme: &str, query: &str) -> anyhow::Result<Encryption> {
    Ok(match (scheme, query) {
        ("smtp", "" | "tls=none") => Encryption::None,
        ("smtp", "tls=opportunistic") => Encryption::Opportunistic,
        ("smtp", "tls=required") => Encryption::Required,
        ("smtps", "" | "tls=required") => Encryption::Implicit,
        ("smtp", _) => bail!("after the ? the SMTP URL may say tls=required, tls=opportunistic or tls=none"),
        ("smtps", _) => bail!("an SMTP URL that begins with smtps:// is always encrypted and takes no other option"),
        _ => bail!("the SMTP URL must begin with smtp:// or smtps://"),
    })
}

fn read_login(login: &str) -> anyhow::Result<(String, String)> {
    let (name, password) = login.split_once(':').context("the SMTP URL has a user name but no password")?;
    let decode = |text| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    let login = decode(name).and_then(|name| Ok((name, decode(password)?)));
    login.context("user name and password in the SMTP URL must be percent-encoded UTF-8")
}

/// `host`, `host:port` or `[2001:db8::1]:port`.
fn read_address(address: &str) -> anyhow::Result<(String, Option<u16>)> {
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').context("a colon belongs before the port")?)),
        None => address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
    };
    let sound = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
    ensure!(sound, "the SMTP URL names no host");
    let port = port.map(str::parse).transpose().context("the port of the SMTP URL must be a number up to 65535")?;
    Ok((host.to_owned(), port))
}

impl fmt::Display for Server {
    /// For people: `smtp.example.org:587 (STARTTLS)`; no name, no password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.encryption {
            Encryption::None => "not encrypted",
            Encryption::Opportunistic => "STARTTLS if offered",
            Encryption::Required => "STARTTLS",
            Encryption::Implicit => "TLS",
        };
        write!(f, "{}:{} ({how})", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_url_is_read() {
        for (url, expected, login) in [
            ("smtp://mail.example.org", "mail.example.org:25 (not encrypted)", None),
            ("smtp://127.0.0.1:1025?tls=none", "127.0.0.1:1025 (not encrypted)", None),
            ("smtp://me:secret@mail:2525/", "mail:2525 (not encrypted)", Some(("me", "secret"))),
            ("smtp://mail?tls=required", "mail:587 (STARTTLS)", None),
            ("smtp://mail:26?tls=opportunistic", "mail:26 (STARTTLS if offered)", None),
            ("smtps://a%40b.org:p%3a%2Fss@mail", "mail:465 (TLS)", Some(("a@b.org", "p:/ss"))),
            ("smtps://me:p@ss@mail", "mail:465 (TLS)", Some(("me", "p@ss"))),
            ("smtps://[2001:db8::1]:466", "2001:db8::1:466 (TLS)", None),
        ] {
            let server = parse(url).unwrap();
            assert_eq!(server.to_string(), expected, "{url}");
            let found = server.login.as_ref().map(|(name, password)| (name.as_str(), password.as_str()));
            assert_eq!(found, login, "{url}");
        }
    }

    #[test]
    fn nonsense_is_refused_without_repeating_the_password() {
        for url in [
            "",
            "mail.example.org:25",
            "http://mail",
            "smtp://",
            "smtp://me:hunter2@",
            "smtp://hunter2@mail",
            "smtp://me:hunter2@mail:99999",
            "smtp://me:hunter2@mail:x",
            "smtp://me:hunter2@mail?tls=maybe",
            "smtp://me:hunter2@mail?tls=required&x=1",
            "smtps://me:hunter2@mail?tls=none",
            "smtp://me:hunter2@ma il",
            "smtp://me:%ff@mail",
        ] {
            let Err(error) = parse(url) else { panic!("{url} was taken") };
            assert!(!format!("{error:#}").contains("hunter2"), "{error:#}");
        }
    }
}
