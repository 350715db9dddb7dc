//! Files of a release, uploaded one by one.

use axum::extract::{Multipart, State as Shared};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::answer::{Answer, Fault, ok};
use super::form::{broken, read};
use super::tool::Tool;
use crate::source_maps::{File, NewFile};
use crate::state::State;

/// Largest request, bytes: a file of 64 MiB and its framing.
pub(super) const BODY_BYTES_MAX: usize = 65 * 1024 * 1024;
/// Largest field that is no file, bytes.
const FIELD_BYTES_MAX: usize = 4 * 1024;

pub(super) async fn list(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let version = tool.version()?;
    let mut files = Vec::new();
    for project in tool.named_projects(&state, &Value::Null).await? {
        files.extend(state.source_maps.files(project.id, &version).await?);
    }
    ok(files.iter().map(shape).collect())
}

pub(super) async fn take(Shared(state): Shared<State>, tool: Tool, parts: Multipart) -> Answer {
    tool.may_change()?;
    let projects = tool.named_projects(&state, &Value::Null).await?;
    let _one = state.source_maps.uploading().await;
    let file = new_file(tool.version()?, parts).await?;
    let mut kept = None;
    for project in projects {
        kept = Some(state.source_maps.keep_file(state.clock.now(), project.id, file.clone()).await?);
    }
    let body = kept.as_ref().map_or(Value::Null, shape);
    Ok((StatusCode::CREATED, axum::Json(body)).into_response())
}

async fn new_file(release: String, mut parts: Multipart) -> Result<NewFile, Fault> {
    let mut file = NewFile { release, dist: None, name: String::new(), map_url: None, content: Vec::new() };
    let mut file_name = None;
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            file_name = part.file_name().map(str::to_owned);
            file.content = read(part, BODY_BYTES_MAX).await?;
            continue;
        }
        let value = String::from_utf8_lossy(&read(part, FIELD_BYTES_MAX).await?).into_owned();
        match name.as_str() {
            "name" => file.name = value,
            "dist" => file.dist = Some(value),
            "header" => file.map_url = source_map(&value).or(file.map_url),
            _ => {}
        }
    }
    if file.name.is_empty() {
        file.name = file_name.unwrap_or_default();
    }
    match file.name.is_empty() || file.content.is_empty() {
        true => Err(Fault::new(StatusCode::BAD_REQUEST, "Send a file and its name.")),
        false => Ok(file),
    }
}

/// `Sourcemap:app.js.map`
fn source_map(header: &str) -> Option<String> {
    let (name, value) = header.split_once(':')?;
    ["sourcemap", "x-sourcemap"].contains(&name.trim().to_ascii_lowercase().as_str()).then(|| value.trim().to_owned())
}

fn shape(file: &File) -> Value {
    json!({
        "id": file.id.to_string(),
        "name": file.name,
        "dist": file.dist,
        "headers": {},
        "size": file.bytes,
        "sha1": file.digest,
        "dateCreated": file.uploaded_at,
    })
}
