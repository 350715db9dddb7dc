//! Uploaded source maps and missed ones.

use async_trait::async_trait;
use fieldfare_app::api::SourceMapReport;
use fieldfare_app::backend::{Answer, SourceMapDoctor};

use super::Asking;
use crate::source_maps;

#[async_trait]
impl SourceMapDoctor for Asking {
    async fn report(&self, slug: String) -> Answer<SourceMapReport> {
        Ok(source_maps::report(&self.state.source_maps, self.viewer()?, &slug).await?)
    }

    async fn delete(&self, slug: String, bundle: i64) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let project_id = source_maps::delete(db, viewer, &slug, bundle).await?;
        self.state.source_maps.forget(project_id).await;
        Ok(())
    }
}
