//! Addresses of Sentry's that are not answered here: said once in the log and counted in `/metrics`, so that an operator
//! sees what a tool missed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State as Shared};
use axum::http::{Method, StatusCode};

use super::answer::Fault;
use crate::state::State;

/// Different calls that are told apart; what comes after these is counted together, and not said.
const PATTERNS_MAX: usize = 100;
/// Segments of a pattern; Sentry's own addresses have no more behind `/api/0`.
const SEGMENTS_MAX: usize = 8;
/// How the others are counted.
const OTHERS: &str = "others";
/// Segments that name a kind of thing and not a thing: what addresses of Sentry's are made of. Whatever else there is may
/// be a name of somebody's, which is nobody's business who reads metrics.
const NOUNS: &[&str] = &[
    "activity",
    "alert-rules",
    "artifact-bundles",
    "associate",
    "assemble",
    "avatar",
    "builds",
    "checkins",
    "combined-rules",
    "comments",
    "commits",
    "dashboards",
    "deploys",
    "difs",
    "discover",
    "dsyms",
    "environments",
    "event-attachments",
    "eventids",
    "events",
    "events-stats",
    "events-timeseries",
    "external-issues",
    "files",
    "filters",
    "groups",
    "hashes",
    "health",
    "hooks",
    "integrations",
    "internal",
    "issues",
    "keys",
    "latest",
    "lookup",
    "me",
    "members",
    "monitors",
    "notifications",
    "oldest",
    "organizations",
    "ownership",
    "plugins",
    "preprod",
    "preprodartifacts",
    "profiling",
    "projects",
    "proguard",
    "proguard-artifact-releases",
    "prs",
    "regions",
    "releases",
    "relays",
    "replays",
    "replay-count",
    "repos",
    "reprocessing",
    "resolved-in",
    "rules",
    "searches",
    "sentry-app-installations",
    "sentry-apps",
    "servicehooks",
    "sessions",
    "shortids",
    "source-maps",
    "snapshots",
    "stats",
    "stats-summary",
    "stats_v2",
    "symbol-sources",
    "symbolicate",
    "tagkeys",
    "tags",
    "teams",
    "tokens",
    "trace",
    "traces",
    "user-feedback",
    "user-reports",
    "user-stats",
    "users",
    "values",
    "wizard",
];

/// How often each unknown call was made.
#[derive(Clone, Debug, Default)]
pub struct Unknown(Arc<Mutex<BTreeMap<String, u64>>>);

impl Unknown {
    /// Counts one more; answers whether it is the first of its pattern.
    fn count(&self, pattern: String) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = seen.contains_key(&pattern);
        let is_others = !is_known && seen.len() >= PATTERNS_MAX;
        *seen.entry(if is_others { OTHERS.to_owned() } else { pattern }).or_default() += 1;
        !is_known && !is_others
    }

    /// What was asked and how often, in order of what was asked.
    pub(in crate::http) fn counts(&self) -> Vec<(String, u64)> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|(pattern, times)| (pattern.clone(), *times)).collect()
    }
}

pub(super) async fn answer(Shared(state): Shared<State>, request: Request) -> Fault {
    let call = pattern(request.method(), request.uri().path());
    if state.unknown_calls.count(call.clone()) {
        tracing::warn!(call, "a tool asked for something of /api/0 that is not answered here");
    }
    Fault::new(StatusCode::NOT_FOUND, "There is no such address.")
}

/// A call as `GET /projects/*/*/rules`. Made of our own words only.
fn pattern(method: &Method, path: &str) -> String {
    let known = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD, Method::OPTIONS];
    let method = if known.contains(method) { method.as_str() } else { "*" };
    let mut pattern = format!("{method} ");
    for segment in path.split('/').filter(|segment| !segment.is_empty()).take(SEGMENTS_MAX) {
        pattern.push('/');
        pattern.push_str(if NOUNS.contains(&segment) { segment } else { "*" });
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_by_its_kind_and_names_nobody() {
        for (method, path, expected) in [
            (Method::GET, "/projects/acme/shop/rules/", "GET /projects/*/*/rules"),
            (Method::GET, "/issues/1234/hashes", "GET /issues/*/hashes"),
            (Method::DELETE, "/x\"}\n/y", "DELETE /*/*"),
            (Method::POST, "/", "POST "),
            (Method::from_bytes(b"BREW").unwrap(), "/teams", "* /teams"),
            (Method::GET, "/a/a/a/a/a/a/a/a/a/a", "GET /*/*/*/*/*/*/*/*"),
        ] {
            assert_eq!(pattern(&method, path), expected);
        }
    }

    #[test]
    fn a_call_is_said_once_and_memory_is_bounded() {
        let unknown = Unknown::default();
        assert!(unknown.count("GET /teams".to_owned()));
        assert!(!unknown.count("GET /teams".to_owned()));
        assert_eq!((0..1_000).filter(|n| unknown.count(n.to_string())).count(), PATTERNS_MAX - 1);
        let counts = unknown.counts();
        assert_eq!(counts.len(), PATTERNS_MAX + 1);
        assert!(counts.contains(&("GET /teams".to_owned(), 2)));
        assert!(counts.contains(&(OTHERS.to_owned(), 1_000 - PATTERNS_MAX as u64 + 1)));
    }
}
