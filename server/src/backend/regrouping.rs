//! How events are grouped, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{GroupingDraft, GroupingEditor, IssueGrouping};
use fieldfare_app::backend::{Answer, Regrouping};

use super::Asking;
use crate::issues;

#[async_trait]
impl Regrouping for Asking {
    async fn editor(&self, slug: String, draft: Option<GroupingDraft>) -> Answer<GroupingEditor> {
        let (db, viewer) = (self.state.store.reader(), self.viewer()?);
        Ok(issues::regrouping::editor(db, self.now(), viewer, &slug, draft).await?)
    }

    async fn save(&self, slug: String, draft: GroupingDraft, continues: bool) -> Answer<()> {
        let (db, viewer) = (self.state.store.writer(), self.viewer()?);
        let project_id = issues::regrouping::save(db, self.now(), viewer, &slug, (&draft, continues)).await?;
        self.state.policies.forget(project_id).await;
        Ok(())
    }

    async fn of_issue(&self, short_id: String) -> Answer<IssueGrouping> {
        Ok(issues::regrouping::of_issue(self.state.store.reader(), self.viewer()?, &short_id).await?)
    }

    async fn merge(&self, short_id: String, others: Vec<String>) -> Answer<()> {
        Ok(issues::merge(&self.state.store, self.now(), self.viewer()?, &short_id, &others).await?)
    }

    async fn unmerge(&self, short_id: String, hashes: Vec<String>) -> Answer<()> {
        issues::unmerge(&self.state.store, self.now(), self.viewer()?, &short_id, &hashes).await?;
        Ok(())
    }
}
