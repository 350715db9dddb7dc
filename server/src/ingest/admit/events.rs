//! Events: protected, normalised, named, fingerprinted, compressed.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::protect::protect;
use super::sent::Sent;
use super::{Door, MAX_EVENT_BYTES};
use crate::grouping::Hash;
use crate::ingest::arrival::{NewEvent, Place, Script};
use crate::ingest::policy::Policy;
use crate::ingest::quota::Budget;
use crate::ownership::Subject;
use crate::protocol::drift::Drift;
use crate::protocol::event::{Event, Level};
use crate::protocol::mapped;
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::title::{culprit, is_unhandled, title};
use crate::search::EventText;
use crate::store::payload;
use crate::{grouping, source_maps};

/// Admits one event. The id of the envelope's header wins over the payload's, as Sentry's servers have it.
pub(super) fn admit(
    sent: Sent<'_>,
    door: &Door,
    header_id: Option<Uuid>,
    fallback: Uuid,
) -> Result<NewEvent, &'static str> {
    let Sent { mut value, bytes } = corrected(sent, door);
    let own_id = value.get("event_id").and_then(|id| Uuid::try_parse(id.as_str()?.trim()).ok());
    let event_id = header_id.or(own_id).unwrap_or(fallback);
    let protected = protect(&mut value, bytes, door)?;
    let event = normalise::outline(value, &Arrival { event_id, received_at: door.received_at, client_ip: None });
    if let Some(reason) = door.policy.filters.refuses(&event) {
        return Err(reason.as_str());
    }
    let mut new = new_event(&event, &protected.json, &door.policy, |hash| door.budget.stores(hash))?;
    new.user_key = protected.user_key(&event, door);
    // One that is only counted is mapped as well: it must be counted where the stored ones are.
    if source_maps::applies_to(&event) {
        new.script = Some(Box::new(Script { event, json: protected.json.into_owned() }));
    }
    Ok(new)
}

/// With its times by our clock, and without what is ours to write in a payload and not a client's to send.
fn corrected<'a>(mut sent: Sent<'a>, door: &Door) -> Sent<'a> {
    if door.drift.is_any() {
        sent = sent.changed(|event| door.drift.correct_event(event));
    }
    if mapped::is_mapped(&sent.value) {
        sent = sent.changed(|event| {
            mapped::strip(event);
            true
        });
    }
    sent
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
    let judge = policy.owners.as_ref();
    Ok(NewEvent {
        event_id: event.event_id,
        category: if event.csp.is_some() { "security" } else { "error" },
        happened_at: event.timestamp,
        place: place(event),
        level: level(event.level).to_owned(),
        title: title(event),
        culprit: culprit(event),
        priority: priority(event),
        hash: grouping.primary,
        former_hashes: former_hashes(event, policy, grouping.primary),
        other_hashes: grouping.system.into_iter().collect(),
        user_key: event.user.as_ref().and_then(|user| user.key()).map(str::to_owned),
        payload: if is_stored { payload::pack(json).map_err(|_| "not_compressible")? } else { Vec::new() },
        is_stored,
        text: if is_stored { EventText::of(event) } else { EventText::default() },
        owner: judge.and_then(|judge| judge.assignment(grouping.primary.into(), || Subject::of_event(event))),
        script: None,
    })
}

/// Makes an event of our own, which no project's rules may group otherwise.
pub(in crate::ingest) fn own(event: &Value, project_id: i64, received_at: i64) -> Result<NewEvent, &'static str> {
    let (policy, budget, drift) = (Arc::default(), Budget::unlimited(), Drift::default());
    let door = Door { project_id, received_at, client: None, policy, budget, drift };
    let text = event.to_string();
    admit(Sent::read(text.as_bytes(), MAX_EVENT_BYTES)?, &door, None, crate::ids::random_uuid())
}

/// The key under the settings the project had until lately. Costs nothing where they have not changed.
fn former_hashes(event: &Event, policy: &Policy, primary: Hash) -> Vec<Hash> {
    let former = policy.former_grouping.as_ref().filter(|former| event.timestamp < former.until);
    let former = former.map(|former| grouping::group(event, &former.rules).primary);
    former.filter(|hash| *hash != primary).into_iter().collect()
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
