//! What the first page asks.

use async_trait::async_trait;
use fieldfare_app::api::Overview;
use fieldfare_app::backend::{Answer, Overviews};

use super::Asking;
use crate::overview;

#[async_trait]
impl Overviews for Asking {
    async fn overview(&self) -> Answer<Overview> {
        Ok(overview::overview(self.state.store.reader(), self.now(), self.viewer()?).await?)
    }
}
