//! Reports of browsers about certificates: Expect-CT, Expect-Staple and public key pinning. Each becomes the payload of
//! a plain event, one issue for each host.

use serde_json::{Map, Value, json};

use super::normalise::{clean, text_of};

/// Longest host name, characters, as DNS has it.
const HOST_CHARS: usize = 253;

/// Where a report stands in its body, what the event is called, and what it says.
const WRAPPED: [(&str, &str, &str); 2] = [
    ("expect-ct-report", "expectct", "Expect-CT failed"),
    ("expect-staple-report", "expectstaple", "Expect-Staple failed"),
];
/// A report about pinned keys has no name around it; this field is in no other.
const PINS: &str = "known-pins";

/// The event payload of a body, if it is such a report.
pub(super) fn payload(fields: &mut Map<String, Value>) -> Option<Value> {
    for (name, kind, failed) in WRAPPED {
        if let Some(Value::Object(report)) = fields.remove(name) {
            return event(kind, failed, report);
        }
    }
    if fields.contains_key(PINS) {
        return event("hpkp", "Public key pinning failed", std::mem::take(fields));
    }
    None
}

fn event(kind: &str, failed: &str, report: Map<String, Value>) -> Option<Value> {
    let host = report.get("hostname").cloned().and_then(text_of).and_then(|host| clean(host, HOST_CHARS))?;
    Some(json!({
        "type": kind,
        "logger": kind,
        "level": "error",
        "logentry": {"formatted": format!("{failed} for {host}")},
        "tags": {"hostname": host, "port": report.get("port")},
        "fingerprint": [kind, host],
        "extra": report,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_an_event_of_its_host() {
        let about = json!({"hostname": "shop.example", "port": 443, "date-time": "2026-11-20T10:00:00Z"});
        let mut pins = about.clone();
        pins["known-pins"] = json!(["pin-sha256=\"abc\""]);
        for (body, kind, said) in [
            (json!({"expect-ct-report": about}), "expectct", "Expect-CT failed for shop.example"),
            (json!({"expect-staple-report": about}), "expectstaple", "Expect-Staple failed for shop.example"),
            (pins, "hpkp", "Public key pinning failed for shop.example"),
        ] {
            let payload = payload(&mut body.as_object().cloned().unwrap()).unwrap();
            assert_eq!(payload["type"], kind);
            assert_eq!(payload["logentry"]["formatted"], said);
            assert_eq!(payload["fingerprint"], json!([kind, "shop.example"]));
            assert_eq!(payload["extra"]["port"], 443);
        }
    }

    #[test]
    fn what_names_no_host_is_no_report() {
        for body in
            [json!({}), json!({"expect-ct-report": 7}), json!({"expect-ct-report": {}}), json!({"known-pins": []})]
        {
            assert_eq!(payload(&mut body.as_object().cloned().unwrap()), None, "{body}");
        }
    }
}
