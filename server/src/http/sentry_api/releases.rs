//! Releases as tools announce, finish and remove them.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use fieldfare_app::api::{ReleaseStatus, Timestamp};
use serde_json::{Value, json};

use super::answer::{Answer, Fault, ok};
use super::tool::Tool;
use crate::error::Error;
use crate::issues;
use crate::protocol::names;
use crate::protocol::normalise::timestamp;
use crate::releases::tools::{self, Announced, NewCommit};
use crate::state::State;
use crate::store::changes;
use crate::store::entities::{project, release};

pub(super) async fn list(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let projects = tool.projects(&state, &Value::Null).await?;
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let status = tool.parameter("status").and_then(|status| status.parse().ok());
    let found = tools::list(state.store.reader(), &ids, tool.parameter("query"), status).await?;
    ok(found.iter().map(|(row, of)| shape(row, &among(&projects, of))).collect())
}

pub(super) async fn show(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let (version, projects) = (tool.version()?, tool.projects(&state, &Value::Null).await?);
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let rows = tools::find(state.store.reader(), &ids, &version).await?;
    let of: Vec<i64> = rows.iter().map(|row| row.project_id).collect();
    match rows.first() {
        Some(row) => ok(shape(row, &among(&projects, &of))),
        None => Err(no_such_release()),
    }
}

/// Makes a release, or finds that it is there: 201 or 208.
pub(super) async fn create(Shared(state): Shared<State>, tool: Tool, Json(body): Json<Value>) -> Answer {
    tool.may_change()?;
    let version = body["version"].as_str().and_then(names::release);
    let version = version.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "Say which version."))?;
    let projects = tool.named_or_known(&state, &body, &version).await?;
    let (row, made) = announce(&state, &projects, &version, &body).await?;
    let status = if made { StatusCode::CREATED } else { StatusCode::ALREADY_REPORTED };
    Ok((status, Json(shape(&row, &projects))).into_response())
}

/// Says more about a release, which is made if there is none.
pub(super) async fn change(Shared(state): Shared<State>, tool: Tool, Json(body): Json<Value>) -> Answer {
    tool.may_change()?;
    let version = tool.version()?;
    let projects = tool.named_or_known(&state, &body, &version).await?;
    let (row, _) = announce(&state, &projects, &version, &body).await?;
    ok(shape(&row, &projects))
}

/// Removes a release of which nothing was heard. One with events stays: its counters are part of the project's history.
pub(super) async fn delete(Shared(state): Shared<State>, tool: Tool) -> Answer {
    tool.may_change()?;
    let (version, projects) = (tool.version()?, tool.projects(&state, &Value::Null).await?);
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let tx = state.store.begin().await?;
    let rows = tools::find(&tx, &ids, &version).await?;
    if rows.is_empty() {
        return Err(no_such_release());
    }
    for row in rows {
        tools::delete(&tx, &row).await?;
    }
    tx.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Writes what a tool says of a release, for every project it names; answers one of the rows and whether any was made.
async fn announce(
    state: &State,
    projects: &[project::Model],
    version: &str,
    body: &Value,
) -> Result<(release::Model, bool), Fault> {
    let status = status(body)?;
    let announced = Announced {
        version: version.to_owned(),
        released_at: timestamp::parse(&body["dateReleased"]),
        status,
        commits: body["commits"].as_array().map(|commits| commits.iter().map(commit).collect()),
    };
    let (tx, now) = (state.store.begin().await?, state.clock.now());
    changes::lock(&tx).await?;
    if status == Some(ReleaseStatus::Archived) {
        let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
        if tools::find(&tx, &ids, version).await?.is_empty() {
            return Err(no_such_release());
        }
    }
    let mut written = None;
    for project in projects {
        let (row, made) = tools::announce(&tx, now, project.id, &announced).await?;
        let commits = announced.commits.iter().flatten().map(|commit| commit.sha.as_str());
        issues::released(&tx, now, &row, &commits.collect::<Vec<_>>()).await?;
        written = Some((row, made || written.is_some_and(|(_, made)| made)));
    }
    tx.commit().await.map_err(Error::from)?;
    written.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "Name a project: sentry-cli --project SLUG."))
}

/// Where a release is to stand, if the tool says so.
fn status(body: &Value) -> Result<Option<ReleaseStatus>, Fault> {
    let read = |status: &str| {
        let unknown = || Fault::new(StatusCode::BAD_REQUEST, "A release is open or archived.");
        status.parse::<ReleaseStatus>().map_err(|()| unknown())
    };
    body["status"].as_str().map(read).transpose()
}

fn commit(sent: &Value) -> NewCommit {
    let text = |name: &str| sent[name].as_str().map(str::to_owned);
    NewCommit {
        sha: text("id").unwrap_or_default(),
        repository: text("repository").unwrap_or_default(),
        author_name: text("author_name"),
        author_email: text("author_email"),
        message: text("message"),
        committed_at: timestamp::parse(&sent["timestamp"]),
    }
}

fn among(projects: &[project::Model], ids: &[i64]) -> Vec<project::Model> {
    projects.iter().filter(|project| ids.contains(&project.id)).cloned().collect()
}

pub(super) fn no_such_release() -> Fault {
    Fault::new(StatusCode::NOT_FOUND, "There is no such release.")
}

fn shape(row: &release::Model, projects: &[project::Model]) -> Value {
    let projects: Vec<Value> = projects
        .iter()
        .map(|project| json!({ "id": project.id, "slug": project.slug, "name": project.name, "platform": project.platform }))
        .collect();
    json!({
        "id": row.id,
        "version": row.version,
        "shortVersion": row.version.rsplit_once('@').map_or(row.version.as_str(), |(_, short)| short),
        "status": if row.archived_at.is_some() { ReleaseStatus::Archived } else { ReleaseStatus::Open },
        "ref": null,
        "url": null,
        "dateCreated": Timestamp(row.first_seen),
        "dateReleased": row.released_at.map(Timestamp),
        "firstEvent": Timestamp(row.first_seen),
        "lastEvent": Timestamp(row.last_seen),
        "newGroups": 0,
        "commitCount": 0,
        "deployCount": 0,
        "data": {},
        "authors": [],
        "owner": null,
        "projects": projects,
    })
}
