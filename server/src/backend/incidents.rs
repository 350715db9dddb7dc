//! Incidents: what is wrong, what is done about it, what is linked to it.

use async_trait::async_trait;
use fieldfare_app::api::{Incident, IncidentDetail, IncidentStatus, Page, Severity};
use fieldfare_app::backend::{Answer, Incidents};

use super::Asking;
use crate::incidents::{self, NewIncident, Update};

#[async_trait]
impl Incidents for Asking {
    async fn list(&self, cursor: Option<String>) -> Answer<Page<Incident>> {
        self.viewer()?;
        Ok(incidents::list(self.state.store.reader(), cursor.as_deref()).await?)
    }

    async fn get(&self, number: i64) -> Answer<IncidentDetail> {
        self.viewer()?;
        Ok(incidents::get(self.state.store.reader(), self.now(), number).await?)
    }

    async fn declare(&self, title: String, severity: Severity, note: String, issue: String) -> Answer<i64> {
        let viewer = self.viewer()?;
        let new = NewIncident { title: &title, severity, note: &note, issue: &issue };
        self.in_transaction(async |tx| incidents::declare(tx, viewer, self.now(), new).await).await
    }

    async fn update(&self, number: i64, status: IncidentStatus, severity: Severity, note: String) -> Answer<()> {
        let viewer = self.viewer()?;
        let update = Update { status, severity, note: &note };
        self.in_transaction(async |tx| incidents::update(tx, viewer, self.now(), number, update).await).await
    }

    async fn link(&self, number: i64, issue: String) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx| incidents::link(tx, viewer, self.now(), number, &issue).await).await
    }

    async fn unlink(&self, number: i64, issue: String) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx| incidents::unlink(tx, viewer, self.now(), number, &issue).await).await
    }
}
