//! Commits of releases.

use axum::extract::State as Shared;
use fieldfare_app::api::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, ok};
use super::releases::no_such_release;
use super::tool::Tool;
use crate::releases::tools;
use crate::state::State;
use crate::store::entities::release_commit;

pub(super) async fn list(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let projects = tool.projects(&state, &Value::Null).await?;
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let rows = tools::find(state.store.reader(), &ids, &tool.version()?).await?;
    let row = rows.first().ok_or_else(no_such_release)?;
    ok(tools::commits(state.store.reader(), row).await?.iter().map(shape).collect())
}

/// The release before that has commits, with the newest of them: from there a tool goes on. `{}` when there is none.
pub(super) async fn previous(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let projects = tool.projects(&state, &Value::Null).await?;
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let found = tools::previous_with_commits(state.store.reader(), &ids, &tool.version()?).await?;
    ok(found.map_or_else(
        || json!({}),
        |(row, commit)| {
            json!({
                "version": row.version,
                "dateCreated": Timestamp(row.first_seen),
                "lastCommit": shape(&commit),
            })
        },
    ))
}

fn shape(commit: &release_commit::Model) -> Value {
    json!({
        "id": commit.sha,
        "message": commit.message,
        "dateCreated": commit.committed_at.map(Timestamp),
        "repository": { "name": commit.repository },
        "author": { "name": commit.author_name, "email": commit.author_email },
    })
}
