//! Who can sign in.

use axum::Json;
use axum::extract::State as Shared;
use fieldfare_app::api::{Member, Page};

use super::problem::Answer;
use crate::accounts;
use crate::http::visitor::SignedIn;
use crate::state::State;

#[utoipa::path(get, path = "/members", tag = "members", responses((status = 200, body = Page<Member>)))]
pub(super) async fn list(Shared(state): Shared<State>, SignedIn(viewer): SignedIn) -> Answer<Page<Member>> {
    let data = accounts::list(state.store.reader(), &viewer).await?;
    Ok(Json(Page { data, next: None }))
}
