//! Teams, asked of the accounts.

use async_trait::async_trait;
use fieldfare_app::api::{Role, TeamDraft, TeamsPage};
use fieldfare_app::backend::{Answer, Teams};

use super::Asking;
use crate::accounts::{self, teams};
use crate::projects;
use crate::store::Tx;

#[async_trait]
impl Teams for Asking {
    async fn page(&self) -> Answer<TeamsPage> {
        let (db, viewer) = (self.state.store.reader(), self.viewer()?);
        Ok(TeamsPage {
            teams: teams::list(db, viewer).await?,
            members: accounts::list(db, viewer).await?,
            projects: projects::list(db, viewer).await?,
            may_change: viewer.role.may(Role::Lead),
        })
    }

    async fn create(&self, draft: TeamDraft) -> Answer<()> {
        let viewer = self.viewer()?;
        let made = async |tx: &Tx| teams::create(tx, self.now(), viewer, &draft).await;
        self.in_transaction(made).await.map(|_| ())
    }

    async fn save(&self, team: String, draft: TeamDraft) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| teams::save(tx, viewer, &team, &draft).await).await.map(|_| ())
    }

    async fn delete(&self, team: String) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| teams::delete(tx, self.now(), viewer, &team).await).await
    }
}
