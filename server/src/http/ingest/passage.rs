//! The way every report takes: whose it is, what its project wants and what it may use, then files, the commit.

use super::answer::{Refusal, Taken};
use super::auth::{self, Caller};
use crate::ingest::admit::{self, Admitted, Door};
use crate::ingest::mapping;
use crate::ingest::quota::{Budget, Meter};
use crate::protocol::drift::Drift;
use crate::protocol::dsn_auth;
use crate::protocol::envelope::EnvelopeHeader;
use crate::state::State;

/// Lets a request in. `header` is what an envelope says of itself, and empty for whatever is none.
pub(in crate::http) async fn open(state: &State, caller: &Caller, header: &EnvelopeHeader) -> Result<Door, Refusal> {
    let presented = caller.presented(header.dsn.as_deref());
    let key = auth::authenticate(state, caller, &presented).await?;
    let (project_id, received_at) = (key.project_id, state.clock.now());
    let policy = state.policies.of(&state.store, project_id).await?;
    let sent_at = header.sent_at.clone().or_else(|| dsn_auth::sent_at(&presented));
    Ok(Door {
        project_id,
        received_at,
        client: caller.address,
        budget: Budget::new(state.quotas.clone(), policy.clone(), (project_id, key.key_id), received_at),
        policy,
        drift: Drift::between(sent_at.as_deref(), received_at),
    })
}

/// Lets in a request that is no envelope, and whose body may hold only this; refused unread when that is used up.
pub(in crate::http) async fn open_for(state: &State, caller: &Caller, meter: Meter) -> Result<Door, Refusal> {
    let door = open(state, caller, &EnvelopeHeader::default()).await?;
    refuse_unread(&door, &[meter])?;
    Ok(door)
}

/// Refuses a request whose body would be read in vain, since every quota it may count against is used up.
pub(super) fn refuse_unread(door: &Door, may_hold: &[Meter]) -> Result<(), Refusal> {
    door.budget.refuse_unread(may_hold).map_or(Ok(()), |limits| Err(Refusal::OverQuota(limits)))
}

/// Places reports, applies source maps, stores files, waits for the writer. What is within its quota was kept although the answer may say
/// that something was not.
pub(in crate::http) async fn commit(state: &State, mut admitted: Admitted) -> Result<Taken, Refusal> {
    let (limits, is_limited) = (std::mem::take(&mut admitted.limits), admitted.is_limited);
    let event_id = admitted.event_id;
    let policy = admitted.policy.clone();
    mapping::apply(&mut admitted.parcel, &state.source_maps, &policy).await;
    admit::place_reports(&mut admitted.parcel, state.store.reader()).await?;
    let parcel = admit::store_blobs(admitted, &state.blobs).await.map_err(|error| {
        let error = format!("{error:#}");
        state.ingest.counts().trouble.note(&error, state.clock.now());
        tracing::error!(error, "an attachment could not be stored");
        Refusal::Busy
    })?;
    state.ingest.commit(parcel).await?;
    if is_limited { Err(Refusal::OverQuota(limits)) } else { Ok(Taken { event_id, limits }) }
}
