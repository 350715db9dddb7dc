//! Bodies and clients that mean harm: each gets a clear answer, and the next honest event is taken as if nothing were.

use std::io::Write;
use std::time::Duration;

use fieldfare_tests::{Database, Envelope, Installation, report, traffic};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

crate::on_each_database!(
    bombs_in_every_coding_are_refused,
    ten_thousand_items_are_counted,
    deep_wide_and_broken_json_loses_only_itself,
    slow_and_half_open_clients_keep_nobody_waiting,
);

/// What a bomb becomes, bytes: above the limit of 100 MiB.
const BOMB_BYTES: usize = 101 * 1024 * 1024;

async fn still_works(at: &Installation) {
    let event = report::error(77, "KeyError", "shop@1.0.0");
    at.send(Envelope::of(&traffic::event_id(77)).item("event", &event)).await;
}

fn zeros(mut encoder: impl Write) {
    let piece = vec![b'0'; 1024 * 1024];
    (0..BOMB_BYTES / piece.len()).for_each(|_| encoder.write_all(&piece).expect("memory"));
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let fast = flate2::Compression::fast();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), fast);
    zeros(&mut gzip);
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), fast);
    zeros(&mut zlib);
    let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), fast);
    zeros(&mut bare);
    let mut brotli_body = Vec::new();
    zeros(brotli::CompressorWriter::new(&mut brotli_body, 4_096, 1, 20));
    let mut zstd_body = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("a context");
    zeros(&mut zstd_body);
    vec![
        ("gzip", gzip.finish().expect("memory")),
        ("deflate", zlib.finish().expect("memory")),
        ("deflate", bare.finish().expect("memory")),
        ("br", brotli_body),
        ("zstd", zstd_body.finish().expect("memory")),
    ]
}

async fn bombs_in_every_coding_are_refused(database: Database) {
    let at = Installation::on(database).await;
    let mut bombs = bombs();
    let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    twice.write_all(&bombs[0].1).expect("memory");
    bombs.push(("gzip, gzip", twice.finish().expect("memory")));
    for (coding, body) in bombs {
        assert!(body.len() < 2 * 1024 * 1024, "{coding} is no bomb");
        let request = at.client.post(at.endpoint()).header("content-encoding", coding).body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{coding}");
        assert!(
            answer.headers().contains_key("x-sentry-error")
                && answer.headers().contains_key("access-control-allow-origin")
        );
    }
    still_works(&at).await;
}

async fn ten_thousand_items_are_counted(database: Database) {
    let at = Installation::on(database).await;
    let session = json!({"sid": "00000000-0000-0000-0000-000000000001", "status": "ok", "init": true, "started": "2026-11-20T10:00:00Z",
        "attrs": {"release": "shop@1.0.0"}});
    let envelope = (0..10_000).fold(Envelope::new(&json!({})), |envelope, _| envelope.item("session", &session));
    at.send(envelope).await;
    let stats = at.get("stats?project=shop").await;
    let dropped: u64 =
        stats["dropped"].as_array().expect("a list").iter().filter_map(|one| one["quantity"].as_u64()).sum();
    let accepted = stats["accepted"]["session"].as_u64().unwrap_or_else(|| panic!("{stats}"));
    assert_eq!(accepted + dropped, 10_000, "{stats}");
    still_works(&at).await;
}

async fn deep_wide_and_broken_json_loses_only_itself(database: Database) {
    let at = Installation::on(database).await;
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide: Value = (0..20_000).map(|key| (key.to_string(), json!(key))).collect::<serde_json::Map<_, _>>().into();
    let bodies: [Vec<u8>; 6] = [
        format!("{{\"extra\":{{\"deep\":{deep}}}}}").into_bytes(),
        json!({"message": "wide", "extra": wide, "tags": wide}).to_string().into_bytes(),
        b"{\"message\":\"a nul \\u0000 inside\",\"release\":\"a\\u0000b\",\"tags\":{\"\\u0000\":\"\\u0000\"}}".to_vec(),
        b"{\"message\":\"broken \xff\xfe utf-8\"}".to_vec(),
        b"{\"message\":\"a lone surrogate \\ud800\"}".to_vec(),
        b"{\"message\": 1e999999}".to_vec(),
    ];
    for (number, body) in bodies.iter().enumerate() {
        let id = traffic::event_id(number + 1);
        at.send(Envelope::of(&id).raw(&json!({"type": "event", "length": body.len()}), body).item("event", &json!([])))
            .await;
    }
    let stats = at.get("stats?project=shop").await;
    let count = |value: &Value| value.as_u64().unwrap_or_default();
    let dropped: u64 = stats["dropped"].as_array().expect("a list").iter().map(|one| count(&one["quantity"])).sum();
    assert_eq!(count(&stats["accepted"]["error"]) + dropped, 2 * bodies.len() as u64, "{stats}");
    assert_eq!(count(&stats["accepted"]["error"]), bodies.len() as u64, "each was mended: {stats}");
    at.indexed().await;
    still_works(&at).await;
}

async fn slow_and_half_open_clients_keep_nobody_waiting(database: Database) {
    let at = Installation::on(database).await;
    let address = at.running.addr;
    let path = format!("/api/{}/envelope/?sentry_key={}", at.project_id, at.public_key);
    let mut held = Vec::new();
    for number in 0..200 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let begun = match number % 3 {
            0 => String::new(),
            1 => format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-"),
            _ => format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{{}}\n"),
        };
        stream.write_all(begun.as_bytes()).await.expect("it is taken");
        held.push(stream);
    }
    tokio::time::timeout(Duration::from_secs(20), still_works(&at)).await.expect("others are answered meanwhile");
    // One that hangs up in the middle of its body leaves nothing behind.
    let mut gone = held.pop().expect("one of them");
    gone.shutdown().await.expect("it hangs up");
    let mut answer = Vec::new();
    gone.read_to_end(&mut answer).await.ok();
    drop(held);
    assert_eq!(at.get("stats?project=shop").await["accepted"]["error"], 1);
}
