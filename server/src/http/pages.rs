//! The application's pages and server functions, each rendered for whoever asks.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State as Shared};
use axum::http::{Method, Response, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect};
use fieldfare_app::backend::Visit;
use fieldfare_app::{App, routes, shell};
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};

use super::accounts::{local, see};
use super::{assets, done};
use crate::accounts;
use crate::backend::{self, Visitor};
use crate::error::Result;
use crate::state::State;

/// Server functions change and load what pages show; they answer for themselves who may.
const FUNCTIONS: &str = "/fn/";
const STRANGER: &str = "This installation is new: open the link that the server printed when it started.";

/// Every page, listed once per process: while Leptos makes the list, no resource loads on any thread, and a page that
/// another server of this process renders meanwhile would never be finished.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

pub(super) fn router(state: &State) -> Router {
    let options = LeptosOptions::builder().output_name("fieldfare").build();
    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let context = {
        let state = Arc::new(state.clone());
        move || provide(&state)
    };
    Router::new()
        .leptos_routes_with_context(&options, PAGES.clone(), context.clone(), document.clone())
        .route_layer(from_fn(done::remember))
        .route_layer(from_fn_with_state(state.clone(), show_the_door))
        .fallback(render_app_async_with_context(context, document))
        .with_state(options)
}

/// What pages find in their context: the ports, and what is known of the request.
fn provide(state: &State) {
    let parts = use_context::<axum::http::request::Parts>();
    let done = parts.as_ref().and_then(|parts| done::accepted(&parts.headers));
    let Some(visitor) = parts.and_then(|parts| parts.extensions.get::<Visitor>().cloned()) else {
        // The list of routes is made without a request.
        return;
    };
    provide_context(Visit {
        viewer: visitor.viewer.clone(),
        assets: assets::addresses(),
        done,
        changes: state.live.newest(),
    });
    provide_context(backend::ports(state.clone(), visitor));
}

/// Sends strangers to the door and lets nobody through it twice.
async fn show_the_door(
    Shared(state): Shared<State>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let uri = request.uri().clone();
    let is_visit = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_visit || uri.path().starts_with(FUNCTIONS) {
        return next.run(request).await;
    }
    match elsewhere(&state, &visitor, &uri).await {
        Ok(Some(redirect)) => redirect,
        Ok(None) => next.run(request).await,
        Err(error) => super::problem::Problem::from(error).into_response(),
    }
}

/// Where the visitor should be instead, if not here.
async fn elsewhere(state: &State, visitor: &Visitor, uri: &Uri) -> Result<Option<Response<Body>>> {
    let path = uri.path();
    if path == routes::SETUP {
        let is_over = accounts::is_set_up(state.store.reader()).await?;
        return Ok(is_over.then(|| Redirect::to(routes::OVERVIEW).into_response()));
    }
    match (path, &visitor.viewer) {
        (routes::LOGIN, Some(_)) => Ok(Some(Redirect::to(routes::OVERVIEW).into_response())),
        (routes::LOGIN, None) | (_, Some(_)) => Ok(None),
        // Whoever has a link from a mail needs nothing else.
        (path, None) if path.starts_with(routes::UNSUBSCRIBE) => Ok(None),
        (_, None) if !accounts::is_set_up(state.store.reader()).await? => {
            Ok(Some(see(routes::LOGIN, &[("error", STRANGER)])))
        }
        (_, None) => {
            let wanted = uri.path_and_query().map_or(routes::OVERVIEW, |it| local(it.as_str()));
            let next = if wanted == routes::OVERVIEW { "" } else { wanted };
            Ok(Some(see(routes::LOGIN, &[("next", next)])))
        }
    }
}
