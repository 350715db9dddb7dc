//! What the first page asks.

use async_trait::async_trait;
use fieldfare_app::api::{Destination, Overview};
use fieldfare_app::backend::{Answer, Overviews};

use super::Asking;
use crate::overview;

#[async_trait]
impl Overviews for Asking {
    async fn overview(&self) -> Answer<Overview> {
        Ok(overview::overview(self.state.store.reader(), self.now(), self.viewer()?).await?)
    }

    async fn destinations(&self, text: String) -> Answer<Vec<Destination>> {
        Ok(overview::destinations(self.state.store.reader(), self.viewer()?, &text).await?)
    }
}
