//! The search page.

use async_trait::async_trait;
use fieldfare_app::api::SearchResults;
use fieldfare_app::backend::{Answer, Search};

use super::Asking;
use crate::search::query;

#[async_trait]
impl Search for Asking {
    async fn search(&self, query: String, cursor: Option<String>) -> Answer<SearchResults> {
        let (viewer, state) = (self.viewer()?, &self.state);
        Ok(state.search.search(&state.store, viewer, &query::parse(&query), cursor.as_deref()).await?)
    }
}
