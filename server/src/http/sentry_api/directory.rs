//! What there is: the organization, its projects, who asks.

use axum::extract::State as Shared;
use fieldfare_app::api::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, ok};
use super::tool::Tool;
use crate::state::State;
use crate::store::entities::{organization, project};

/// What a token may do here, in Sentry's words.
const SCOPES: [&str; 5] = ["org:ci", "org:read", "project:read", "project:releases", "project:write"];

pub(super) async fn info(tool: Tool) -> Answer {
    let scopes = if tool.may_change().is_ok() { &SCOPES[..] } else { &SCOPES[1..3] };
    let viewer = tool.viewer;
    let user = json!({
        "id": viewer.member_id.to_string(), "email": viewer.email, "username": viewer.email, "name": viewer.name,
    });
    ok(json!({ "version": "0", "auth": { "scopes": scopes }, "user": user }))
}

pub(super) async fn regions(tool: Tool) -> Answer {
    ok(json!({ "regions": [{ "name": "here", "url": tool.public_url }] }))
}

pub(super) async fn organizations(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let found = tool.organization(&state).await?;
    ok(found.iter().map(|row| organization_shape(row, &tool.public_url)).collect())
}

pub(super) async fn organization(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let found = tool.organization(&state).await?;
    ok(found.map_or(Value::Null, |row| organization_shape(&row, &tool.public_url)))
}

/// Projects of the organization.
pub(super) async fn projects(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let found = tool.projects(&state, &Value::Null).await?;
    ok(found.iter().map(project_shape).collect())
}

pub(super) async fn all_projects(shared: Shared<State>, tool: Tool) -> Answer {
    projects(shared, tool).await
}

pub(super) async fn project(Shared(state): Shared<State>, tool: Tool) -> Answer {
    ok(project_shape(&tool.project(&state).await?))
}

/// Fieldfare knows no repositories; tools then send the commits themselves.
pub(super) async fn repositories(_tool: Tool) -> Answer {
    ok(json!([]))
}

fn organization_shape(row: &organization::Model, public_url: &str) -> Value {
    json!({
        "id": row.id.to_string(),
        "slug": row.slug,
        "name": row.name,
        "dateCreated": Timestamp(row.created_at),
        "status": { "id": "active", "name": "active" },
        "isEarlyAdopter": false,
        "require2FA": false,
        "requireEmailVerification": false,
        "features": [],
        "links": { "organizationUrl": public_url, "regionUrl": public_url },
        "avatar": { "avatarType": "letter_avatar", "avatarUuid": null },
    })
}

fn project_shape(row: &project::Model) -> Value {
    json!({
        "id": row.id.to_string(),
        "slug": row.slug,
        "name": row.name,
        "platform": row.platform,
        "dateCreated": Timestamp(row.created_at),
        "status": "active",
        "isPublic": false,
        "isBookmarked": false,
        "isMember": true,
        "hasAccess": true,
        "features": [],
        "color": "#3b5bdb",
        "team": null,
        "teams": [],
    })
}
