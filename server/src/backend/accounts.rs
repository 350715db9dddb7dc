//! The viewer's own account and the people around them.

use async_trait::async_trait;
use fieldfare_app::api::{AccountSettings, MailPreferences};
use fieldfare_app::backend::{Accounts, Answer};

use super::Asking;
use crate::{accounts, notify};

#[async_trait]
impl Accounts for Asking {
    async fn settings(&self) -> Answer<AccountSettings> {
        let (viewer, db) = (self.viewer()?, self.state.store.reader());
        Ok(AccountSettings {
            preferences: accounts::preferences(db, viewer).await?,
            delivery: notify::state(db, &self.state.mail).await?,
            members: accounts::list(db, viewer).await?,
        })
    }

    async fn save_mail_preferences(&self, preferences: MailPreferences) -> Answer<()> {
        Ok(accounts::save_preferences(self.state.store.writer(), self.viewer()?, preferences).await?)
    }

    async fn change_password(&self, current: String, new: String) -> Answer<()> {
        let login = self.visitor.login.as_deref();
        Ok(accounts::change_password(&self.state.store, self.viewer()?, login, (&current, &new)).await?)
    }
}
