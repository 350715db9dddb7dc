//! Accepting connections: how many, how patiently, until when.
//!
//! `axum::serve` gives half-sent headers all the time in the world, so connections are driven here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Most connections at once; each may hold a request's body, and file descriptors are limited to 1,024 by default.
const CONNECTIONS_MAX: usize = 900;
/// How long a client may take to send the head of a request, including the wait for it on an open connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// Most that is read ahead of what is asked for, bytes, and so the longest head: each connection may hold it twice, which for
/// many that send large bodies at once would be more than the bodies may take.
const BUFFER_BYTES: usize = 64 * 1024;
/// Pause after a failed accept, which mostly means that file descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections and answers them with `router` until `cancel`; those that are open then finish their request.
pub async fn accept(listener: TcpListener, router: Router, tasks: TaskTracker, cancel: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let accepted = tokio::select! {
            accepted = next(&listener, &slots) => accepted,
            () = cancel.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer, slot)) => {
                let answers = answer(stream, peer, router.clone(), cancel.clone());
                tasks.spawn(async move {
                    answers.await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, slot))
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, cancel: CancellationToken) {
    stream.set_nodelay(true).ok();
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cancel.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
