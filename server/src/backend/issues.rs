//! What the issue pages ask, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{Event, Inbox, IssueDetail, IssueFilter, Triage};
use fieldfare_app::backend::{Answer, Issues};

use super::Asking;
use crate::issues::{self, Change, Sources};

#[async_trait]
impl Issues for Asking {
    async fn inbox(&self, filter: IssueFilter) -> Answer<Inbox> {
        let sources = Sources { store: &self.state.store, search: &self.state.search };
        Ok(issues::inbox(sources, self.now(), self.viewer()?, &filter).await?)
    }

    async fn get(&self, short_id: String) -> Answer<IssueDetail> {
        Ok(issues::get(self.state.store.reader(), self.now(), self.viewer()?, &short_id).await?)
    }

    async fn event(&self, short_id: String, event: String) -> Answer<Option<Event>> {
        Ok(issues::event_of(self.state.store.reader(), self.viewer()?, &short_id, &event).await?)
    }

    async fn triage(&self, short_id: String, triage: Triage) -> Answer<()> {
        let change = Change { triage: Some(triage), assignee: None };
        Ok(issues::change(&self.state.store, self.now(), self.viewer()?, &short_id, change).await?)
    }

    async fn assign(&self, short_id: String, assignee: String) -> Answer<()> {
        let change = Change { triage: None, assignee: Some(&assignee) };
        Ok(issues::change(&self.state.store, self.now(), self.viewer()?, &short_id, change).await?)
    }
}
