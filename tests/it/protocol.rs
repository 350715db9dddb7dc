//! The wire protocol through the door: every form of key, every content coding, every framing.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    every_form_of_key_is_taken,
    wrong_keys_are_refused,
    every_content_coding_is_read,
    every_framing_is_read,
    broken_requests_say_what_is_wrong,
    browsers_may_read_every_answer,
    old_clients_use_the_store_endpoint,
);

fn message(number: usize) -> Value {
    json!({"event_id": traffic::event_id(number), "message": format!("hello {number}"), "level": "info", "platform": "other"})
}

fn envelope(number: usize) -> Vec<u8> {
    Envelope::of(&traffic::event_id(number)).item("event", &message(number)).into_bytes()
}

async fn assert_stored(at: &Installation, number: usize, what: &str) {
    let event = at.get(&format!("events/{}", traffic::event_id(number))).await;
    assert_eq!(event["message"], format!("hello {number}"), "{what}");
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.expect("an answer").status()
}

async fn every_form_of_key_is_taken(database: Database) {
    let at = Installation::on(database).await;
    let key = at.public_key.as_str();
    let bare = format!("{}/api/{}/envelope/", at.url, at.project_id);
    let header = format!("Sentry sentry_version=7, sentry_client=test/1, sentry_key={key}");
    let basic = format!("Basic {}", STANDARD.encode(format!("{key}:")));
    let dsn_header = json!({"event_id": traffic::event_id(6), "dsn": at.dsn()});
    let forms = [
        ("X-Sentry-Auth", at.client.post(&bare).header("x-sentry-auth", &header)),
        ("with a secret", at.client.post(&bare).header("x-sentry-auth", format!("{header}, sentry_secret=abc"))),
        ("Authorization", at.client.post(&bare).header("authorization", &header)),
        ("Basic", at.client.post(&bare).header("authorization", basic)),
        ("query", at.client.post(at.endpoint())),
        ("no slash", at.client.post(at.endpoint().replace("/envelope/", "/envelope"))),
    ];
    for (number, (form, request)) in forms.into_iter().enumerate() {
        assert_eq!(status(request.body(envelope(number))).await, StatusCode::OK, "{form}");
        assert_stored(&at, number, form).await;
    }
    let by_dsn = Envelope::new(&dsn_header).item("event", &message(6)).into_bytes();
    assert_eq!(status(at.client.post(&bare).body(by_dsn)).await, StatusCode::OK);
    assert_stored(&at, 6, "dsn in the envelope").await;
}

async fn wrong_keys_are_refused(database: Database) {
    let at = Installation::on(database).await;
    let bare = format!("{}/api/{}/envelope/", at.url, at.project_id);
    let stranger = "0123456789abcdef0123456789abcdef";
    let cases = [
        ("no key", bare.clone(), StatusCode::UNAUTHORIZED),
        ("not a key", format!("{bare}?sentry_key=abc"), StatusCode::UNAUTHORIZED),
        ("a stranger's key", format!("{bare}?sentry_key={stranger}"), StatusCode::FORBIDDEN),
        ("another project", at.endpoint().replace("/api/1/", "/api/999/"), StatusCode::FORBIDDEN),
        ("no number", at.endpoint().replace("/api/1/", "/api/shop/"), StatusCode::FORBIDDEN),
    ];
    for (case, url, expected) in cases {
        assert_eq!(status(at.client.post(url).body(envelope(1))).await, expected, "{case}");
    }
    let two = at.client.post(at.endpoint()).header("x-sentry-auth", format!("Sentry sentry_key={stranger}"));
    assert_eq!(status(two.body(envelope(1))).await, StatusCode::UNAUTHORIZED, "two keys that differ");
    assert_eq!(
        status(at.client.post(at.endpoint()).body(envelope(1))).await,
        StatusCode::OK,
        "the right key still works"
    );
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4_096, 5, 20);
    encoder.write_all(body).expect("memory");
    encoder.into_inner()
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 1).expect("memory")
}

/// Encodes a body.
type Encode = fn(&[u8]) -> Vec<u8>;

async fn every_content_coding_is_read(database: Database) {
    let at = Installation::on(database).await;
    let codings: [(&str, Encode); 8] = [
        ("identity", <[u8]>::to_vec),
        ("gzip", gzip),
        ("x-gzip", gzip),
        ("deflate", zlib),
        ("deflate", deflate),
        ("br", brotli),
        ("zstd", zstd),
        ("something-new", <[u8]>::to_vec),
    ];
    for (number, (coding, encode)) in codings.into_iter().enumerate() {
        let request = at.client.post(at.endpoint()).header("content-encoding", coding).body(encode(&envelope(number)));
        assert_eq!(status(request).await, StatusCode::OK, "{coding}");
        assert_stored(&at, number, coding).await;
    }
    let pieces = envelope(90).chunks(7).map(<[u8]>::to_vec).map(Ok::<_, std::io::Error>).collect::<Vec<_>>();
    let chunked = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    assert_eq!(status(at.client.post(at.endpoint()).body(chunked)).await, StatusCode::OK, "chunked");
    assert_stored(&at, 90, "chunked").await;
}

async fn every_framing_is_read(database: Database) {
    let at = Installation::on(database).await;
    let id = traffic::event_id;
    let event = |number: usize| message(number).to_string();
    let with_length = |number: usize| json!({"type": "event", "length": event(number).len()}).to_string();
    let bodies = [
        (1, format!("{{}}\n{}\n{}\n", with_length(1), event(1))),
        (2, format!("{{}}\n{}\n{}", with_length(2), event(2))),
        (3, format!("{{}}\n{{\"type\":\"event\"}}\n{}", event(3))),
        (4, format!("{{}}\n\n{{\"type\":\"event\"}}\n{}\n\n", event(4))),
        (5, format!("{{}}\n{{\"type\":\"never_seen\",\"length\":3}}\n1\n2\n{}\n{}", with_length(5), event(5))),
        (6, format!("{{}}\n{{\"type\":\"attachment\",\"length\":0}}\n\n{}\n{}", with_length(6), event(6))),
        (7, format!("{{}}\n{}\n{}\n{{\"type\":\"attachment\",\"length\":99}}\nshort", with_length(7), event(7))),
        (8, format!("{{}}\n{}\n{}\nnot an item\n", with_length(8), event(8))),
        (
            9,
            format!(
                "{{\"event_id\":\"{}\"}}\n{{\"type\":\"event\"}}\n{}",
                id(9),
                message(9).to_string().replace(&id(9), &id(77))
            ),
        ),
    ];
    for (number, body) in bodies {
        assert_eq!(status(at.client.post(at.endpoint()).body(body.clone())).await, StatusCode::OK, "{body}");
        assert_stored(&at, number, &body).await;
    }
    for body in ["{}", "{}\n", "{\"sent_at\":\"2026-11-20T10:00:00Z\"}\n\n"] {
        assert_eq!(
            status(at.client.post(at.endpoint()).body(body)).await,
            StatusCode::OK,
            "{body:?} is an empty envelope"
        );
    }
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["skipped"]["never_seen"], 1, "what is not kept is counted by its type: {stats}");
}

async fn broken_requests_say_what_is_wrong(database: Database) {
    let at = Installation::on(database).await;
    let bomb = gzip(&vec![b' '; 101 * 1024 * 1024]);
    let cases: [(&str, &str, Vec<u8>, StatusCode); 6] = [
        ("no header", "", b"hello".to_vec(), StatusCode::BAD_REQUEST),
        ("empty", "", Vec::new(), StatusCode::BAD_REQUEST),
        ("not gzip", "gzip", b"hello".to_vec(), StatusCode::BAD_REQUEST),
        ("not brotli", "br", vec![0xFF; 64], StatusCode::BAD_REQUEST),
        ("not zstd", "zstd", b"hello".to_vec(), StatusCode::BAD_REQUEST),
        ("a bomb", "gzip", bomb, StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (case, coding, body, expected) in cases {
        let request = at.client.post(at.endpoint()).header("content-encoding", coding).body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{case}");
        assert!(answer.headers().contains_key("x-sentry-error"), "{case}");
        let body: Value = answer.json().await.expect("JSON");
        assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{case}: {body}");
    }
}

async fn browsers_may_read_every_answer(database: Database) {
    let at = Installation::on(database).await;
    let preflight = at
        .client
        .request(reqwest::Method::OPTIONS, at.endpoint())
        .header("origin", "https://shop.example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-sentry-auth,content-type");
    let answer = preflight.send().await.expect("an answer");
    assert!(answer.status().is_success());
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let allowed = answer.headers()["access-control-allow-headers"].to_str().expect("text").to_owned();
    assert!(allowed.contains("x-sentry-auth"), "{allowed}");
    for (url, expected) in [
        (at.endpoint(), StatusCode::OK),
        (at.endpoint().replace("sentry_key=", "sentry_key=0"), StatusCode::UNAUTHORIZED),
    ] {
        let request = at.client.post(url).header("origin", "https://shop.example.org").body(envelope(1));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), expected);
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let exposed = answer.headers()["access-control-expose-headers"].to_str().expect("text").to_lowercase();
        assert!(exposed.contains("x-sentry-rate-limits") && exposed.contains("retry-after"), "{exposed}");
    }
}

async fn old_clients_use_the_store_endpoint(database: Database) {
    let at = Installation::on(database).await;
    let url = at.endpoint().replace("/envelope/", "/store/");
    let json = |number: usize| message(number).to_string().into_bytes();
    let bodies = [
        (1, "plain JSON", json(1)),
        (2, "base64 of zlib", STANDARD.encode(zlib(&json(2))).into_bytes()),
        (3, "base64", STANDARD.encode(json(3)).into_bytes()),
        (4, "zlib", zlib(&json(4))),
    ];
    for (number, form, body) in bodies {
        let answer = at.client.post(&url).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{form}");
        assert_eq!(answer.json::<Value>().await.expect("JSON")["id"], traffic::event_id(number), "{form}");
        assert_stored(&at, number, form).await;
    }
    assert_eq!(status(at.client.post(&url).body("nonsense")).await, StatusCode::BAD_REQUEST);
}
