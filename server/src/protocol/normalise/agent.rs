//! Contexts a client did not send, from the `User-Agent` of the request it did.

use serde_json::{Map, Value};

use crate::protocol::event::Event;
use crate::protocol::user_agent::Agent;

/// Adds browser, operating system and device where the event says nothing of them itself.
pub(super) fn add_contexts(event: &mut Event) {
    let Some(agent) = Agent::of(event.request.as_ref()) else { return };
    let browser = agent.browser.map(|browser| named(browser.name, Some(browser.version.to_owned())));
    let os = agent.os.map(|os| named(os.name, os.version()));
    let device = agent.device.map(|model| Value::from_iter([("model", model)]));
    for (name, context) in [("browser", browser), ("os", os), ("device", device)] {
        if let Some(context) = context {
            event.contexts.entry(name.to_owned()).or_insert(context);
        }
    }
}

fn named(name: &str, version: Option<String>) -> Value {
    let mut context = Map::from_iter([("name".to_owned(), Value::from(name))]);
    context.extend(version.filter(|version| !version.is_empty()).map(|version| ("version".to_owned(), version.into())));
    Value::Object(context)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use crate::protocol::normalise::{self, Arrival};

    #[test]
    fn a_user_agent_says_what_the_client_did_not() {
        let agent = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
        let payload = json!({"request": {"headers": [["user-agent", agent]]}, "contexts": {"os": {"name": "Mine"}}});
        let event = normalise::event(payload, &Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None });
        let expected = json!({"browser": {"name": "Chrome", "version": "120.0.0.0"}, "device": {"model": "Pixel 8"},
            "os": {"name": "Mine"}});
        assert_eq!(serde_json::to_value(event.contexts).unwrap(), expected);
    }
}
