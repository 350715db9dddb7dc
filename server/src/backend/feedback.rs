//! What the feedback pages ask, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{FeedbackDetail, FeedbackFilter, FeedbackList};
use fieldfare_app::backend::{Answer, FeedbackInbox};

use super::Asking;
use crate::feedback;
use crate::issues::Sources;

#[async_trait]
impl FeedbackInbox for Asking {
    async fn list(&self, filter: FeedbackFilter) -> Answer<FeedbackList> {
        let sources = Sources { store: &self.state.store, search: &self.state.search };
        Ok(feedback::list(sources, self.now(), self.viewer()?, &filter).await?)
    }

    async fn get(&self, id: i64) -> Answer<FeedbackDetail> {
        Ok(feedback::get(self.state.store.reader(), self.viewer()?, id).await?)
    }
}
