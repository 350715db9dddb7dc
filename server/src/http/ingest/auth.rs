//! Whose project a request is for: every form of key a client may present, looked up through a cache.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use moka::future::Cache;

use super::answer::Refusal;
use crate::projects::keys::{self, KeyRow};
use crate::projects::origins;
use crate::protocol::dsn_auth::{self, AuthError};
use crate::state::State;
use crate::store::Store;

/// How long an answer of the database is believed. A key revoked by another process works at most this long.
const BELIEVED_FOR: Duration = Duration::from_secs(10);
/// Keys remembered, known and unknown ones; a dead DSN in the field must not cost a query per event.
const REMEMBERED: u64 = 10_000;

/// Keys looked up lately, by project and key: one wrong key must not block a right one.
#[derive(Clone, Debug)]
pub struct KeyCache(Cache<(i64, String), Option<Arc<KeyRow>>>);

impl Default for KeyCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(BELIEVED_FOR).build())
    }
}

impl KeyCache {
    /// Looks everything up again, since keys or origins have changed.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }

    async fn find(&self, store: &Store, project_id: i64, key: String) -> Result<Option<Arc<KeyRow>>, Refusal> {
        let looked_up = self.0.try_get_with((project_id, key.clone()), async {
            keys::find(store.reader(), project_id, &key).await.map(|row| row.map(Arc::new))
        });
        looked_up.await.map_err(|error| {
            tracing::error!(%error, "a project key could not be looked up");
            Refusal::Busy
        })
    }
}

/// The parts of a request that say whose it is.
pub(super) struct Request<'a> {
    pub(super) project: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
}

/// The project a request may report to.
pub(super) async fn authenticate(state: &State, request: &Request<'_>, dsn: Option<&str>) -> Result<i64, Refusal> {
    let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let presented = dsn_auth::Presented {
        x_sentry_auth: request.headers.get("x-sentry-auth").and_then(|value| value.to_str().ok()),
        authorization: text(header::AUTHORIZATION),
        query: request.query,
        dsn,
        path_key: None,
    };
    let key = dsn_auth::public_key(&presented).map_err(|error| match error {
        AuthError::Missing => {
            Refusal::Unauthenticated("no key: send X-Sentry-Auth, ?sentry_key= or a dsn in the envelope")
        }
        AuthError::Malformed => Refusal::Unauthenticated("the key is not 32 hexadecimal digits"),
        AuthError::Conflicting => Refusal::Unauthenticated("the request carries keys that contradict each other"),
    })?;
    let project_id: i64 = request.project.parse().map_err(|_| Refusal::Forbidden("no such project or key"))?;
    let found = state.keys.find(&state.store, project_id, key.to_string()).await?;
    let row = found.filter(|row| !row.revoked).ok_or(Refusal::Forbidden("no such project or key"))?;
    // Browsers leave the origin out of some requests, but say on which page they were made.
    let of_page = || text(header::REFERER).and_then(origins::of_page);
    let origin = text(header::ORIGIN).map(str::to_owned).or_else(of_page);
    if origin.is_some_and(|origin| !origins::allows(&row.allowed_origins, &origin)) {
        return Err(Refusal::Forbidden("this origin is not allowed to report to the project"));
    }
    Ok(project_id)
}
