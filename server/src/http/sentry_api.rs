//! What Sentry's own tools and older integrations ask: `/api/0`, one file per noun.
//!
//! Errors are `{"detail": …}`, as those tools read them. Nobody is known here by a cookie, so nothing here can be asked
//! for by another site's page in a member's name.

mod answer;
mod bundles;
mod caller;
mod chunks;
mod commits;
mod deploys;
mod directory;
mod form;
mod release_files;
mod releases;
mod tool;
mod unknown;
mod user_feedback;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get, post};
use tower_http::timeout::TimeoutLayer;

pub use self::unknown::Unknown;

use super::ingest;
use crate::source_maps::REQUEST_BYTES_MAX;
use crate::state::State;

/// Longest body that is no file, bytes: the commits of a large release.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Longest a request may take; putting a bundle of many megabytes together takes a while.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Every address below `/api/0`, with and without the trailing slash.
pub(super) fn router(state: State) -> Router {
    let all = routes().into_iter().chain(project_releases()).chain(organization_releases());
    let routes = all.fold(Router::new(), |router, (path, methods)| {
        router.route(&format!("{path}/"), methods.clone()).route(&path, methods)
    });
    let nested = routes
        .fallback(unknown::answer)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT));
    // A nested router does not answer the address it is nested at with a slash behind it.
    Router::new().route("/api/0/", get(directory::info)).nest("/api/0", nested).with_state(state)
}

type Route = (String, MethodRouter<State>);

/// The table of contents.
fn routes() -> Vec<Route> {
    let chunks = get(chunks::options).post(chunks::take).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX));
    let assemble = |methods: MethodRouter<State>| methods.layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    let routes = [
        ("/users/me/regions", get(directory::regions)),
        ("/organizations", get(directory::organizations)),
        ("/organizations/{organization}", get(directory::organization)),
        ("/organizations/{organization}/projects", get(directory::projects)),
        ("/organizations/{organization}/repos", get(directory::repositories)),
        ("/organizations/{organization}/chunk-upload", chunks),
        ("/organizations/{organization}/artifactbundle/assemble", assemble(post(bundles::assemble))),
        ("/organizations/{organization}/releases/{version}/assemble", assemble(post(bundles::assemble_release))),
        ("/projects", get(directory::all_projects)),
        ("/projects/{organization}/{project}", get(directory::project)),
        ("/projects/{organization}/{project}/files/difs/assemble", assemble(post(bundles::refuse_native))),
        ("/projects/{organization}/{project}/files/dsyms/associate", post(bundles::associate)),
        ("/projects/{organization}/{project}/reprocessing", post(bundles::associate)),
        ("/projects/{organization}/{project}/user-feedback", user_feedback()),
    ];
    routes.map(|(path, methods)| (path.to_owned(), methods)).into()
}

/// For pages as well, whose browsers ask first.
fn user_feedback() -> MethodRouter<State> {
    let methods = post(user_feedback::create).options(async || StatusCode::NO_CONTENT);
    methods.fallback(answer::no_such_method).layer(ingest::cors())
}

/// Releases of one project.
fn project_releases() -> Vec<Route> {
    release_routes("/projects/{organization}/{project}/releases")
}

/// Releases of several projects, which the body or the query names.
fn organization_releases() -> Vec<Route> {
    release_routes("/organizations/{organization}/releases")
}

fn release_routes(base: &str) -> Vec<Route> {
    let large = || DefaultBodyLimit::max(BODY_BYTES_MAX);
    let files = get(release_files::list).post(release_files::take);
    let one = get(releases::show).put(releases::change).delete(releases::delete);
    vec![
        (base.to_owned(), get(releases::list).post(releases::create).layer(large())),
        (format!("{base}/{{version}}"), one.layer(large())),
        (format!("{base}/{{version}}/commits"), get(commits::list)),
        (format!("{base}/{{version}}/previous-with-commits"), get(commits::previous)),
        (format!("{base}/{{version}}/deploys"), get(deploys::list).post(deploys::create)),
        (format!("{base}/{{version}}/files"), files.layer(DefaultBodyLimit::max(release_files::BODY_BYTES_MAX))),
    ]
}
