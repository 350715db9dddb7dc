//! Uploaded source maps and missed ones.

use async_trait::async_trait;
use fieldfare_app::api::SourceMapPage;
use fieldfare_app::backend::{Answer, SourceMapDoctor};

use super::Asking;
use crate::{accounts, source_maps};

#[async_trait]
impl SourceMapDoctor for Asking {
    async fn report(&self, slug: String) -> Answer<SourceMapPage> {
        let viewer = self.viewer()?;
        Ok(SourceMapPage {
            report: source_maps::report(&self.state.source_maps, viewer, &slug).await?,
            organization: accounts::organization_slug(self.state.store.reader(), viewer).await?,
            public_url: self.visitor.public_url.clone(),
        })
    }

    async fn delete(&self, slug: String, bundle: i64) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let project_id = source_maps::delete(db, viewer, &slug, bundle).await?;
        self.state.source_maps.forget(project_id).await;
        Ok(())
    }
}
