//! What the release pages ask, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{ReleaseDetail, ReleaseFilter, ReleaseList};
use fieldfare_app::backend::{Answer, Releases};

use super::Asking;
use crate::releases;

#[async_trait]
impl Releases for Asking {
    async fn list(&self, filter: ReleaseFilter) -> Answer<ReleaseList> {
        Ok(releases::list(self.state.store.reader(), self.now(), self.viewer()?, &filter).await?)
    }

    async fn get(&self, project: String, version: String) -> Answer<ReleaseDetail> {
        let db = self.state.store.reader();
        Ok(releases::get(db, self.now(), self.viewer()?, Some(&project), &version).await?)
    }
}
