//! Projects, their keys and settings.

use async_trait::async_trait;
use fieldfare_app::api::{Arrivals, FirstSight, Project, ProjectSettings};
use fieldfare_app::backend::{Answer, Projects};

use super::Asking;
use crate::projects;
use crate::store::Tx;

#[async_trait]
impl Projects for Asking {
    async fn list(&self) -> Answer<Vec<Project>> {
        Ok(projects::list(self.state.store.reader(), self.viewer()?).await?)
    }

    async fn create(&self, name: String, platform: String) -> Answer<String> {
        let viewer = self.viewer()?;
        let made = async |tx: &Tx| projects::create(tx, self.now(), viewer, &name, &platform).await;
        Ok(self.in_transaction(made).await?.slug)
    }

    async fn settings(&self, slug: String) -> Answer<ProjectSettings> {
        let (db, viewer, url) = (self.state.store.reader(), self.viewer()?, &self.visitor.public_url);
        Ok(projects::settings(db, self.now(), viewer, &slug, url).await?)
    }

    async fn save(&self, slug: String, name: String, platform: String, origins: String) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        projects::save(db, viewer, &slug, (&name, &platform), &origins).await?;
        self.state.keys.forget();
        Ok(())
    }

    async fn create_key(&self, slug: String, label: String) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        Ok(projects::create_key(db, self.now(), viewer, &slug, &label).await?)
    }

    async fn revoke_key(&self, slug: String, key: i64) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        projects::revoke_key(db, self.now(), viewer, &slug, key).await?;
        self.state.keys.forget();
        Ok(())
    }

    async fn first_sight(&self, slug: String) -> Answer<FirstSight> {
        let (db, viewer, url) = (self.state.store.reader(), self.viewer()?, &self.visitor.public_url);
        Ok(projects::first_sight(db, viewer, &slug, url).await?)
    }

    async fn arrivals(&self, slug: String) -> Answer<Arrivals> {
        Ok(projects::arrivals(self.state.store.reader(), self.now(), self.viewer()?, &slug).await?)
    }
}
