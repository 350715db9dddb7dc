//! Events: normalised, named, fingerprinted, compressed.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::sent::Sent;
use super::{Door, MAX_EVENT_BYTES};
use crate::grouping;
use crate::ingest::arrival::{NewEvent, Place};
use crate::ingest::quota::Budget;
use crate::protocol::drift::Drift;
use crate::protocol::event::{Event, Level};
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::title::{culprit, is_unhandled, title};
use crate::search::EventText;
use crate::store::payload;

/// Admits one event. The id of the envelope's header wins over the payload's, as Sentry's servers have it.
pub(super) fn admit(
    sent: Sent<'_>,
    door: &Door,
    header_id: Option<Uuid>,
    fallback: Uuid,
) -> Result<NewEvent, &'static str> {
    let Sent { value, bytes } = sent.changed(|event| door.drift.correct_event(event));
    let own_id = value.get("event_id").and_then(|id| Uuid::try_parse(id.as_str()?.trim()).ok());
    let event_id = header_id.or(own_id).unwrap_or(fallback);
    let client_ip = door.client.map(|address| address.to_string());
    let arrival = Arrival { event_id, received_at: door.received_at, client_ip: client_ip.as_deref() };
    let event = normalise::event(value, &arrival);
    let grouping = grouping::group(&event, &door.policy.grouping);
    let is_stored = door.budget.stores(grouping.primary);
    Ok(NewEvent {
        event_id,
        category: if event.csp.is_some() { "security" } else { "error" },
        happened_at: event.timestamp,
        place: place(&event),
        level: level(event.level).to_owned(),
        title: title(&event),
        culprit: culprit(&event),
        priority: priority(&event),
        hash: grouping.primary,
        other_hashes: grouping.system.into_iter().collect(),
        user_key: event.user.as_ref().and_then(|user| user.key()).map(str::to_owned),
        payload: if is_stored { payload::pack(&bytes).map_err(|_| "not_compressible")? } else { Vec::new() },
        is_stored,
        text: if is_stored { EventText::of(&event) } else { EventText::default() },
    })
}

/// Makes an event of our own, which no project's rules may group otherwise.
pub(in crate::ingest) fn own(event: &Value, project_id: i64, received_at: i64) -> Result<NewEvent, &'static str> {
    let (policy, budget, drift) = (Arc::default(), Budget::unlimited(), Drift::default());
    let door = Door { project_id, received_at, client: None, policy, budget, drift };
    let text = event.to_string();
    admit(Sent::read(text.as_bytes(), MAX_EVENT_BYTES)?, &door, None, crate::ids::random_uuid())
}

pub(super) fn place(event: &Event) -> Place {
    Place { release: event.release.clone(), environment: event.environment.clone() }
}

/// The level as it is stored.
fn level(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
        Level::Fatal => "fatal",
    }
}

/// How soon somebody should look at a new issue: what nobody caught comes first.
fn priority(event: &Event) -> &'static str {
    match event.level {
        Level::Fatal => "high",
        Level::Error if is_unhandled(event) => "high",
        Level::Error => "medium",
        _ => "low",
    }
}
