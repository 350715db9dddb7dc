//! Scrubbing, filters, and what is deleted for good.

use async_trait::async_trait;
use fieldfare_app::api::{InboundFilters, ProtectionPage};
use fieldfare_app::backend::{Answer, Protections};

use super::Asking;
use crate::issues::{self, Afterwards};
use crate::projects;

#[async_trait]
impl Protections for Asking {
    async fn get(&self, slug: String, trial: String) -> Answer<ProtectionPage> {
        let (db, viewer) = (self.state.store.reader(), self.viewer()?);
        Ok(projects::protection(db, viewer, &slug, &self.state.trials, &trial).await?)
    }

    async fn save_scrubbing(&self, slug: String, scrub: bool, store_addresses: bool, rules: String) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let id = projects::save_scrubbing(db, self.now(), viewer, &slug, (scrub, store_addresses, rules)).await?;
        self.state.policies.forget(id).await;
        Ok(())
    }

    async fn save_filters(&self, slug: String, filters: InboundFilters) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let id = projects::save_filters(db, self.now(), viewer, &slug, filters).await?;
        self.state.policies.forget(id).await;
        Ok(())
    }

    async fn attempt(&self, slug: String, event: String) -> Answer<String> {
        let (db, viewer) = (self.state.store.reader(), self.viewer()?);
        let place = (&self.state.trials, crate::ids::random_uuid());
        Ok(projects::attempt(db, viewer, &slug, &event, place).await?.simple().to_string())
    }

    async fn allow_again(&self, slug: String, fingerprint: String) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let id = projects::allow_again(db, viewer, &slug, &fingerprint).await?;
        self.state.policies.forget(id).await;
        Ok(())
    }

    async fn delete_issue(&self, short_id: String, discard: bool) -> Answer<()> {
        let afterwards = if discard { Afterwards::Discarded } else { Afterwards::Welcome };
        let id = issues::delete(&self.state.store, self.now(), self.viewer()?, &short_id, afterwards).await?;
        self.state.policies.forget(id).await;
        Ok(())
    }
}
