//! Where we listen and under which address we are reached.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use http::Uri;
use ipnet::IpNet;

use super::sources::{ConfigError, Found, Sources};

/// Only this machine, until somebody decides otherwise.
const DEFAULT_LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 8000);

/// This machine and private networks: where proxies usually stand.
const DEFAULT_TRUSTED_PROXIES: &str = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";

/// The address to listen on, and the one others use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    pub listen: SocketAddr,
    /// Without a trailing slash. `None` means: whatever address a request was sent to.
    pub public_url: Option<String>,
    /// Who is believed when it says for whom it speaks.
    pub trusted_proxies: Vec<IpNet>,
}

impl Web {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let listen = sources.find("listen").map_or(Ok(SocketAddr::from(DEFAULT_LISTEN)), address)?;
        let trusted_proxies = match sources.find("trusted_proxies") {
            Some(found) => networks(&found.value).map_err(|wrong| found.wrong(wrong))?,
            None => networks(DEFAULT_TRUSTED_PROXIES).expect("the default is a list of networks"),
        };
        Ok(Self { listen, public_url: sources.find("public_url").map(origin).transpose()?, trusted_proxies })
    }

    /// The address to show when no request says how we are reached. `bound` is where we really listen.
    pub fn url(&self, bound: SocketAddr) -> String {
        let own = || {
            let host = if bound.ip().is_unspecified() { "localhost".to_owned() } else { host(bound) };
            format!("http://{host}:{}", bound.port())
        };
        self.public_url.clone().unwrap_or_else(own)
    }

    /// Whether people reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Addresses and ranges between commas, or none of them.
fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    let read = |part: &str| part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let networks =
        parts.map(|part| read(part).map_err(|_| format!("{part} is not an address or a range like 10.0.0.0/8")));
    networks.collect()
}

fn host(bound: SocketAddr) -> String {
    if bound.is_ipv6() { format!("[{}]", bound.ip()) } else { bound.ip().to_string() }
}

fn address(found: &Found) -> Result<SocketAddr, ConfigError> {
    let wrong = || found.wrong("must be an address and a port, like 127.0.0.1:8000");
    found.value.to_socket_addrs().ok().and_then(|mut all| all.next()).ok_or_else(wrong)
}

/// Scheme, host and port: everything is served from the root.
fn origin(found: &Found) -> Result<String, ConfigError> {
    let wrong = || found.wrong("must be an address like https://fieldfare.example.org, without a path");
    let uri: Uri = found.value.parse().map_err(|_| wrong())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_bare = uri.path() == "/" && uri.query().is_none();
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) if is_web && is_bare && !authority.as_str().contains('@') => {
            Ok(format!("{scheme}://{authority}"))
        }
        _ => Err(wrong()),
    }
}
