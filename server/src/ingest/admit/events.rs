//! Events: normalised, named, fingerprinted, compressed.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::{Door, MAX_EVENT_BYTES, readable};
use crate::grouping::Hash;
use crate::ingest::arrival::{NewEvent, Place, Script};
use crate::ingest::policy::Policy;
use crate::ingest::quota::Budget;
use crate::protocol::event::{Event, Level};
use crate::protocol::mapped;
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::title::{culprit, is_unhandled, title};
use crate::search::EventText;
use crate::store::payload;
use crate::{grouping, source_maps};

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
    let client_ip = door.client.map(|address| address.to_string());
    let arrival = Arrival { event_id, received_at: door.received_at, client_ip: client_ip.as_deref() };
    let json = without_ours(&mut value, json);
    let event = normalise::event(value, &arrival);
    let mut new = new_event(&event, &json, &door.policy, |hash| door.budget.stores(hash))?;
    // One that is only counted is mapped as well: it must be counted where the stored ones are.
    if source_maps::applies_to(&event) {
        new.script = Some(Box::new(Script { event, json: json.into_owned() }));
    }
    Ok(new)
}

/// What is ours to write in a payload is not a client's to send.
fn without_ours<'a>(value: &mut Value, json: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
    if !mapped::is_mapped(value) {
        return json;
    }
    mapped::strip(value);
    Cow::Owned(value.to_string().into_bytes())
}

/// What is kept of a normalised event and its JSON; `stores` says by its hash whether it is stored or only counted.
pub(in crate::ingest) fn new_event(
    event: &Event,
    json: &[u8],
    policy: &Policy,
    stores: impl FnOnce(Hash) -> bool,
) -> Result<NewEvent, &'static str> {
    let grouping = grouping::group(event, &policy.grouping);
    let is_stored = stores(grouping.primary);
    Ok(NewEvent {
        event_id: event.event_id,
        happened_at: event.timestamp,
        place: place(event),
        level: level(event.level).to_owned(),
        title: title(event),
        culprit: culprit(event),
        priority: priority(event),
        hash: grouping.primary,
        other_hashes: grouping.system.into_iter().collect(),
        user_key: event.user.as_ref().and_then(|user| user.key()).map(str::to_owned),
        payload: if is_stored { payload::pack(json).map_err(|_| "not_compressible")? } else { Vec::new() },
        is_stored,
        text: if is_stored { EventText::of(event) } else { EventText::default() },
        script: None,
    })
}

/// Makes an event of our own, which no project's rules may group otherwise.
pub(in crate::ingest) fn own(event: &Value, project_id: i64, received_at: i64) -> Result<NewEvent, &'static str> {
    let door = Door { project_id, received_at, client: None, policy: Arc::default(), budget: Budget::unlimited() };
    admit(event.to_string().as_bytes(), &door, None, crate::ids::random_uuid())
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
