//! What a project wants done with what arrives for it, made ready for use once and remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use fieldfare_app::api::LimitSettings;
use moka::future::Cache;
use sea_orm::ConnectionTrait;

use crate::error::{Error, Result};
use crate::grouping::Rules;
use crate::store::{Store, project_settings};

/// How long a policy is believed. A change made through another process works at most this long after.
const BELIEVED_FOR: Duration = Duration::from_secs(10);
/// Policies remembered; compiled patterns take some kilobytes each.
const REMEMBERED: u64 = 1_000;

/// How the events of one project are treated on their way in.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Which events are one issue.
    pub grouping: Rules,
    /// How much may arrive, and what becomes of floods.
    pub limits: LimitSettings,
}

impl Policy {
    async fn load(db: &impl ConnectionTrait, project_id: i64) -> Result<Self> {
        let limits = project_settings::load(db, project_id, project_settings::LIMITS).await?;
        Ok(Self { limits, ..Self::default() })
    }
}

/// The policies of this process, by project.
#[derive(Clone, Debug)]
pub struct Policies(Cache<i64, Arc<Policy>>);

impl Default for Policies {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(BELIEVED_FOR).build())
    }
}

impl Policies {
    /// The policy of a project.
    ///
    /// # Errors
    /// When it has to be read and the database fails.
    pub async fn of(&self, store: &Store, project_id: i64) -> Result<Arc<Policy>> {
        let loaded =
            self.0.try_get_with(project_id, async { Policy::load(store.reader(), project_id).await.map(Arc::new) });
        loaded.await.map_err(|error: Arc<Error>| {
            tracing::error!(%error, project.id = project_id, "the settings of a project could not be read");
            Error::Unavailable
        })
    }

    /// Reads the policy anew next time, since a setting of the project has changed.
    pub async fn forget(&self, project_id: i64) {
        self.0.invalidate(&project_id).await;
    }
}
