//! What the release pages ask, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{ReleaseDetail, ReleaseFilter, ReleaseList, ReleaseStatus};
use fieldfare_app::backend::{Answer, Releases};

use super::Asking;
use crate::releases;
use crate::store::Tx;

#[async_trait]
impl Releases for Asking {
    async fn list(&self, filter: ReleaseFilter) -> Answer<ReleaseList> {
        Ok(releases::list(self.state.store.reader(), self.now(), self.viewer()?, &filter).await?)
    }

    async fn get(&self, project: String, version: String) -> Answer<ReleaseDetail> {
        let db = self.state.store.reader();
        Ok(releases::get(db, self.now(), self.viewer()?, Some(&project), &version).await?)
    }

    async fn archive(&self, project: String, version: String, status: ReleaseStatus) -> Answer<()> {
        let (now, viewer, named) = (self.now(), self.viewer()?, (Some(project.as_str()), version.as_str()));
        self.in_transaction(async |tx: &Tx| releases::set_status(tx, now, viewer, named, status).await).await
    }
}
