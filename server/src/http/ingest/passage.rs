//! The way every report takes: whose it is and what its project wants, then quota, files, the commit.

use uuid::Uuid;

use super::answer::Refusal;
use super::auth::{self, Caller};
use crate::ingest::admit::{self, Admitted, Door};
use crate::protocol::drift::Drift;
use crate::protocol::dsn_auth;
use crate::protocol::envelope::EnvelopeHeader;
use crate::state::State;

/// Lets a request in. `header` is what an envelope says of itself, and empty for whatever is none.
pub(in crate::http) async fn open(state: &State, caller: &Caller, header: &EnvelopeHeader) -> Result<Door, Refusal> {
    let presented = caller.presented(header.dsn.as_deref());
    let project_id = auth::authenticate(state, caller, &presented).await?;
    let policy = state.policies.of(&state.store, project_id).await?;
    let received_at = state.clock.now();
    let sent_at = header.sent_at.clone().or_else(|| dsn_auth::sent_at(&presented));
    Ok(Door {
        project_id,
        received_at,
        client: auth::client_address(&caller.headers),
        policy,
        drift: Drift::between(sent_at.as_deref(), received_at),
    })
}

/// Applies the quota, places reports, stores files, waits for the writer; answers the id of what was taken.
pub(in crate::http) async fn commit(state: &State, mut admitted: Admitted) -> Result<Option<Uuid>, Refusal> {
    let over_quota = admit::apply_quota(&mut admitted, &state.quotas);
    let event_id = admitted.event_id;
    admit::place_reports(&mut admitted.parcel, state.store.reader()).await?;
    let parcel = admit::store_blobs(admitted, &state.blobs).await.map_err(|error| {
        tracing::error!(%error, "an attachment could not be stored");
        Refusal::Busy
    })?;
    state.ingest.commit(parcel).await?;
    if over_quota { Err(Refusal::OverQuota) } else { Ok(event_id) }
}
