//! Source maps on the way in: the frames of JavaScript are mapped before the event is grouped.

use super::admit::new_event;
use super::arrival::{NewEvent, Parcel, Script};
use super::policy::Policy;
use crate::protocol::mapped;
use crate::source_maps::{Scope, SourceMaps};

/// Maps the events of a parcel. What no map applies to stays as it was sent.
pub async fn apply(parcel: &mut Parcel, maps: &SourceMaps, policy: &Policy) {
    for new in &mut parcel.events {
        let Some(script) = new.script.take() else { continue };
        let Script { mut event, json } = *script;
        let mapping = maps.map(parcel.project_id, &event, Scope::Ready).await;
        maps.count_misses(parcel.received_at, &mapping);
        if mapping.frames.is_empty() {
            continue;
        }
        mapped::apply(&mut event, &mapping.frames);
        let (json, is_stored) = (mapped::append(&json, &mapping.frames), new.is_stored);
        // Only compression can fail, and it did not a moment ago; the event is kept as it was then.
        if let Ok(mapped) = new_event(&event, &json, policy, |_| is_stored) {
            // Who it was is known from the request, not from the frames.
            let user_key = new.user_key.take();
            *new = NewEvent { user_key, ..mapped };
        }
    }
}
