//! What the release page asks about response times.

use async_trait::async_trait;
use fieldfare_app::api::ResponseTimes;
use fieldfare_app::backend::{Answer, Transactions};

use super::Asking;
use crate::releases;

#[async_trait]
impl Transactions for Asking {
    async fn of_release(&self, project: String, version: String, environment: Option<String>) -> Answer<ResponseTimes> {
        self.viewer()?;
        let db = self.state.store.reader();
        let environment = environment.as_deref().filter(|name| !name.is_empty());
        Ok(releases::transactions(db, self.now(), Some(&project), &version, environment).await?)
    }
}
