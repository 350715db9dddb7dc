//! How much projects may send, and how long it is kept.

use async_trait::async_trait;
use fieldfare_app::api::{LimitSettings, ProjectLimits, Rates, RetentionSettings, SpikeProtection};
use fieldfare_app::backend::{Answer, Limits};

use super::Asking;
use crate::state::retention_defaults;
use crate::store::Tx;
use crate::{projects, retention};

#[async_trait]
impl Limits for Asking {
    async fn get(&self, slug: String) -> Answer<ProjectLimits> {
        let (db, viewer) = (self.state.store.reader(), self.viewer()?);
        let project = projects::get(db, viewer, &slug).await?;
        Ok(ProjectLimits {
            limits: projects::limits::limits(db, &project).await?,
            retention: projects::limits::retention(db, &project).await?,
            installation: self.state.config.limits.project,
            installation_retention: retention_defaults(&self.state.config),
            keys: projects::limits::working_keys(db, &project).await?,
            stored: retention::stored(&self.state.store, self.now(), project.id).await?,
            name: project.name,
        })
    }

    async fn save_rates(&self, slug: String, key: Option<i64>, rates: Rates) -> Answer<()> {
        self.change_limits(&slug, |settings| match key {
            None => settings.project = rates,
            Some(key) => drop(settings.keys.insert(key, rates)),
        })
        .await
    }

    async fn save_spike_protection(&self, slug: String, spikes: SpikeProtection) -> Answer<()> {
        self.change_limits(&slug, |settings| settings.spikes = spikes).await
    }

    async fn save_retention(&self, slug: String, settings: RetentionSettings) -> Answer<()> {
        let viewer = self.viewer()?;
        let save = async |tx: &Tx| projects::limits::save_retention(tx, self.now(), viewer, &slug, &settings).await;
        self.in_transaction(save).await
    }
}

impl Asking {
    /// Changes what a project may send; it counts from the next request on.
    pub(crate) async fn change_limits(&self, slug: &str, change: impl FnOnce(&mut LimitSettings) + Send) -> Answer<()> {
        let viewer = self.viewer()?;
        let save = async |tx: &Tx| projects::limits::change_limits(tx, self.now(), viewer, slug, change).await;
        let project_id = self.in_transaction(save).await?;
        self.state.policies.forget(project_id).await;
        Ok(())
    }
}
