//! Ports whose areas are not there yet.

use async_trait::async_trait;
use fieldfare_app::api::*;
use fieldfare_app::backend::{Answer, FeedbackInbox, Incidents, Issues, Overviews, Releases, Search};

use super::Asking;

impl Asking {
    fn pending<T>(&self) -> Answer<T> {
        self.viewer().and(Err(ApiError::Unavailable))
    }
}

#[async_trait]
impl FeedbackInbox for Asking {
    async fn list(&self, _: FeedbackFilter) -> Answer<FeedbackList> {
        self.pending()
    }
    async fn get(&self, _: i64) -> Answer<FeedbackDetail> {
        self.pending()
    }
}

#[async_trait]
impl Incidents for Asking {
    async fn list(&self, _: Option<String>) -> Answer<Page<Incident>> {
        self.pending()
    }
    async fn get(&self, _: i64) -> Answer<IncidentDetail> {
        self.pending()
    }
    async fn declare(&self, _: String, _: Severity, _: String, _: String) -> Answer<i64> {
        self.pending()
    }
    async fn update(&self, _: i64, _: IncidentStatus, _: Severity, _: String) -> Answer<()> {
        self.pending()
    }
    async fn link(&self, _: i64, _: String) -> Answer<()> {
        self.pending()
    }
    async fn unlink(&self, _: i64, _: String) -> Answer<()> {
        self.pending()
    }
}

#[async_trait]
impl Issues for Asking {
    async fn inbox(&self, _: IssueFilter) -> Answer<Inbox> {
        self.pending()
    }
    async fn get(&self, _: String) -> Answer<IssueDetail> {
        self.pending()
    }
    async fn event(&self, _: String, _: String) -> Answer<Option<Event>> {
        self.pending()
    }
    async fn triage(&self, _: String, _: Triage) -> Answer<()> {
        self.pending()
    }
    async fn assign(&self, _: String, _: String) -> Answer<()> {
        self.pending()
    }
}

#[async_trait]
impl Overviews for Asking {
    async fn overview(&self) -> Answer<Overview> {
        self.pending()
    }
}

#[async_trait]
impl Releases for Asking {
    async fn list(&self, _: ReleaseFilter) -> Answer<ReleaseList> {
        self.pending()
    }
    async fn get(&self, _: String, _: String) -> Answer<ReleaseDetail> {
        self.pending()
    }
}

#[async_trait]
impl Search for Asking {
    async fn search(&self, _: String, _: Option<String>) -> Answer<SearchResults> {
        self.pending()
    }
}
