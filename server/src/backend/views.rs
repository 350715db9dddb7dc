//! The tabs above the inbox.

use async_trait::async_trait;
use fieldfare_app::api::{Direction, NewView, View, Views};
use fieldfare_app::backend::{Answer, ViewTabs};

use super::Asking;
use crate::store::Tx;
use crate::views::{self, Change};

#[async_trait]
impl ViewTabs for Asking {
    async fn list(&self) -> Answer<Views> {
        let viewer = self.viewer()?;
        Ok(Views {
            views: views::list(self.state.store.reader(), viewer).await?,
            may_share: viewer.role.may(views::SHARING),
        })
    }

    async fn save(&self, new: NewView) -> Answer<View> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| views::create(tx, self.now(), viewer, &new).await).await
    }

    async fn rename(&self, id: String, name: String) -> Answer<()> {
        self.change_view(&id, Change { name: Some(name), ..Change::default() }).await
    }

    async fn share(&self, id: String, shared: bool) -> Answer<()> {
        self.change_view(&id, Change { shared: Some(shared), ..Change::default() }).await
    }

    async fn shift(&self, id: String, direction: Direction) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| views::shift(tx, viewer, &id, direction).await).await
    }

    async fn make_default(&self, id: String) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| views::set_default(tx, viewer, &id).await).await
    }

    async fn delete(&self, id: String) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| views::delete(tx, viewer, &id).await).await
    }
}

impl Asking {
    async fn change_view(&self, id: &str, change: Change) -> Answer<()> {
        let viewer = self.viewer()?;
        self.in_transaction(async |tx: &Tx| views::update(tx, viewer, id, change).await.map(drop)).await
    }
}
