//! Whose project a request is for: every form of key a client may present, looked up through a cache.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use moka::future::Cache;

use super::answer::Refusal;
use crate::http::client_address;
use crate::projects::keys::{self, KeyRow};
use crate::projects::origins;
use crate::protocol::dsn_auth::{self, AuthError};
use crate::state::State;
use crate::store::Store;

const X_SENTRY_AUTH: HeaderName = HeaderName::from_static("x-sentry-auth");
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

/// Who sent a request: the parts of it that say whose it is.
#[derive(Debug)]
pub(in crate::http) struct Caller {
    /// The project's id, as the address has it.
    pub(super) project: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    /// Whose it is, as far as proxies can be believed.
    pub(super) address: Option<IpAddr>,
    /// Where the address itself holds the key.
    path_key: Option<String>,
}

impl FromRequestParts<State> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        let param =
            |wanted| params.iter().flatten().find_map(|(name, value)| (name == wanted).then(|| value.to_owned()));
        Ok(Self {
            project: param("project").unwrap_or_default(),
            path_key: param("key"),
            query: parts.uri.query().map(str::to_owned),
            address: client_address::of(parts, &state.config.web.trusted_proxies),
            // Nothing behind this one asks for them: it is extracted last, but for the body.
            headers: std::mem::take(&mut parts.headers),
        })
    }
}

impl Caller {
    /// Whoever sent a request whose address does not say the project, but which holds a DSN.
    pub(in crate::http) fn with_dsn(dsn: &str, headers: HeaderMap) -> Self {
        let project = dsn_auth::dsn_project(dsn).unwrap_or_default().to_owned();
        Self { project, query: None, headers, address: None, path_key: None }
    }

    /// Everywhere a key may be.
    pub(super) fn presented<'a>(&'a self, dsn: Option<&'a str>) -> dsn_auth::Presented<'a> {
        dsn_auth::Presented {
            x_sentry_auth: self.text(X_SENTRY_AUTH),
            authorization: self.text(header::AUTHORIZATION),
            query: self.query.as_deref(),
            dsn,
            path_key: self.path_key.as_deref(),
        }
    }

    /// A header as text.
    pub(super) fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// The key of a request, which says to which project it may report.
pub(super) async fn authenticate(
    state: &State,
    caller: &Caller,
    presented: &dsn_auth::Presented<'_>,
) -> Result<Arc<KeyRow>, Refusal> {
    let key = dsn_auth::public_key(presented).map_err(|error| match error {
        AuthError::Missing => {
            Refusal::Unauthenticated("no key: send X-Sentry-Auth, ?sentry_key= or a dsn in the envelope")
        }
        AuthError::Malformed => Refusal::Unauthenticated("the key is not 32 hexadecimal digits"),
        AuthError::Conflicting => Refusal::Unauthenticated("the request carries keys that contradict each other"),
    })?;
    let project_id: i64 = caller.project.parse().map_err(|_| Refusal::Forbidden("no such project or key"))?;
    let found = state.keys.find(&state.store, project_id, key.to_string()).await?;
    let row = found.filter(|row| !row.revoked).ok_or(Refusal::Forbidden("no such project or key"))?;
    // Browsers leave the origin out of some requests, but say on which page they were made.
    let of_page = || caller.text(header::REFERER).and_then(origins::of_page);
    let origin = caller.text(header::ORIGIN).map(str::to_owned).or_else(of_page);
    if origin.is_some_and(|origin| !origins::allows(&row.allowed_origins, &origin)) {
        return Err(Refusal::Forbidden("this origin is not allowed to report to the project"));
    }
    Ok(row)
}
