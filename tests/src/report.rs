//! Small reports that tests change at will, and sending them.

use serde_json::{Value, json};

use crate::{Envelope, Installation, traffic};

/// An error of this type: each type is an issue of its own. Change fields before it is sent.
pub fn error(number: usize, kind: &str, release: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "platform": "python", "release": release, "environment": "production",
        "exception": {"values": [{"type": kind, "value": format!("order {number} failed"), "stacktrace": {"frames": [
            {"filename": "shop/views.py", "function": "checkout", "lineno": 12, "in_app": true},
            {"filename": format!("shop/{}.py", kind.to_lowercase()), "function": format!("do_{kind}"), "in_app": true,
             "lineno": 7, "context_line": "    raise"},
        ]}}]},
    })
}

/// What somebody wrote.
pub fn feedback(number: usize, message: &str, release: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "type": "feedback", "release": release, "environment": "production",
        "contexts": {"feedback": {
            "message": message, "contact_email": "bo@example.org", "name": "Bo", "url": "https://shop.example.org/cart",
        }},
    })
}

impl Installation {
    /// Sends an error or a piece of feedback to the project `shop`.
    pub async fn report(&self, report: &Value) {
        let id = report["event_id"].as_str().expect("an id");
        let kind = report["type"].as_str().unwrap_or("event");
        self.send(Envelope::of(id).item(kind, report)).await;
    }

    /// Sends the end of a session.
    pub async fn session(&self, number: u32, status: &str, release: &str) {
        let session = json!({
            "sid": format!("{number:032x}"), "did": format!("user{number}"), "init": true, "status": status,
            "errors": 0, "attrs": {"release": release, "environment": "production"},
        });
        self.send(Envelope::new(&json!({})).item("session", &session)).await;
    }
}
