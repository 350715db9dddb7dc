//! Security reports: what a browser refused to load or to trust, in the older and the newer form.
//!
//! The older form is one `{"csp-report": {…}}`, the newer (Reporting API) a list of `{"type", "url", "body"}` with
//! other spellings of the same names. Each report becomes the payload of an event, so that it is stored, normalised
//! and grouped the way every other event is.

use serde_json::{Map, Value, json};

use super::certificate_report;
use super::event::CspReport;
use super::normalise::{clean, text_of};

/// Reports of one body that are read; browsers batch a page's worth.
const MAX_REPORTS: usize = 100;
/// Kinds of reports browsers send to the same address that are not about security.
const OTHERS: [&str; 10] = [
    "coep",
    "coop",
    "crash",
    "deprecation",
    "document-policy-violation",
    "integrity-violation",
    "intervention",
    "network-error",
    "permissions-policy-violation",
    "potential-permissions-policy-violation",
];
/// Longest address kept, characters.
const URL_CHARS: usize = 2_048;
/// Longest directive, characters; real ones have about twenty.
const DIRECTIVE_CHARS: usize = 100;

/// What the request around a report says, from its query string and headers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sender<'a> {
    /// `sentry_release` in the query.
    pub release: Option<&'a str>,
    /// `sentry_environment` in the query.
    pub environment: Option<&'a str>,
    /// The header of the same name.
    pub user_agent: Option<&'a str>,
}

/// What a body held.
#[derive(Debug, Default, PartialEq)]
pub struct Reports {
    /// The payload of an event for each security report.
    pub payloads: Vec<Value>,
    /// The kinds of the others, to be counted.
    pub others: Vec<String>,
}

/// The reports of a body sent to the security endpoint.
///
/// # Errors
/// A reason in one word when the body is no JSON or no report at all.
pub fn reports(body: &[u8], sender: &Sender<'_>) -> Result<Reports, &'static str> {
    let sent = match serde_json::from_slice(body).map_err(|_| "invalid_json")? {
        Value::Array(reports) => reports,
        Value::Object(report) => vec![Value::Object(report)],
        _ => return Err("not_a_report"),
    };
    if sent.is_empty() || !sent.iter().all(Value::is_object) {
        return Err("not_a_report");
    }
    let mut reports = Reports::default();
    for mut report in sent.into_iter().take(MAX_REPORTS) {
        let other = other(&report);
        match payload(&mut report, sender) {
            Some(payload) => reports.payloads.push(payload),
            None => reports.others.push(other),
        }
    }
    Ok(reports)
}

/// What a report that is not kept is counted as. Browsers have a few names for them; whatever else is sent is one kind.
fn other(report: &Value) -> String {
    let kind = report.get("type").and_then(Value::as_str);
    let known = kind.filter(|kind| OTHERS.contains(kind));
    known.map_or_else(|| "report".to_owned(), |kind| format!("report: {kind}"))
}

/// Reads the `csp` field of an event.
pub(super) fn report(value: &Value) -> Option<CspReport> {
    let fields = value.as_object()?;
    let effective = text(fields, ["effective_directive", "effective-directive", "effectiveDirective"], DIRECTIVE_CHARS);
    // Browsers that do not name the effective directive quote the policy's whole line.
    let violated = || text(fields, ["violated_directive", "violated-directive", "violatedDirective"], URL_CHARS);
    let directive = effective.or_else(violated)?;
    Some(CspReport {
        document_uri: text(fields, ["document_uri", "document-uri", "documentURL"], URL_CHARS),
        blocked_uri: text(fields, ["blocked_uri", "blocked-uri", "blockedURL"], URL_CHARS),
        effective_directive: clean(directive.split_whitespace().next()?.to_owned(), DIRECTIVE_CHARS)?,
    })
}

fn payload(sent: &mut Value, sender: &Sender<'_>) -> Option<Value> {
    let fields = sent.as_object_mut()?;
    let user_agent = fields.get("user_agent").and_then(Value::as_str).map(str::to_owned);
    let user_agent = user_agent.or_else(|| sender.user_agent.map(str::to_owned));
    let mut payload = match certificate_report::payload(fields) {
        Some(payload) => payload,
        None => csp_payload(fields)?,
    };
    let headers = user_agent.map(|agent| json!({"User-Agent": agent}));
    set(&mut payload["request"], "headers", headers);
    set(&mut payload, "release", sender.release.map(Value::from));
    set(&mut payload, "environment", sender.environment.map(Value::from));
    Some(payload)
}

fn csp_payload(fields: &mut Map<String, Value>) -> Option<Value> {
    let report = match fields.remove("csp-report") {
        Some(report) => report,
        None if fields.get("type").and_then(Value::as_str) == Some("csp-violation") => fields.remove("body")?,
        None => return None,
    };
    let known = self::report(&report)?;
    let only_reported = report.get("disposition").and_then(Value::as_str) == Some("report");
    Some(json!({
        "type": "csp",
        "logger": "csp",
        "level": if only_reported { "warning" } else { "error" },
        "csp": report,
        "request": {"url": known.document_uri},
    }))
}

fn set(object: &mut Value, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object[name] = value;
    }
}

/// The first of these names that has a text.
fn text(fields: &Map<String, Value>, names: [&str; 3], chars: usize) -> Option<String> {
    names.into_iter().find_map(|name| clean(text_of(fields.get(name)?.clone())?, chars))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::protocol::event::{Event, Level};
    use crate::protocol::normalise::{self, Arrival};
    use crate::protocol::title::title;

    const SENDER: Sender<'static> =
        Sender { release: Some("shop@1.0"), environment: Some("staging"), user_agent: Some("Browser/1") };

    fn events(body: Value) -> Vec<Event> {
        let arrival = Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None };
        let reports = reports(body.to_string().as_bytes(), &SENDER).unwrap();
        reports.payloads.into_iter().map(|payload| normalise::event(payload, &arrival)).collect()
    }

    fn expected() -> CspReport {
        CspReport {
            document_uri: Some("https://shop.example/cart".into()),
            blocked_uri: Some("https://evil.example/x.js".into()),
            effective_directive: "script-src".into(),
        }
    }

    #[test]
    fn both_forms_become_the_same_event() {
        let older = json!({"csp-report": {"document-uri": "https://shop.example/cart",
            "blocked-uri": "https://evil.example/x.js", "effective-directive": "script-src"}});
        let newer = json!([{"type": "deprecation", "body": {}}, {"type": "csp-violation", "age": 3, "body": {
            "documentURL": "https://shop.example/cart", "blockedURL": "https://evil.example/x.js",
            "effectiveDirective": "script-src", "statusCode": 200}}]);
        for body in [older, newer] {
            let [event] = <[Event; 1]>::try_from(events(body)).unwrap();
            assert_eq!(event.csp, Some(expected()));
            assert_eq!(event.release.as_deref(), Some("shop@1.0"));
            assert_eq!(event.environment.as_deref(), Some("staging"));
            let request = event.request.as_ref().unwrap();
            assert_eq!(request.url, expected().document_uri);
            assert_eq!(request.headers, [("User-Agent".to_owned(), "Browser/1".to_owned())]);
            assert_eq!(title(&event), "Blocked by script-src: https://evil.example/x.js");
        }
    }

    #[test]
    fn old_browsers_only_quote_the_violated_line() {
        let body = json!({"csp-report": {"violated-directive": "img-src 'self' https://cdn.example",
            "disposition": "report"}});
        let event = events(body).remove(0);
        assert_eq!(event.csp.map(|csp| csp.effective_directive).as_deref(), Some("img-src"));
        assert_eq!(event.level, Level::Warning);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for (body, reason) in
            [("", "invalid_json"), ("7", "not_a_report"), ("[]", "not_a_report"), ("[1]", "not_a_report")]
        {
            assert_eq!(reports(body.as_bytes(), &SENDER), Err(reason), "{body:?}");
        }
        for body in [json!({}), json!({"csp-report": 1}), json!({"csp-report": {"effective-directive": " "}})] {
            assert_eq!(events(body), vec![]);
        }
    }

    #[test]
    fn reports_of_other_kinds_are_counted_under_a_few_names() {
        let body =
            json!([{"type": "deprecation"}, {"type": "made-up"}, {}, {"expect-ct-report": {"hostname": "a.org"}}]);
        let reports = reports(body.to_string().as_bytes(), &SENDER).unwrap();
        assert_eq!(reports.others, ["report: deprecation", "report", "report"]);
        assert_eq!(reports.payloads[0]["release"], "shop@1.0");
    }
}
