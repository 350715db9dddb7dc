//! Ending mails by the link they hold, signed in or not. A visit shows a form and changes nothing, since mail programs
//! follow links by themselves; only a post ends something, from that form or from a mail program's button (RFC 8058).

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use fieldfare_app::routes;

use super::accounts::see;
use super::problem::Problem;
use crate::accounts;
use crate::error::{Error, Result};
use crate::issues::{following, names};
use crate::notify::Ending;
use crate::state::State;

/// What mail programs send, which do not follow redirects.
const ONE_CLICK: &[u8] = b"List-Unsubscribe=One-Click";

pub(super) fn router(state: State) -> Router {
    Router::new().route(&format!("{}/{{token}}", routes::UNSUBSCRIBE), post(unsubscribe)).with_state(state)
}

async fn unsubscribe(Shared(state): Shared<State>, Path(token): Path<String>, body: Bytes) -> Response {
    match end(&state, &token).await {
        Ok(()) if body.windows(ONE_CLICK.len()).any(|part| part == ONE_CLICK) => {
            "You are unsubscribed.\n".into_response()
        }
        Ok(()) => see(&routes::unsubscribe(&token), &[("done", "1")]),
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn end(state: &State, token: &str) -> Result<()> {
    let read = state.mail.unsubscribe_key.read(token);
    let (member_id, ending) = read.ok_or_else(|| Error::not_found("such link"))?;
    let (db, now) = (state.store.writer(), state.clock.now());
    match ending {
        Ending::Issue(id) => {
            let issue = names::issue(state.store.reader(), &id.to_string()).await?;
            following::leave(db, now, issue.id, member_id).await
        }
        Ending::Kind(switch) => accounts::switch_mail_off(db, member_id, switch).await,
    }
}
