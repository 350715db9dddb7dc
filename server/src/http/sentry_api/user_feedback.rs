//! What a user wrote about an event, from sites that show a form of their own.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use fieldfare_app::api::{Feedback, Role};
use serde_json::{Value, json};

use super::answer::Fault;
use super::caller::Caller;
use crate::feedback;
use crate::http::ingest;
use crate::ingest::admit::{self, Door};
use crate::ingest::quota::Budget;
use crate::projects;
use crate::protocol::drift::Drift;
use crate::protocol::envelope::EnvelopeHeader;
use crate::state::State;

/// Largest report, bytes: the longest message that is kept, escaped.
const BODY_BYTES: usize = 64 * 1024;

/// In place of the id of a key, for whoever has none.
const NO_KEY: i64 = 0;

/// Takes a report; answers it in Sentry's shape. Sending it again answers the same one.
pub(super) async fn create(
    Shared(state): Shared<State>,
    Path((organization, project)): Path<(String, String)>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Fault> {
    let project_id = projects::named(state.store.reader(), &organization, &project).await?;
    let body = ingest::read(&state.bodies, &headers, body).await?;
    let door = door(&state, project_id, caller, headers).await?;
    let report = report(&body)?;
    let admitted = admit::user_report(&report, &door).map_err(refused)?;
    let Some(event_id) = ingest::commit(&state, admitted).await?.event_id else {
        return Ok(Json(filtered(&report)));
    };
    let kept = feedback::of_event(state.store.reader(), project_id, event_id).await?;
    Ok(Json(shape(&kept)))
}

/// Lets in who may report to this project.
async fn door(state: &State, project_id: i64, caller: Caller, headers: HeaderMap) -> Result<Door, Fault> {
    let forbidden = |detail| Fault::new(StatusCode::FORBIDDEN, detail);
    match caller {
        Caller::Dsn(dsn) => {
            let header = EnvelopeHeader { dsn: Some(dsn.clone()), ..EnvelopeHeader::default() };
            let door = ingest::open(state, &ingest::Caller::with_dsn(&dsn, headers), &header).await?;
            if door.project_id == project_id { Ok(door) } else { Err(forbidden("This DSN is another project's.")) }
        }
        Caller::Member(viewer) if !viewer.role.may(Role::Developer) => Err(forbidden("Your role may only read.")),
        Caller::Member(_) => {
            let (received_at, policy) = (state.clock.now(), state.policies.of(&state.store, project_id).await?);
            let budget = Budget::new(state.quotas.clone(), policy.clone(), (project_id, NO_KEY), received_at);
            Ok(Door { project_id, received_at, client: None, policy, budget, drift: Drift::default() })
        }
    }
}

fn report(body: &[u8]) -> Result<Value, Fault> {
    if body.len() > BODY_BYTES {
        return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "A report is at most 64 KiB."));
    }
    match serde_json::from_slice(body) {
        Ok(report @ Value::Object(_)) => Ok(report),
        _ => Err(Fault::new(StatusCode::BAD_REQUEST, "The body is not a JSON object.")),
    }
}

fn refused(reason: &str) -> Fault {
    match reason {
        "missing_event_id" => Fault::field("event_id", "This field is required: 32 hexadecimal digits."),
        "empty_message" => Fault::field("comments", "This field is required."),
        other => Fault::new(StatusCode::BAD_REQUEST, other),
    }
}

/// What was filtered is answered as if it had been kept.
fn filtered(report: &Value) -> Value {
    let event = &report["event_id"];
    json!({
        "id": null,
        "eventID": event,
        "event": {"id": event, "eventID": event},
        "name": report["name"],
        "email": report["email"],
        "comments": report["comments"],
        "dateCreated": null,
        "issue": null,
        "user": null,
    })
}

fn shape(kept: &Feedback) -> Value {
    let event = kept.associated_event_id.as_deref();
    json!({
        "id": kept.id.to_string(),
        "eventID": event,
        "event": {"id": event, "eventID": event},
        "name": kept.name,
        "email": kept.email,
        "comments": kept.message,
        "dateCreated": kept.created_at,
        "issue": null,
        "user": null,
    })
}
