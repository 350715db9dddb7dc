//! Fieldfare's own JSON API: the questions of the pages, asked of the same areas, in the same shapes.
//!
//! Lists answer `{"data": […], "next": cursor or null}`; errors are RFC 9457 problem documents. Who is asking was
//! found out before a handler runs; see [`crate::http::visitor`]. Knows no tables.

mod artifacts;
mod bulk;
mod comments;
mod deciding;
mod document;
mod events;
mod feedback;
mod grouping;
mod incidents;
mod issues;
mod limits;
mod members;
mod monitors;
mod notifications;
mod ownership;
mod problem;
mod projects;
mod query;
mod releases;
mod search;
mod teams;
mod views;

use axum::Router;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use crate::state::State;

/// Rows of one request's JSON body; a title, a note and a few words fit many times over.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Every address below `/api/v1`, ready to be nested there.
pub(super) fn router(state: State) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    routes
        .route("/openapi.json", get(document::openapi))
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
}

/// The table of contents. [`document`] describes each, which a test holds it to.
fn routes() -> Vec<(&'static str, MethodRouter<State>)> {
    vec![
        ("/projects", get(projects::list)),
        ("/projects/{slug}", get(projects::show)),
        ("/projects/{slug}/keys", get(projects::keys).post(projects::create_key)),
        ("/projects/{slug}/limits", get(limits::show).put(limits::replace)),
        ("/projects/{slug}/ownership", get(ownership::show).put(ownership::replace)),
        ("/projects/{slug}/ownership/trial", post(ownership::attempt)),
        ("/projects/{slug}/retention", put(limits::replace_retention)),
        ("/projects/{slug}/monitors", get(monitors::list)),
        ("/projects/{slug}/monitors/{id}", get(monitors::show).put(monitors::change).delete(monitors::delete)),
        ("/projects/{slug}/monitors/{id}/check-ins", get(monitors::check_ins)),
        ("/projects/{slug}/artifacts", get(artifacts::list)),
        ("/projects/{slug}/artifacts/{id}", delete(artifacts::delete)),
        ("/projects/{slug}/source-maps", get(artifacts::report)),
        ("/issues", get(issues::list)),
        ("/issues/bulk", post(bulk::change)),
        ("/issues/bulk/{id}", get(bulk::show)),
        ("/issues/bulk/{id}/undo", post(bulk::undo)),
        ("/issues/{id}", get(issues::show).patch(issues::change).put(issues::replace).delete(issues::delete)),
        ("/issues/{id}/events", get(issues::events)),
        ("/issues/{id}/activity", get(issues::activity)),
        ("/issues/{id}/comments", get(comments::list).post(comments::add)),
        ("/issues/{id}/comments/{comment}", patch(comments::edit).delete(comments::delete)),
        ("/issues/{id}/timeline", get(comments::timeline)),
        ("/issues/{id}/suggestions", get(comments::suggestions)),
        (
            "/issues/{id}/subscription",
            get(comments::subscription).put(comments::subscribe).delete(comments::unsubscribe),
        ),
        ("/issues/{id}/grouping", get(grouping::show)),
        ("/issues/{id}/merge", post(grouping::merge)),
        ("/issues/{id}/unmerge", post(grouping::unmerge)),
        ("/events/{event_id}", get(events::show)),
        ("/feedback", get(feedback::list)),
        ("/feedback/{id}", get(feedback::show)),
        ("/releases", get(releases::list)),
        ("/releases/{version}", get(releases::show).put(releases::change)),
        ("/releases/{version}/health", get(releases::health)),
        ("/releases/{version}/transactions", get(releases::transactions)),
        ("/incidents", get(incidents::list).post(incidents::declare)),
        ("/incidents/{number}", get(incidents::show).patch(incidents::update)),
        ("/incidents/{number}/updates", post(incidents::note)),
        ("/incidents/{number}/links", post(incidents::link).delete(incidents::unlink)),
        ("/search", get(search::search)),
        ("/query", get(query::read)),
        ("/query/completions", get(query::completions)),
        ("/views", get(views::list).post(views::create)),
        ("/views/default", put(views::set_default)),
        ("/views/{id}", patch(views::change).delete(views::delete)),
        ("/stats", get(projects::stats)),
        ("/notifications", get(notifications::list)),
        ("/members", get(members::list)),
        ("/teams", get(teams::list).post(teams::create)),
        ("/teams/{slug}", get(teams::show).patch(teams::change).delete(teams::delete)),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::OpenApi as _;

    #[test]
    fn every_address_is_described_and_every_description_has_an_address() {
        let served: BTreeSet<String> = super::routes().into_iter().map(|(path, _)| path.to_owned()).collect();
        let described: BTreeSet<String> = super::document::Document::openapi().paths.paths.into_keys().collect();
        assert_eq!(served, described);
    }
}
