//! Where a request came from, when proxies stand between us and whoever sent it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::state::State;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Proxies of one chain that are followed; longer chains are made up.
const HOPS_MAX: usize = 20;

/// The address of whoever sent a request, for handlers; `None` where the connection is not known.
pub(super) struct ClientAddress(pub(super) Option<IpAddr>);

impl FromRequestParts<State> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self(of(parts, &state.config.web.trusted_proxies)))
    }
}

/// The address of whoever sent a request; `None` where the connection is not known.
pub(super) fn of(parts: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    peer.map(|peer| client_address(peer, &parts.headers, trusted))
}

/// The address of the client: the peer's, unless that is a proxy we trust. Each proxy adds whom it speaks for at the end
/// of the header; what stands before the first one we do not trust is whatever the client wrote.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    let lines = headers.get_all(FORWARDED_FOR).into_iter().rev().filter_map(|line| line.to_str().ok());
    let mut client = peer.to_canonical();
    for hop in lines.flat_map(|line| line.rsplit(',')).take(HOPS_MAX) {
        if !is_trusted(client) {
            break;
        }
        let Some(next) = address(hop.trim()) else { break };
        client = next;
    }
    client
}

/// An address as proxies write it, some with a port.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn only_proxies_we_trust_are_believed() {
        let nearby = Config::of([]).unwrap().web.trusted_proxies;
        let own = Config::of([("trusted_proxies", "198.51.100.0/24, 2001:db8::1")]).unwrap().web.trusted_proxies;
        let none = Config::of([("trusted_proxies", "none")]).unwrap().web.trusted_proxies;
        for (trusted, peer, forwarded, expected) in [
            (&nearby, "127.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
            (&nearby, "10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
            (&nearby, "::ffff:10.0.0.1", "192.0.2.7:4711", "192.0.2.7"),
            (&nearby, "::1", "2001:db8::9", "2001:db8::9"),
            (&nearby, "127.0.0.1", "", "127.0.0.1"),
            (&nearby, "127.0.0.1", "unknown", "127.0.0.1"),
            (&nearby, "127.0.0.1", "10.0.0.9", "10.0.0.9"),
            (&nearby, "198.51.100.1", "192.0.2.7", "198.51.100.1"),
            (&own, "198.51.100.1", "192.0.2.7", "192.0.2.7"),
            (&own, "2001:db8::1", "192.0.2.7", "192.0.2.7"),
            (&own, "127.0.0.1", "192.0.2.7", "127.0.0.1"),
            (&none, "127.0.0.1", "192.0.2.7", "127.0.0.1"),
        ] {
            let headers: HeaderMap = [(FORWARDED_FOR, forwarded.parse().unwrap())].into_iter().collect();
            let client = client_address(peer.parse().unwrap(), &headers, trusted);
            assert_eq!(client.to_string(), expected, "{peer} for {forwarded}");
        }
    }
}
