//! Who it happened to, and from which address.

use std::net::IpAddr;

use serde_json::Value;

use super::text::short;
use super::{Arrival, NAME_CHARS, Notes, lists};
use crate::protocol::event::{Event, User};
use crate::protocol::json::{Fields, Json};

/// What clients write for "the address this comes from".
const AUTOMATIC: &str = "{{auto}}";

/// Reads `user`; needs the event's request and platform, and the SDK's settings, to know the address.
pub(super) fn user(payload: &mut Fields<'_>, event: &Event, arrival: &Arrival<'_>, notes: &mut Notes) -> Option<User> {
    let mut fields = lists::object(payload.remove("user"), "user", notes).unwrap_or_default();
    let ip_address = address(fields.remove("ip_address"), payload, event, arrival, notes);
    let mut take = |name: &str| fields.remove(name).and_then(|value| short(value, NAME_CHARS));
    let (id, email, username, name) = (take("id"), take("email"), take("username"), take("name"));
    // What the client put into `data` and beside it is one to those who read it.
    if let Some(Json::Object(data)) = fields.remove("data") {
        data.into_iter().for_each(|(key, value)| {
            fields.entry(key, || value);
        });
    }
    fields.retain(|_, value| !value.is_null());
    let data = lists::map(Some(Json::Object(fields)), "user.data", notes);
    let user = User { id, email, username, name, ip_address, data };
    (user != User::default()).then_some(user)
}

/// The address a client states, else that of the request it served, else, if it asks for it, that of the connection.
fn address(
    sent: Option<Json<'_>>,
    payload: &Fields<'_>,
    event: &Event,
    arrival: &Arrival<'_>,
    notes: &mut Notes,
) -> Option<String> {
    let of_connection = || arrival.client_ip.map(str::to_owned);
    match sent {
        // A client that writes null does not want one.
        Some(Json::Null) => None,
        Some(Json::String(text)) if text.split_whitespace().collect::<String>() == AUTOMATIC => of_connection(),
        Some(value) => {
            let address = value.as_str().and_then(parse);
            if address.is_none() {
                notes.add("user.ip_address", "not an address");
            }
            address
        }
        None => {
            let served = event.request.as_ref().and_then(|request| request.env.get("REMOTE_ADDR"));
            let served = served.and_then(Value::as_str).and_then(parse);
            served.or_else(|| is_wanted(payload).then(of_connection).flatten())
        }
    }
}

/// Only a client that says so: older browser clients meant it by habit, but an address is not taken without a word.
fn is_wanted(payload: &Fields<'_>) -> bool {
    let setting = payload.get("sdk").and_then(|sdk| sdk.get("settings")?.get("infer_ip")?.as_str());
    setting == Some("auto")
}

fn parse(text: &str) -> Option<String> {
    text.trim().parse::<IpAddr>().ok().map(|address| address.to_string())
}
