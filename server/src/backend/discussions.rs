//! The people around an issue, asked of the area.

use async_trait::async_trait;
use fieldfare_app::api::{ApiError, Discussion, Unsubscription};
use fieldfare_app::backend::{Answer, Discussions};

use super::Asking;
use crate::accounts;
use crate::issues::{self, comments, following};
use crate::jobs::outbox::Switch;
use crate::notify::Ending;

#[async_trait]
impl Discussions for Asking {
    async fn get(&self, short_id: String, before: String) -> Answer<Discussion> {
        Ok(issues::discussion(self.state.store.reader(), self.viewer()?, &short_id, Some(&before)).await?)
    }

    async fn add(&self, short_id: String, body: String) -> Answer<i64> {
        Ok(comments::add(&self.state.store, self.now(), self.viewer()?, &short_id, &body).await?)
    }

    async fn edit(&self, short_id: String, comment: i64, body: String) -> Answer<()> {
        Ok(comments::edit(&self.state.store, self.now(), self.viewer()?, (&short_id, comment), &body).await?)
    }

    async fn delete(&self, short_id: String, comment: i64) -> Answer<()> {
        Ok(comments::delete(&self.state.store, self.viewer()?, &short_id, comment).await?)
    }

    async fn subscribe(&self, short_id: String, on: bool) -> Answer<()> {
        Ok(following::subscribe(&self.state.store, self.now(), self.viewer()?, &short_id, on).await?)
    }

    async fn unsubscription(&self, token: String) -> Answer<Unsubscription> {
        let unknown = || ApiError::NotFound("such link".to_owned());
        let (member_id, ending) = self.state.mail.unsubscribe_key.read(&token).ok_or_else(unknown)?;
        let db = self.state.store.reader();
        let (about, is_over) = match ending {
            Ending::Issue(id) => {
                let issue = issues::names::issue(db, &id.to_string()).await?;
                let short_id = issues::names::short_ids(db, [issue.id]).await?.remove(&issue.id).unwrap_or_default();
                let follows = following::is_follower(db, issue.id, member_id).await?;
                (format!("{short_id} {}", issue.title), !follows)
            }
            Ending::Kind(switch) => (named(switch).to_owned(), !accounts::wants_mail(db, member_id, switch).await?),
        };
        Ok(Unsubscription { about, email: accounts::viewer(db, member_id).await?.email, is_over })
    }
}

/// A kind of mail as the settings name it.
fn named(switch: Switch) -> &'static str {
    match switch {
        Switch::NewIssue => "new issues",
        Switch::Regression => "regressions",
        Switch::Feedback => "new feedback",
        Switch::Incident => "incidents",
        Switch::Followed => "issues you follow",
        Switch::Mention => "mentions of you",
    }
}
