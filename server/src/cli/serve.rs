//! `fieldfare serve`: everything that runs while the server runs, begun and ended in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::output::say;
use crate::accounts;
use crate::clock::Clock;
use crate::config::Config;
use crate::http;
use crate::ingest::relink::{self, Linker};
use crate::ingest::{quota, watching};
use crate::issues::{self, Timekeeper};
use crate::jobs::runner::Runner;
use crate::live;
use crate::notify::{self, Mailer};
use crate::retention::Keeper;
use crate::search::follower;
use crate::source_maps;
use crate::state::{State, retention_defaults};

/// How long open requests may take to finish after the order to stop.
const REQUESTS_TIMEOUT: Duration = Duration::from_secs(7);
/// How long background work may take after that. Together ten seconds, after which container runtimes kill.
const WORK_TIMEOUT: Duration = Duration::from_secs(3);

/// A server that runs.
pub struct Running {
    /// Where it listens; the port is real even if the configured one was 0.
    pub addr: SocketAddr,
    pub state: State,
    /// Where the first visit begins, on an installation without members. Ends with this process.
    pub setup_url: Option<String>,
    requests: Crew,
    writer: Crew,
    work: Runner,
}

/// Tasks that run until they are told to stop.
#[derive(Default)]
struct Crew {
    cancel: CancellationToken,
    tasks: TaskTracker,
}

/// Opens the installation, begins its background work and listens.
///
/// # Errors
/// When a part of the installation cannot be opened, or the address is taken.
pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Running> {
    super::install_crypto();
    let listener = listen(config.web.listen).await?;
    let addr = listener.local_addr()?;
    let (state, writer) = State::open(config, clock).await?;
    let setup_url = setup_url(&state, addr).await?;
    let work = Runner::new();
    start_work(&work, &state)?;
    let (requests, writing) = (Crew::default(), Crew::default());
    writing.tasks.spawn(writer.run(writing.cancel.clone()));
    let router = http::router(state.clone());
    requests.tasks.spawn(http::listen::accept(listener, router, requests.tasks.clone(), requests.cancel.clone()));
    Ok(Running { addr, state, setup_url, requests, writer: writing, work })
}

/// What runs beside the requests and may begin again when it fails.
fn start_work(work: &Runner, state: &State) -> anyhow::Result<()> {
    let (search, store) = (state.search.clone(), state.store.clone());
    work.start("search", move |stop| follower::run(search.clone(), store.clone(), stop));
    let (live, store) = (state.live.clone(), state.store.clone());
    work.start("live pages", move |stop| live::run(live.clone(), store.clone(), stop));
    let (quotas, store, around) =
        (state.quotas.clone(), state.store.clone(), (state.clock.clone(), state.ingest.clone()));
    work.start("quotas", move |stop| quota::run(quotas.clone(), store.clone(), around.clone(), stop));
    let keeper = Keeper::new(&state.store, &state.blobs, &state.clock, retention_defaults(&state.config));
    work.start("retention", move |stop| keeper.clone().run(stop));
    let timekeeper = Timekeeper::new(&state.store, &state.clock);
    work.start("issues", move |stop| timekeeper.clone().run(stop));
    let (store, queue, clock) = (state.store.clone(), state.ingest.clone(), state.clock.clone());
    work.start("monitors", move |stop| watching::run(store.clone(), queue.clone(), clock.clone(), stop));
    let (store, clock, mailer) = (state.store.clone(), state.clock.clone(), Mailer::new(&state.mail)?);
    let deletions = state.store.clone();
    work.start("deletion", move |stop| issues::run_deletions(deletions.clone(), stop));
    work.start("mail", move |stop| notify::run(store.clone(), clock.clone(), mailer.clone(), stop));
    let linker = Linker {
        store: state.store.clone(),
        maps: state.source_maps.clone(),
        policies: state.policies.clone(),
        clock: state.clock.clone(),
    };
    work.start("source maps", move |stop| relink::run(linker.clone(), stop));
    let (maps, clock) = (state.source_maps.clone(), state.clock.clone());
    work.start("uploads", move |stop| source_maps::sweep_now_and_then(maps.clone(), clock.clone(), stop));
    Ok(())
}

impl Running {
    /// Takes no new requests, lets those that run finish, then ends the background work they rely on and closes the
    /// database.
    pub async fn shutdown(self) {
        self.state.live.close();
        self.requests.stop("requests", REQUESTS_TIMEOUT).await;
        let (state, now) = (&self.state, self.state.clock.now());
        if let Err(error) = state.quotas.keep(&state.store, &state.ingest, now).await {
            tracing::warn!(error = format!("{error:#}"), "the state of the quotas could not be written");
        }
        self.writer.stop("the writer", WORK_TIMEOUT / 2).await;
        if !self.work.shut_down(WORK_TIMEOUT / 2).await {
            tracing::warn!("stopping although background work did not finish");
        }
        self.state.store.close().await;
    }
}

impl Crew {
    async fn stop(self, what: &str, timeout: Duration) {
        self.cancel.cancel();
        self.tasks.close();
        if tokio::time::timeout(timeout, self.tasks.wait()).await.is_err() {
            tracing::warn!(unfinished = self.tasks.len(), "stopping although {what} did not finish");
        }
    }
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let running = start(config, Clock::System).await?;
    say(&greeting(&running));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    running.shutdown().await;
    Ok(())
}

fn greeting(running: &Running) -> String {
    match &running.setup_url {
        Some(url) => format!("Fieldfare is new here. Begin at {url}"),
        None => format!("Fieldfare runs at {}", running.state.config.web.url(running.addr)),
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}

async fn setup_url(state: &State, addr: SocketAddr) -> anyhow::Result<Option<String>> {
    if accounts::is_set_up(state.store.reader()).await? {
        return Ok(None);
    }
    let token = accounts::new_setup_token(&state.store).await?;
    Ok(Some(format!("{}{}?token={token}", state.config.web.url(addr), fieldfare_app::routes::SETUP)))
}
