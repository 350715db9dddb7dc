//! What the issue pages ask, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{
    BulkAction, BulkChange, Decision, Event, Inbox, IssueDetail, IssueFilter, Priority, Selection,
};
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

    async fn triage(&self, short_id: String, decision: Decision) -> Answer<()> {
        let change = Change { decision: Some(decision), ..Change::default() };
        Ok(issues::change(&self.state.store, self.now(), self.viewer()?, &short_id, change).await?)
    }

    async fn prioritise(&self, short_id: String, priority: Option<Priority>) -> Answer<()> {
        let change = Change { priority: Some(priority), ..Change::default() };
        Ok(issues::change(&self.state.store, self.now(), self.viewer()?, &short_id, change).await?)
    }

    async fn assign(&self, short_id: String, assignee: String) -> Answer<()> {
        let change = Change { assignee: Some(&assignee), ..Change::default() };
        Ok(issues::change(&self.state.store, self.now(), self.viewer()?, &short_id, change).await?)
    }

    async fn change_many(&self, selection: Selection, action: BulkAction, assignee: String) -> Answer<BulkChange> {
        let sources = Sources { store: &self.state.store, search: &self.state.search };
        Ok(issues::change_many(sources, self.now(), self.viewer()?, &selection, (action, &assignee)).await?)
    }

    async fn undo(&self, id: i64) -> Answer<BulkChange> {
        Ok(issues::undo(&self.state.store, self.now(), self.viewer()?, id).await?)
    }

    async fn bulk_change(&self, id: i64) -> Answer<BulkChange> {
        Ok(issues::bulk_change(self.state.store.reader(), self.viewer()?, id).await?)
    }
}
