//! What holds for every address that clients report to, and for every kind of item.

use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{Method, StatusCode};
use serde_json::json;

crate::on_each_database!(
    every_address_answers_with_and_without_a_slash,
    every_address_answers_a_preflight,
    every_refusal_can_be_read_by_a_browser,
    a_tunnel_needs_no_key_in_its_address,
    what_is_not_kept_is_counted,
    what_clients_dropped_is_counted,
    an_envelope_has_limits,
);

/// Every address, and a body that it takes.
fn addresses(at: &Installation) -> Vec<(String, &'static str, String)> {
    let id = traffic::event_id(1);
    let report = format!("{}/api/embed/error-page", at.url);
    let query = format!("dsn={}&eventId={id}", at.dsn());
    let of = |path: &str| format!("{}/api/{}/{path}", at.url, at.project_id);
    let key = format!("sentry_key={}", at.public_key);
    let user_feedback = format!("{}/api/0/projects/fernbrook/shop/user-feedback", at.url);
    vec![
        (format!("{}|{key}", of("envelope")), "", "{}\n{\"type\":\"event\"}\n{\"message\":\"m\"}".to_owned()),
        (format!("{}|{key}", of("store")), "", "{\"message\":\"m\"}".to_owned()),
        (format!("{}|{key}", of("security")), "application/csp-report", "{\"csp-report\":{}}".to_owned()),
        (format!("{}|{key}", of("csp-report")), "application/csp-report", "{\"csp-report\":{}}".to_owned()),
        (format!("{}|{key}", of("minidump")), "application/x-dmp", format!("MDMP{}", "\0".repeat(28))),
        (
            format!("{}|{key}", of(&format!("events/{id}/attachments"))),
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\na\r\n--x--\r\n".to_owned(),
        ),
        (format!("{report}|{query}"), "application/x-www-form-urlencoded", "comments=It+broke".to_owned()),
        (format!("{user_feedback}|"), "application/json", json!({"event_id": id, "comments": "x"}).to_string()),
    ]
}

fn with(address: &str, slash: &str) -> String {
    address.replace('|', &format!("{slash}?"))
}

async fn every_address_answers_with_and_without_a_slash(database: Database) {
    let at = Installation::on(database).await;
    for (address, kind, body) in addresses(&at) {
        for slash in ["", "/"] {
            let url = with(&address, slash);
            let mut request = at.client.post(&url).header("authorization", format!("DSN {}", at.dsn()));
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            let answer = request.body(body.clone()).send().await.expect("an answer");
            assert!(answer.status().is_success(), "{url}: {}", answer.status());
        }
    }
}

async fn every_address_answers_a_preflight(database: Database) {
    let at = Installation::on(database).await;
    for (address, ..) in addresses(&at) {
        for slash in ["", "/"] {
            let url = with(&address, slash);
            let bare = at.client.request(Method::OPTIONS, &url).header("origin", "https://shop.example.org");
            assert!(bare.send().await.expect("an answer").status().is_success(), "{url}");
            let preflight = at
                .client
                .request(Method::OPTIONS, &url)
                .header("origin", "https://shop.example.org")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,x-sentry-auth");
            let answer = preflight.send().await.expect("an answer");
            assert!(answer.status().is_success(), "{url}");
            assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{url}");
            let methods = answer.headers()["access-control-allow-methods"].to_str().expect("text");
            assert!(methods.contains("POST"), "{url}: {methods}");
        }
    }
}

async fn every_refusal_can_be_read_by_a_browser(database: Database) {
    let at = Installation::on(database).await;
    let nobody = "0".repeat(32);
    for (address, kind, body) in addresses(&at) {
        let url = with(&address, "/").replace(&at.public_key, &nobody);
        let dsn = at.dsn().replace(&at.public_key, &nobody);
        let unknown = at.client.post(&url).header("authorization", format!("DSN {dsn}"));
        let answer = unknown.header("content-type", kind).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{url}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{url}");
        let put = at.client.put(&url).send().await.expect("an answer");
        assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED, "{url}");
        assert_eq!(put.headers()["access-control-allow-origin"], "*", "{url}");
    }
    let keyless = at.client.post(format!("{}/api/{}/minidump/", at.url, at.project_id)).body("MDMP");
    let answer = keyless.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(answer.headers().contains_key("x-sentry-error"));
    let exposed = answer.headers()["access-control-expose-headers"].to_str().expect("text").to_lowercase();
    assert!(exposed.contains("x-sentry-error"), "{exposed}");
}

async fn a_tunnel_needs_no_key_in_its_address(database: Database) {
    let at = Installation::on(database).await;
    let header = json!({"event_id": traffic::event_id(1), "dsn": at.dsn()});
    let envelope = Envelope::new(&header).item("event", &json!({"message": "through a tunnel"})).into_bytes();
    let url = format!("{}/api/{}/envelope/", at.url, at.project_id);
    let answer = at.client.post(&url).body(envelope.clone()).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(at.list("issues").await[0]["title"], "through a tunnel");
    let other = format!("{}&sentry_key={}", at.endpoint_of("envelope/"), "0".repeat(32));
    let other = other.replacen(&at.public_key, &"1".repeat(32), 1);
    let answer = at.client.post(other).body(envelope).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "keys that contradict each other");
}

async fn what_is_not_kept_is_counted(database: Database) {
    let at = Installation::on(database).await;
    let kinds = [
        "log",
        "otel_log",
        "replay_event",
        "replay_recording",
        "replay_video",
        "profile",
        "profile_chunk",
        "trace_metric",
        "metric_buckets",
        "statsd",
        "something_new",
    ];
    let body = json!({"items": []}).to_string();
    let envelope = kinds.into_iter().fold(Envelope::of(&traffic::event_id(1)), |envelope, kind| {
        envelope.raw(&json!({"type": kind, "length": body.len()}), body.as_bytes())
    });
    let envelope = envelope
        .raw(&json!({"type": "log", "item_count": 41, "content_type": "application/vnd.sentry.items.log+json"}), b"{}")
        .raw(&json!({"type": "statsd", "item_count": u64::MAX}), b"a:1|c")
        .item("event", &json!({"message": "still here"}));
    at.send(envelope).await;
    let stats = at.stats().await;
    for kind in kinds {
        let expected = match kind {
            "log" => 42,
            "statsd" => 1_000_001,
            _ => 1,
        };
        assert_eq!(stats["skipped"][kind], expected, "{kind}: {stats}");
    }
    assert_eq!(at.list("issues").await.len(), 1);
}

async fn what_clients_dropped_is_counted(database: Database) {
    let at = Installation::on(database).await;
    let entry = |reason: &str, quantity: i64| json!([{"reason": reason, "category": "error", "quantity": quantity}]);
    let report = json!({
        "discarded_events": entry("queue_overflow", 3),
        "rate_limited_events": entry("over_quota", 4),
        "filtered_events": entry("crawler", 5),
        "filtered_sampling_events": entry("sampled", i64::MAX),
    });
    at.send(Envelope::new(&json!({})).item("client_report", &report)).await;
    at.send(Envelope::new(&json!({})).item("client_report", &report)).await;
    for (reason, quantity) in [("queue_overflow", 6), ("over_quota", 8), ("crawler", 10), ("sampled", 2_000_000_000)] {
        assert!(at.dropped("error", &format!("client: {reason}"), quantity).await, "{reason}: {}", at.stats().await);
    }
}

async fn an_envelope_has_limits(database: Database) {
    let at = Installation::on(database).await;
    let session = |number: usize| json!({"sid": traffic::event_id(number), "init": true, "status": "exited", "attrs": {"release": "shop@1.0.0"}});
    let empty = Envelope::new(&json!({}));
    at.send((1..=150).fold(empty.clone(), |envelope, number| envelope.item("session", &session(number)))).await;
    assert_eq!(at.stats().await["accepted"]["session"], 100);
    assert!(at.dropped("session", "too_many_items", 50).await);
    let report = json!({"discarded_events": [{"reason": "r", "category": "error", "quantity": 1}]});
    at.send((0..101).fold(empty.clone(), |envelope, _| envelope.item("client_report", &report))).await;
    assert!(at.dropped("error", "client: r", 100).await);
    assert!(at.dropped("internal", "too_many_items", 1).await);
    // A header of an item that is too long costs that item; one of the envelope costs all of it.
    let long = "x".repeat(17 * 1024);
    let envelope = Envelope::of(&traffic::event_id(1)).raw(&json!({"type": "event", "note": long}), b"{}");
    let sibling = json!({"message": "still here"}).to_string();
    at.send(envelope.raw(&json!({"type": "event", "length": sibling.len()}), sibling.as_bytes())).await;
    assert!(at.dropped("default", "malformed_item", 1).await, "{}", at.stats().await);
    assert_eq!(at.list("issues").await[0]["title"], "still here");
    let envelope = Envelope::new(&json!({"note": long})).into_bytes();
    let answer = at.client.post(at.endpoint()).body(envelope).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}
