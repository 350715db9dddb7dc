//! The search page.

use async_trait::async_trait;
use fieldfare_app::api::{Completions, SearchResults};
use fieldfare_app::backend::{Answer, Search};

use super::Asking;
use crate::issues::{filled, names};
use crate::search::{Asker, query};

#[async_trait]
impl Search for Asking {
    async fn search(&self, query: String, cursor: Option<String>) -> Answer<SearchResults> {
        let (state, asker) = (&self.state, Asker { viewer: self.viewer()?, now: self.now() });
        Ok(state.search.search(&state.store, asker, &query::parse(&query), cursor.as_deref()).await?)
    }

    async fn complete(&self, query: String, at: Option<u32>, project: Option<String>) -> Answer<Completions> {
        let (viewer, db) = (self.viewer()?, self.state.store.reader());
        let project_id = match filled(project.as_deref()) {
            Some(slug) => Some(names::project(db, slug).await?.id),
            None => None,
        };
        Ok(self.state.search.complete(db, viewer, project_id, (&query, at)).await?)
    }
}
