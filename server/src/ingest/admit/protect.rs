//! What happens to a payload before anything is made of it: unwanted senders are refused, secrets and addresses go.

use std::borrow::Cow;
use std::net::IpAddr;

use super::Door;
use crate::protocol::event::Event;
use crate::protocol::json::Json;
use crate::scrub;

/// A payload as it may be stored.
pub(super) struct Protected<'a> {
    /// The JSON as it was read where nothing had to be changed.
    pub(super) json: Cow<'a, [u8]>,
    /// Where it came from; not to be stored unless the payload says it.
    sender: Option<IpAddr>,
}

/// Scrubs a payload where it stands.
pub(super) fn protect<'a>(
    value: &mut Json<'_>,
    json: Cow<'a, [u8]>,
    door: &Door,
) -> Result<Protected<'a>, &'static str> {
    let policy = &door.policy;
    let sender = scrub::sender(value, door.client);
    if let Some(reason) = [door.client, sender].into_iter().find_map(|it| policy.filters.refuses_address(it)) {
        return Err(reason.as_str());
    }
    let is_stated = policy.scrubber.keeps_addresses && scrub::state_sender(value, door.client);
    let scrubbed = policy.scrubber.event(value, &json);
    if !is_stated && scrubbed.count == 0 {
        return Ok(Protected { json, sender });
    }
    let json = Cow::Owned(serde_json::to_vec(value).map_err(|_| "invalid_json")?);
    Ok(Protected { json, sender })
}

impl Protected<'_> {
    /// Tells users apart: by what the client says of them, else by a name for their address.
    pub(super) fn user_key(&self, event: &Event, door: &Door) -> Option<String> {
        let said = event.user.as_ref().and_then(|user| user.key()).map(str::to_owned);
        said.or_else(|| self.sender.map(|address| door.policy.address_key.name_of(address)))
    }
}
