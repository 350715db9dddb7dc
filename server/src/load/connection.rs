//! One connection that is kept open, with one request under way at a time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Longest wait for an answer; after it any client has given up.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// Where an installation listens.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Host and port, as the header says them.
    pub(super) host: String,
    name: String,
    port: u16,
    tls: bool,
    /// What stands before every path.
    prefix: String,
}

impl Place {
    pub(super) fn of(uri: &Uri, prefix: &str) -> anyhow::Result<Self> {
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => anyhow::bail!("the address must begin with http:// or https://"),
        };
        let name = uri.host().context("the address has no host")?.to_owned();
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let host = uri.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"));
        Ok(Self { host, name, port, tls, prefix: prefix.to_owned() })
    }

    pub(super) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

pub(super) struct Connection {
    place: Place,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(super) async fn open(place: &Place) -> anyhow::Result<Self> {
        let sender = connect(place).await.with_context(|| format!("connecting to {}", place.host))?;
        Ok(Self { place: place.clone(), sender })
    }

    /// Sends a request and reads the whole answer. A connection that the server has closed is opened again first.
    pub(super) async fn send(&mut self, request: Request<Vec<u8>>) -> anyhow::Result<(StatusCode, Bytes)> {
        if self.sender.ready().await.is_err() {
            self.sender =
                connect(&self.place).await.with_context(|| format!("connecting again to {}", self.place.host))?;
        }
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let answer = async {
            let answer = self.sender.send_request(request).await?;
            let status = answer.status();
            Ok::<_, hyper::Error>((status, answer.into_body().collect().await?.to_bytes()))
        };
        Ok(tokio::time::timeout(ANSWER_TIMEOUT, answer).await.context("no answer within a minute")??)
    }
}

/// Bytes there and back, with TLS or without.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Wire for T {}

async fn connect(place: &Place) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    speak(open(place).await?).await
}

/// A connection on which nothing was said yet.
pub(super) async fn open(place: &Place) -> anyhow::Result<Box<dyn Wire>> {
    let name = place.name.trim_matches(['[', ']']);
    let stream = TcpStream::connect((name, place.port)).await?;
    stream.set_nodelay(true)?;
    Ok(if place.tls { Box::new(secured(name, stream).await?) } else { Box::new(stream) })
}

async fn secured(name: &str, stream: TcpStream) -> anyhow::Result<impl Wire> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    ensure!(added > 0, "this machine has no certificates to check the server's with");
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let server = ServerName::try_from(name.to_owned()).context("the host is not a name")?;
    Ok(TlsConnector::from(Arc::new(config)).connect(server, stream).await?)
}

#[expect(clippy::disallowed_methods, reason = "the connection's own work, which ends with it")]
async fn speak(stream: impl Wire) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
    Ok(sender)
}
