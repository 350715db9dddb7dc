//! What browsers report by themselves.

use fieldfare_tests::{Database, Installation};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    a_report_of_each_form_joins_one_issue,
    several_reports_of_one_body_are_several_events,
    reports_about_certificates_are_plain_events,
    what_is_no_report_is_refused,
    only_allowed_origins_are_heard,
);

async fn post(at: &Installation, endpoint: &str, kind: &str, body: &Value) -> Response {
    let url = format!("{}&sentry_release=shop@1.0+5&sentry_environment=staging", at.endpoint_of(endpoint));
    let request = at.client.post(url).header("content-type", kind).header("user-agent", "Browser/1");
    request.body(body.to_string()).send().await.expect("an answer")
}

fn older() -> Value {
    json!({"csp-report": {
        "document-uri": "https://shop.example/cart?secret=1", "referrer": "", "blocked-uri": "https://evil.example/x.js",
        "violated-directive": "script-src 'self'", "effective-directive": "script-src", "disposition": "enforce",
        "original-policy": "script-src 'self'; report-uri /x", "status-code": 200,
    }})
}

fn newer() -> Value {
    json!({"type": "csp-violation", "age": 12, "url": "https://shop.example/pay", "user_agent": "Browser/2", "body": {
        "documentURL": "https://shop.example/pay", "blockedURL": "https://evil.example/y.js",
        "effectiveDirective": "script-src", "disposition": "report", "statusCode": 200,
    }})
}

async fn a_report_of_each_form_joins_one_issue(database: Database) {
    let at = Installation::on(database).await;
    for (endpoint, kind, body) in [
        ("security/", "application/csp-report", older()),
        ("security", "application/json; charset=utf-8", older()),
        ("csp-report/", "application/reports+json", json!([newer()])),
        ("csp-report", "application/reports+json", newer()),
    ] {
        let answer = post(&at, endpoint, kind, &body).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{endpoint}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.bytes().await.expect("a body").len(), 0, "nobody reads more than the status");
    }
    let issues = at.list("issues").await;
    let [issue] = issues.as_slice() else { panic!("one issue: {issues:?}") };
    assert_eq!(issue["title"], "Blocked by script-src: https://evil.example/x.js");
    assert_eq!((&issue["events"], &issue["first_release"]), (&json!(4), &json!("shop@1.0+5")));
    let events = at.list("issues/SHOP-1/events").await;
    let event = at.get(&format!("events/{}", events[3]["event_id"].as_str().expect("an id"))).await;
    assert_eq!((&event["environment"], &event["level"]), (&json!("staging"), &json!("error")));
    assert_eq!(event["request"]["headers"], json!([["User-Agent", "Browser/1"]]));
    assert_eq!(event["raw"]["csp"]["original-policy"], "script-src 'self'; report-uri /x");
    assert_eq!(at.stats().await["accepted"], json!({"security": 4}));
}

async fn several_reports_of_one_body_are_several_events(database: Database) {
    let at = Installation::on(database).await;
    let mut image = newer();
    image["body"]["effectiveDirective"] = json!("img-src");
    let body = json!([newer(), {"type": "deprecation", "body": {"id": "x"}}, image, {"type": "made-up"}]);
    assert_eq!(post(&at, "security/", "application/reports+json", &body).await.status(), StatusCode::CREATED);
    assert_eq!(at.list("issues").await.len(), 2);
    let stats = at.stats().await;
    assert_eq!(stats["accepted"]["security"], 2);
    assert_eq!(stats["skipped"], json!({"report: deprecation": 1, "report": 1}));
}

async fn reports_about_certificates_are_plain_events(database: Database) {
    let at = Installation::on(database).await;
    let about = json!({"hostname": "shop.example", "port": 443, "served-certificate-chain": ["-----BEGIN"]});
    let mut pins = about.clone();
    pins["known-pins"] = json!(["pin-sha256=\"x\""]);
    for (kind, body) in [
        ("application/expect-ct-report+json", json!({"expect-ct-report": about})),
        ("application/json", json!({"expect-staple-report": about})),
        ("application/json", pins),
    ] {
        assert_eq!(post(&at, "security/", kind, &body).await.status(), StatusCode::CREATED, "{body}");
    }
    let mut titles: Vec<_> =
        at.list("issues").await.iter().map(|issue| issue["title"].as_str().unwrap_or_default().to_owned()).collect();
    titles.sort();
    let expected = ["Expect-CT failed", "Expect-Staple failed", "Public key pinning failed"];
    assert_eq!(titles, expected.map(|failed| format!("{failed} for shop.example")));
    assert_eq!(at.stats().await["accepted"]["security"], 3);
}

async fn what_is_no_report_is_refused(database: Database) {
    let at = Installation::on(database).await;
    let mut long = older();
    long["csp-report"]["original-policy"] = json!("x".repeat(64 * 1024));
    for (kind, body, expected) in [
        ("text/plain", older(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data", older(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/csp-report", json!([]), StatusCode::BAD_REQUEST),
        ("application/csp-report", json!("hello"), StatusCode::BAD_REQUEST),
        ("application/csp-report", long, StatusCode::PAYLOAD_TOO_LARGE),
        // A report of a kind we do not keep is no mistake of the browser.
        ("application/csp-report", json!({"hello": 1}), StatusCode::CREATED),
    ] {
        let answer = post(&at, "security/", kind, &body).await;
        assert_eq!(answer.status(), expected, "{kind}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.headers().contains_key("x-sentry-error"), expected.is_client_error());
    }
    let unknown = at.endpoint_of("security/").replace(&at.public_key, &"0".repeat(32));
    let request = at.client.post(unknown).header("content-type", "application/csp-report").body(older().to_string());
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    assert_eq!(at.list("issues").await.len(), 0);
}

async fn only_allowed_origins_are_heard(database: Database) {
    let at = Installation::on(database).await;
    at.allow_origins("https://shop.example").await;
    for (origin, expected) in
        [("https://shop.example", StatusCode::CREATED), ("https://other.example", StatusCode::FORBIDDEN)]
    {
        let request = at.client.post(at.endpoint_of("security/")).header("content-type", "application/csp-report");
        let answer = request.header("origin", origin).body(older().to_string()).send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{origin}");
    }
}
