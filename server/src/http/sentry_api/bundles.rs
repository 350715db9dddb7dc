//! Putting uploaded chunks together.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, ok};
use super::tool::Tool;
use crate::source_maps::{Bundle, Progress};
use crate::state::State;

/// Files that one request may ask about.
const ASKED_MAX: usize = 10_000;

/// What `artifactbundle/assemble` and its older kin are sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Assemble {
    checksum: String,
    chunks: Vec<String>,
    version: Option<String>,
    dist: Option<String>,
    projects: Vec<Value>,
}

/// A bundle whose files say by debug id what they belong to, by release, or both.
pub(super) async fn assemble(Shared(state): Shared<State>, tool: Tool, Json(wanted): Json<Assemble>) -> Answer {
    let version = wanted.version.clone();
    put_together(&state, &tool, wanted, version).await
}

/// A bundle of one release, as tools made them before there were debug ids.
pub(super) async fn assemble_release(Shared(state): Shared<State>, tool: Tool, Json(wanted): Json<Assemble>) -> Answer {
    let version = tool.version()?;
    put_together(&state, &tool, wanted, Some(version)).await
}

async fn put_together(state: &State, tool: &Tool, wanted: Assemble, release: Option<String>) -> Answer {
    tool.may_change()?;
    let named = json!({ "projects": wanted.projects });
    let projects: Vec<i64> = tool.named_projects(state, &named).await?.into_iter().map(|project| project.id).collect();
    let bundle = Bundle { checksum: wanted.checksum, chunks: wanted.chunks, release, dist: wanted.dist };
    let progress = state.source_maps.assemble(state.clock.now(), &projects, &bundle).await?;
    ok(shape(progress))
}

fn shape(progress: Progress) -> Value {
    match progress {
        Progress::Missing(chunks) => json!({ "state": "not_found", "missingChunks": chunks }),
        Progress::Working => json!({ "state": "assembling", "missingChunks": [] }),
        Progress::Done => json!({ "state": "ok", "missingChunks": [] }),
        Progress::Failed(detail) => json!({ "state": "error", "missingChunks": [], "detail": detail }),
    }
}

/// Debug files of native programs: nothing here could use them, and nothing is kept, so that nobody waits for it.
pub(super) async fn refuse_native(tool: Tool, Json(asked): Json<BTreeMap<String, Value>>) -> Answer {
    tool.may_change()?;
    let refusal = json!({
        "state": "error",
        "missingChunks": [],
        "detail": "Fieldfare does not support native symbols: only source maps are used.",
    });
    let answers: Map<String, Value> =
        asked.into_keys().take(ASKED_MAX).map(|checksum| (checksum, refusal.clone())).collect();
    ok(Value::Object(answers))
}

/// Old tools tell which files belong to which application; there is nothing to do about it.
pub(super) async fn associate(tool: Tool) -> Answer {
    tool.may_change()?;
    ok(json!({ "associatedDsymFiles": [] }))
}
