//! Deploys of releases.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use fieldfare_app::api::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, Fault, ok};
use super::releases::no_such_release;
use super::tool::Tool;
use crate::error::Error;
use crate::protocol::names;
use crate::protocol::normalise::timestamp;
use crate::releases::tools::{self, NewDeploy};
use crate::state::State;
use crate::store::entities::deploy;

pub(super) async fn list(Shared(state): Shared<State>, tool: Tool) -> Answer {
    let projects = tool.projects(&state, &Value::Null).await?;
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let rows = tools::find(state.store.reader(), &ids, &tool.version()?).await?;
    let mut deploys = Vec::new();
    for row in &rows {
        let found = tools::deploys(state.store.reader(), row).await?;
        deploys.extend(found.iter().map(|(deploy, environment)| shape(deploy, environment)));
    }
    ok(deploys.into())
}

pub(super) async fn create(Shared(state): Shared<State>, tool: Tool, Json(body): Json<Value>) -> Answer {
    tool.may_change()?;
    let environment = body["environment"].as_str().and_then(names::environment);
    let environment = environment.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "Say which environment."))?;
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let new = NewDeploy {
        environment,
        name: text("name"),
        url: text("url"),
        started_at: timestamp::parse(&body["dateStarted"]),
        finished_at: timestamp::parse(&body["dateFinished"]).unwrap_or_else(|| state.clock.now()),
    };
    let version = tool.version()?;
    let projects = tool.named_or_known(&state, &body, &version).await?;
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    let tx = state.store.begin().await?;
    let rows = tools::find(&tx, &ids, &version).await?;
    let mut made = None;
    for row in &rows {
        made = Some(tools::deploy(&tx, row, &new).await?);
    }
    tx.commit().await.map_err(Error::from)?;
    let made = made.ok_or_else(no_such_release)?;
    Ok((StatusCode::CREATED, Json(shape(&made, &new.environment))).into_response())
}

fn shape(deploy: &deploy::Model, environment: &str) -> Value {
    json!({
        "id": deploy.id.to_string(),
        "environment": environment,
        "name": deploy.name,
        "url": deploy.url,
        "dateStarted": deploy.started_at.map(Timestamp),
        "dateFinished": Timestamp(deploy.finished_at),
    })
}
