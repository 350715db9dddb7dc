//! The viewer's own account and the people around them.

use async_trait::async_trait;
use fieldfare_app::api::{AccountSettings, MailPreferences};
use fieldfare_app::backend::{Accounts, Answer};

use super::Asking;
use crate::accounts;

#[async_trait]
impl Accounts for Asking {
    async fn settings(&self) -> Answer<AccountSettings> {
        let (viewer, db, config) = (self.viewer()?, self.state.store.reader(), &self.state.config);
        Ok(AccountSettings {
            preferences: accounts::preferences(db, viewer).await?,
            delivery: accounts::delivery(db, &config.mail, &config.storage.data).await?,
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
