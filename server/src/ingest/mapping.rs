//! Source maps on the way in: the frames of JavaScript are mapped before the event is grouped.

use super::admit::new_event;
use super::arrival::{NewEvent, Parcel, Script};
use super::policy::Policy;
use crate::protocol::mapped;
use crate::source_maps::{Scope, SourceMaps};

/// Maps the events of a parcel. What no map applies to stays as it was sent.
pub async fn apply(parcel: &mut Parcel, maps: &SourceMaps, policy: &Policy) {
    for event in &mut parcel.events {
        let Some(script) = event.script.take() else { continue };
        if let Some(mapped) = map(parcel.project_id, parcel.received_at, *script, maps, policy).await {
            // Who it was is known from the request, not from the frames.
            let user_key = event.user_key.take();
            *event = NewEvent { user_key, ..mapped };
        }
    }
}

async fn map(
    project_id: i64,
    received_at: i64,
    script: Script,
    maps: &SourceMaps,
    policy: &Policy,
) -> Option<NewEvent> {
    let Script { mut event, json } = script;
    let mapping = maps.map(project_id, &event, Scope::Ready).await;
    maps.count_misses(received_at, &mapping);
    if mapping.frames.is_empty() {
        return None;
    }
    mapped::apply(&mut event, &mapping.frames);
    // Only compression can fail, and it did not a moment ago; the event is kept as it was then.
    new_event(&event, &mapped::append(&json, &mapping.frames), policy, |_| true).ok()
}
