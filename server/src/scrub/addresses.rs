//! The network address a payload is about: found before it goes, to tell people apart and to filter by.

use std::net::IpAddr;

use crate::protocol::json::{Fields, Json};

/// What clients write for "the address this comes from".
const AUTOMATIC: &str = "{{auto}}";

/// The address a client states, else that of the request it served, else, if it asks for it, that of the connection.
pub fn sender(payload: &Json<'_>, connection: Option<IpAddr>) -> Option<IpAddr> {
    let stated = payload.get("user").and_then(|user| user.get("ip_address"));
    match stated {
        Some(Json::Null) => None,
        Some(Json::String(text)) if is_automatic(text) => connection,
        Some(stated) => stated.as_str().and_then(parse),
        None => {
            let served = payload.at(&["request", "env", "REMOTE_ADDR"]).and_then(Json::as_str).and_then(parse);
            served.or_else(|| connection.filter(|_| wants_connection(payload)))
        }
    }
}

/// Writes the address into a payload that asks for that of the connection; answers whether it did.
pub fn state_sender(payload: &mut Json<'_>, connection: Option<IpAddr>) -> bool {
    let Some(address) = connection else { return false };
    let stated = payload.get("user").and_then(|user| user.get("ip_address"));
    let asks = match stated {
        Some(Json::String(text)) => is_automatic(text),
        Some(_) => false,
        None => wants_connection(payload) && sender(payload, None).is_none(),
    };
    let Some(fields) = payload.as_object_mut().filter(|_| asks) else { return false };
    let user = fields.entry("user", || Json::Object(Fields::default()));
    let Some(user) = user.as_object_mut() else { return false };
    user.insert("ip_address", Json::String(address.to_string().into()));
    true
}

fn is_automatic(text: &str) -> bool {
    text.split_whitespace().collect::<String>() == AUTOMATIC
}

fn wants_connection(payload: &Json<'_>) -> bool {
    payload.at(&["sdk", "settings", "infer_ip"]).and_then(Json::as_str) == Some("auto")
}

fn parse(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}
