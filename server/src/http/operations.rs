//! What tools that watch over the server ask. Open to all: nothing here tells of projects or people.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sea_orm::ConnectionTrait;

use super::problem::Problem;
use crate::notify;
use crate::state::State;
use crate::store::changes;

/// How long the database may take before we count as not ready.
const READY_TIMEOUT: Duration = Duration::from_secs(2);
/// The text format of Prometheus.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn router(state: State) -> Router {
    Router::new()
        .route("/health/live", get("live"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(state)
}

async fn ready(Shared(state): Shared<State>) -> (StatusCode, &'static str) {
    if !state.ingest.is_open() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the queue is full");
    }
    if let Some(what) = state.ingest.counts().trouble.now(state.clock.now()) {
        return (StatusCode::SERVICE_UNAVAILABLE, what);
    }
    let asked = tokio::time::timeout(READY_TIMEOUT, state.store.reader().execute_unprepared("SELECT 1")).await;
    match asked {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        Ok(Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database fails"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

async fn metrics(Shared(state): Shared<State>) -> Result<Response, Problem> {
    let uptime_seconds = (state.clock.now() - state.started_at) / 1_000;
    let waiting = notify::state(state.store.reader(), &state.mail).await?.waiting;
    let newest = changes::latest(state.store.reader()).await?;
    let lag = newest - state.search.position().unwrap_or(0).min(newest);
    let ingest = state.ingest.counts();
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let text = [
        metric("fieldfare_uptime_seconds", "gauge", "Seconds since this process began", uptime_seconds),
        metric("fieldfare_outbox_waiting", "gauge", "Messages owed and not yet delivered or given up", waiting),
        metric("fieldfare_ingest_requests_total", "counter", "Requests committed", count(&ingest.parcels)),
        metric(
            "fieldfare_ingest_batches_total",
            "counter",
            "Transactions they were committed in",
            count(&ingest.batches),
        ),
        metric("fieldfare_ingest_refused_total", "counter", "Requests refused by a full queue", count(&ingest.refused)),
        metric("fieldfare_ingest_failed_total", "counter", "Requests the database refused", count(&ingest.failed)),
        metric("fieldfare_search_lag_changes", "gauge", "Changes committed and not yet searchable here", lag),
        metric("fieldfare_search_documents", "gauge", "Documents in the search index", state.search.documents()),
    ];
    let text = text.concat() + &unknown_calls(&state.unknown_calls.counts());
    Ok(([(header::CONTENT_TYPE, METRICS_TYPE)], text).into_response())
}

/// By what was asked, in our own words: nothing in them needs to be escaped.
fn unknown_calls(counts: &[(String, u64)]) -> String {
    let name = "fieldfare_unknown_calls_total";
    let lines = counts.iter().map(|(call, times)| format!("{name}{{call=\"{call}\"}} {times}\n"));
    let help = "Calls of Sentry's API that are not answered here";
    format!("# HELP {name} {help}\n# TYPE {name} counter\n{}", lines.collect::<String>())
}

fn metric(name: &str, kind: &str, help: &str, value: impl std::fmt::Display) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
}
