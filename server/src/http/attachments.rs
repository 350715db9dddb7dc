//! Files that came with events and feedback. Strangers wrote them: nothing in them may run.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fieldfare_app::routes::encode;
use sea_orm::EntityTrait;

use super::problem::Problem;
use super::visitor::SignedIn;
use crate::error::Error;
use crate::state::State;
use crate::store::entities::attachment;

/// What a browser may show in place: pictures that cannot hold a script.
const PICTURES: [&str; 5] = ["image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"];
/// Content never changes under one id, but whoever signs out must not leave it behind for long.
const CACHE: &str = "private, max-age=3600";
/// Nothing in the file is ours: it gets no origin, no script, no network.
const POLICY: &str = "default-src 'none'; sandbox";

pub(super) fn router(state: State) -> Router {
    Router::new().route("/attachments/{id}", get(download)).with_state(state)
}

async fn download(
    Shared(state): Shared<State>,
    SignedIn(_viewer): SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let found = attachment::Entity::find_by_id(id).one(state.store.reader()).await.map_err(Error::from)?;
    let found = found.ok_or_else(|| Error::not_found("attachment"))?;
    let content = state.blobs.get(&found.blob).await.map_err(Error::from)?;
    let is_picture = PICTURES.contains(&found.content_type.as_str());
    let kind = if is_picture { found.content_type.as_str() } else { "application/octet-stream" };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(is_picture, &found.name)),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::CACHE_CONTROL, CACHE.to_owned()),
    ];
    Ok((headers, content).into_response())
}

/// The name encoded as RFC 8187 has it, so that no quote or newline ends the header early.
fn disposition(is_picture: bool, name: &str) -> String {
    let how = if is_picture { "inline" } else { "attachment" };
    format!("{how}; filename*=UTF-8''{}", encode(name))
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_break_out_of_the_header() {
        let expected = "attachment; filename*=UTF-8''a%22%0D%0Ab%C3%A9.txt";
        assert_eq!(disposition(false, "a\"\r\nbé.txt"), expected);
    }
}
