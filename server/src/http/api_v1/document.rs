//! The description of this API that programs read: `/api/v1/openapi.json`.

use axum::Json;
use fieldfare_app::api::{FeedbackType, IssueSort, ReleaseStatus};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    artifacts, bulk, comments, events, feedback, grouping, incidents, issues, limits, members, monitors, notifications,
    ownership, projects, query, releases, search, teams, views,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fieldfare",
        description = "What production says about your releases: issues, events, feedback, releases, incidents. \
            Lists are paged: pass `next` back as `cursor`. Errors are RFC 9457 problem documents.",
        license(name = "MIT OR Apache-2.0"),
    ),
    servers((url = "/api/v1")),
    security(("token" = []), ("login" = [])),
    modifiers(&Security),
    paths(
        projects::list,
        projects::show,
        projects::keys,
        projects::create_key,
        projects::stats,
        limits::show,
        limits::replace,
        limits::replace_retention,
        ownership::show,
        ownership::replace,
        ownership::attempt,
        monitors::list,
        monitors::show,
        monitors::change,
        monitors::delete,
        monitors::check_ins,
        artifacts::list,
        artifacts::delete,
        artifacts::report,
        issues::list,
        issues::show,
        issues::change,
        issues::replace,
        issues::delete,
        issues::events,
        issues::activity,
        comments::list,
        comments::add,
        comments::edit,
        comments::delete,
        comments::timeline,
        comments::suggestions,
        comments::subscription,
        comments::subscribe,
        comments::unsubscribe,
        bulk::change,
        bulk::show,
        bulk::undo,
        grouping::show,
        grouping::merge,
        grouping::unmerge,
        events::show,
        feedback::list,
        feedback::show,
        releases::list,
        releases::show,
        releases::change,
        releases::health,
        releases::transactions,
        incidents::list,
        incidents::declare,
        incidents::show,
        incidents::update,
        incidents::note,
        incidents::link,
        incidents::unlink,
        search::search,
        query::read,
        query::completions,
        views::list,
        views::create,
        views::set_default,
        views::change,
        views::delete,
        notifications::list,
        members::list,
        teams::list,
        teams::show,
        teams::create,
        teams::change,
        teams::delete,
    ),
    // Types of parameters are named, not described, unless they are listed here.
    components(schemas(FeedbackType, IssueSort, ReleaseStatus))
)]
pub(super) struct Document;

/// How to prove who is asking.
struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let login = ApiKey::Cookie(ApiKeyValue::new("fieldfare_login"));
        components.add_security_scheme("login", SecurityScheme::ApiKey(login));
    }
}

/// The description, for anybody: it says nothing of what is stored.
pub(super) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
