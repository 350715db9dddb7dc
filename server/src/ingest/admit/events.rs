//! Events: protected, normalised, named, fingerprinted, compressed.

use uuid::Uuid;

use super::protect::protect;
use super::{Door, MAX_EVENT_BYTES, readable};
use crate::grouping;
use crate::ingest::arrival::{NewEvent, Place};
use crate::protocol::event::{Event, Level};
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::title::{culprit, is_unhandled, title};
use crate::search::EventText;
use crate::store::payload;

/// Admits one event. The id of the envelope's header wins over the payload's, as Sentry's servers have it.
pub(super) fn admit(
    bytes: &[u8],
    door: &Door,
    header_id: Option<Uuid>,
    fallback: Uuid,
) -> Result<NewEvent, &'static str> {
    let (mut value, json) = readable(bytes, MAX_EVENT_BYTES)?;
    let own_id = value.get("event_id").and_then(|id| Uuid::try_parse(id.as_str()?.trim()).ok());
    let event_id = header_id.or(own_id).unwrap_or(fallback);
    let protected = protect(&mut value, json, door)?;
    let event = normalise::event(value, &Arrival { event_id, received_at: door.received_at, client_ip: None });
    if let Some(reason) = door.policy.filters.refuses(&event) {
        return Err(reason.as_str());
    }
    let grouping = grouping::group(&event, &door.policy.grouping);
    Ok(NewEvent {
        event_id,
        happened_at: event.timestamp,
        place: place(&event),
        level: level(event.level).to_owned(),
        title: title(&event),
        culprit: culprit(&event),
        priority: priority(&event),
        hash: grouping.primary,
        other_hashes: grouping.system.into_iter().collect(),
        user_key: protected.user_key(&event, door),
        payload: payload::pack(&protected.json).map_err(|_| "not_compressible")?,
        text: EventText::of(&event),
    })
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
