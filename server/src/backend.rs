//! Implements the interface's ports: each method is one call into an area and a conversion.

mod accounts;
mod discussions;
mod feedback;
mod incidents;
mod issues;
mod limits;
mod monitors;
mod overview;
mod ownerships;
mod projects;
mod protection;
mod regrouping;
mod releases;
mod search;
mod source_maps;
mod teams;
mod transactions;
mod views;

use std::sync::Arc;

use fieldfare_app::api::{ApiError, Viewer};
use fieldfare_app::backend::{Answer, Backend};

use crate::error::{Error, Result};
use crate::state::State;
use crate::store::Tx;

/// What is known of a request before anything is done for it.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// `None` when nobody is signed in.
    pub viewer: Option<Viewer>,
    /// The token of the browser's login, if that is how they are known.
    pub login: Option<String>,
    /// The address under which this installation is reached, without a trailing slash.
    pub public_url: String,
}

/// Answers for one request; every port is implemented for it, each in a file of its own.
pub(crate) struct Asking {
    pub(crate) state: State,
    pub(crate) visitor: Visitor,
}

impl Asking {
    /// Who asks; every port begins with this, so that anonymous requests get nothing.
    pub(crate) fn viewer(&self) -> Answer<&Viewer> {
        self.visitor.viewer.as_ref().ok_or(ApiError::Unauthorized)
    }

    /// Runs one change as one transaction; nothing of a change that fails is kept.
    pub(crate) async fn in_transaction<T>(&self, change: impl AsyncFnOnce(&Tx) -> Result<T>) -> Answer<T> {
        let tx = self.state.store.begin().await?;
        let done = change(&tx).await?;
        tx.commit().await.map_err(Error::from)?;
        Ok(done)
    }

    /// When it is asked.
    pub(crate) fn now(&self) -> i64 {
        self.state.clock.now()
    }
}

/// Every port, for one request.
pub fn ports(state: State, visitor: Visitor) -> Backend {
    let asking = Arc::new(Asking { state, visitor });
    Backend {
        accounts: asking.clone(),
        discussions: asking.clone(),
        feedback: asking.clone(),
        grouping: asking.clone(),
        incidents: asking.clone(),
        issues: asking.clone(),
        limits: asking.clone(),
        monitors: asking.clone(),
        overview: asking.clone(),
        ownerships: asking.clone(),
        projects: asking.clone(),
        protections: asking.clone(),
        releases: asking.clone(),
        search: asking.clone(),
        source_maps: asking.clone(),
        teams: asking.clone(),
        transactions: asking.clone(),
        views: asking,
    }
}
