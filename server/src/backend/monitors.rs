//! What the page of a project's monitors asks.

use async_trait::async_trait;
use fieldfare_app::api::MonitorList;
use fieldfare_app::backend::{Answer, Monitors};

use super::Asking;
use crate::projects::monitors::{self, Change};
use crate::store::Tx;

#[async_trait]
impl Monitors for Asking {
    async fn list(&self, slug: String) -> Answer<MonitorList> {
        let (db, viewer, url) = (self.state.store.reader(), self.viewer()?, &self.visitor.public_url);
        Ok(monitors::page(db, viewer, &slug, url).await?)
    }

    async fn mute(&self, slug: String, monitor: i64, muted: bool) -> Answer<()> {
        self.change_monitor(&slug, monitor, &Change { muted: Some(muted), slug: None }).await
    }

    async fn rename(&self, slug: String, monitor: i64, name: String) -> Answer<()> {
        self.change_monitor(&slug, monitor, &Change { slug: Some(name), muted: None }).await
    }

    async fn delete(&self, slug: String, monitor: i64) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| monitors::delete(tx, viewer, (&slug, monitor)).await).await
    }
}

impl Asking {
    async fn change_monitor(&self, slug: &str, monitor: i64, change: &Change) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| monitors::change(tx, viewer, (slug, monitor), change).await).await
    }
}
