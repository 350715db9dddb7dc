//! Addresses of Sentry's that are not answered here: said once in the log, so that an operator sees what a tool missed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::http::StatusCode;

use super::answer::Fault;

/// Different addresses remembered; after these, nothing more is said.
const SEEN_MAX: usize = 200;
/// As much of an address as is remembered, bytes.
const PATH_BYTES: usize = 200;

/// How often each unknown address was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<HashMap<String, u64>>>);

impl Seen {
    /// Counts one more; answers whether it is the first.
    fn count(&self, what: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SEEN_MAX && !seen.contains_key(what) {
            return false;
        }
        let times = seen.entry(what.to_owned()).or_default();
        *times += 1;
        *times == 1
    }
}

pub(super) async fn answer(seen: Seen, request: Request) -> Fault {
    let path = request.uri().path();
    let what = format!("{} {}", request.method(), &path[..path.floor_char_boundary(PATH_BYTES)]);
    if seen.count(&what) {
        tracing::warn!(what, "a tool asked for something of /api/0 that is not answered here");
    }
    Fault::new(StatusCode::NOT_FOUND, "There is no such address.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_said_once_and_memory_is_bounded() {
        let seen = Seen::default();
        assert!(seen.count("GET /a"));
        assert!(!seen.count("GET /a"));
        assert_eq!((0..1_000).filter(|n| seen.count(&n.to_string())).count(), SEEN_MAX - 1);
    }
}
