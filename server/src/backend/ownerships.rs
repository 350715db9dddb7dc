//! Ownership rules, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::OwnershipEditor;
use fieldfare_app::backend::{Answer, Ownerships};

use super::Asking;
use crate::issues::ownership;

#[async_trait]
impl Ownerships for Asking {
    async fn editor(&self, slug: String, subject: String) -> Answer<OwnershipEditor> {
        Ok(ownership::editor(self.state.store.reader(), self.viewer()?, &slug, &subject).await?)
    }

    async fn save(&self, slug: String, rules: String, auto_assign: bool) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let project_id = ownership::save(db, self.now(), viewer, &slug, (&rules, auto_assign)).await?;
        self.state.policies.forget(project_id).await;
        Ok(())
    }

    async fn discard_draft(&self, slug: String) -> Answer<()> {
        Ok(ownership::discard_draft(self.state.store.writer(), self.now(), self.viewer()?, &slug).await?)
    }
}
