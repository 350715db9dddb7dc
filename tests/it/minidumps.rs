//! Crashes of native programs.

use std::io::Write;

use fieldfare_tests::{Database, Envelope, Form, Installation, minidump, traffic};
use reqwest::StatusCode;
use serde_json::{Value, json};

crate::on_each_database!(
    a_dump_becomes_a_crash_with_its_files,
    what_the_client_knows_is_read_in_every_spelling,
    a_dump_alone_is_enough,
    the_same_crash_is_one_issue_wherever_it_was_loaded,
    a_broken_upload_says_what_is_wrong,
    a_dump_in_an_envelope_makes_or_explains_an_event,
);

const SEGV: u32 = 11;
const ABRT: u32 = 6;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

/// Uploads a form and answers status and body.
async fn upload(at: &Installation, form: Form) -> (StatusCode, String) {
    let request = at.client.post(at.endpoint_of("minidump/")).header("content-type", Form::kind());
    let answer = request.body(form.into_bytes()).send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("a body"))
}

/// Uploads a form and answers the event that came of it.
async fn event_of(at: &Installation, form: Form) -> Value {
    let (status, id) = upload(at, form).await;
    assert_eq!(status, StatusCode::OK, "{id}");
    assert_eq!(id.len(), 36, "an id with dashes: {id}");
    at.get(&format!("events/{id}")).await
}

fn dump() -> Form {
    Form::default().file("upload_file_minidump", "crash.dmp", &minidump::linux(SEGV, 0x1A2B))
}

async fn file(at: &Installation, attachment: &Value) -> Vec<u8> {
    let url = attachment["url"].as_str().expect("an address");
    let answer = at.client.get(format!("{}{url}", at.url)).bearer_auth(&at.token).send().await.expect("an answer");
    answer.bytes().await.expect("a file").to_vec()
}

async fn a_dump_becomes_a_crash_with_its_files(database: Database) {
    let at = Installation::on(database).await;
    let form = Form::default()
        .field("sentry", r#"{"release":"shop@1.0.0","environment":"production","tags":{"plan":"gold"}}"#)
        .field("prod", "Shop")
        .file("upload_file_minidump", "crash.dmp", &minidump::linux(SEGV, 0x1A2B))
        .file("log", "shop.log", b"line one\r\nline two\r\n");
    let event = event_of(&at, form).await;
    let exception = &event["exception"]["values"][0];
    assert_eq!((&exception["type"], &exception["value"]), (&json!("SIGSEGV"), &json!("in shop at +0x1a2b")));
    assert_eq!(exception["handled"], false);
    assert_eq!((&event["level"], &event["platform"]), (&json!("fatal"), &json!("native")));
    assert_eq!((&event["release"], &event["environment"]), (&json!("shop@1.0.0"), &json!("production")));
    assert_eq!((&event["tags"]["plan"], &event["extra"]["prod"]), (&json!("gold"), &json!("Shop")));
    assert_eq!(event["contexts"]["os"]["name"], "Linux");
    let files = event["attachments"].as_array().expect("files");
    assert_eq!((&files[0]["name"], &files[1]["name"]), (&json!("crash.dmp"), &json!("shop.log")));
    assert_eq!(file(&at, &files[0]).await, minidump::linux(SEGV, 0x1A2B));
    assert_eq!(file(&at, &files[1]).await, b"line one\r\nline two\r\n");
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!(issue["title"], "SIGSEGV: in shop at +0x1a2b");
    assert_eq!((&issue["priority"], &issue["level"]), (&json!("high"), &json!("fatal")));
    assert_eq!(at.stats().await["accepted"], json!({"error": 1, "attachment": 2}));
}

async fn what_the_client_knows_is_read_in_every_spelling(database: Database) {
    let at = Installation::on(database).await;
    let forms = [
        dump().field("sentry__1", r#"{"release":"shop"#).field("sentry__2", r#"@1.0.0"}"#),
        dump().field("sentry[release]", "shop@1.0.0"),
        dump().file("__sentry-event", "__sentry-event", b"\x81\xa7release\xaashop@1.0.0"),
    ];
    for form in forms {
        let event = event_of(&at, form).await;
        assert_eq!(event["release"], "shop@1.0.0");
        assert_eq!(event["attachments"].as_array().map(Vec::len), Some(1), "the rest is no attachment: {event}");
    }
}

async fn a_dump_alone_is_enough(database: Database) {
    let at = Installation::on(database).await;
    let dump = minidump::linux(ABRT, 0x10);
    let whole = Form::default().file("upload_file_minidump", "a.dmp", &gzip(&dump));
    assert_eq!(event_of(&at, whole).await["title"], "SIGABRT: in shop at +0x10", "the file is compressed");
    for (kind, coding, body) in [
        ("application/x-dmp", "identity", dump.clone()),
        ("application/octet-stream", "gzip", gzip(&dump)),
        ("application/octet-stream", "identity", gzip(&dump)),
    ] {
        let request = at.client.post(at.endpoint_of("minidump")).header("content-type", kind);
        let answer = request.header("content-encoding", coding).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{kind} {coding}");
        assert!(answer.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/plain")));
    }
    assert_eq!(at.get("issues/SHOP-1").await["events"], 4);
}

async fn the_same_crash_is_one_issue_wherever_it_was_loaded(database: Database) {
    let at = Installation::on(database).await;
    for (signal, offset) in [(SEGV, 0x10), (SEGV, 0x10), (SEGV, 0x20), (ABRT, 0x10)] {
        let dump = minidump::linux(signal, offset);
        event_of(&at, Form::default().file("upload_file_minidump", "a.dmp", &dump)).await;
    }
    let mut counts: Vec<_> = at.list("issues").await.iter().filter_map(|issue| issue["events"].as_u64()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2]);
}

async fn a_broken_upload_says_what_is_wrong(database: Database) {
    let at = Installation::on(database).await;
    let cut = &minidump::linux(SEGV, 1)[..20];
    for (form, said) in [
        (Form::default().file("upload_file_minidump", "a.dmp", b"hello"), "not_a_minidump"),
        (Form::default().file("upload_file_minidump", "a.dmp", cut), "minidump_cut_short"),
        (Form::default().file("upload_file_minidump", "a.dmp", &[0x1F, 0x8B, 1, 2]), "decompressed"),
        (Form::default().file("other", "a.dmp", b"MDMP"), "upload_file_minidump"),
        (Form::default(), "upload_file_minidump"),
    ] {
        let (status, body) = upload(&at, form).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert!(body.contains(said), "{said} in {body}");
    }
    let unframed = at.client.post(at.endpoint_of("minidump/")).header("content-type", "multipart/form-data");
    assert_eq!(unframed.body("x").send().await.expect("an answer").status(), StatusCode::BAD_REQUEST);
    assert_eq!(at.list("issues").await.len(), 0);
}

async fn a_dump_in_an_envelope_makes_or_explains_an_event(database: Database) {
    let at = Installation::on(database).await;
    let dump = minidump::linux(SEGV, 0x1A2B);
    let item =
        json!({"type": "attachment", "length": dump.len(), "filename": "a.dmp", "attachment_type": "event.minidump"});
    at.send(Envelope::of(&traffic::event_id(1)).raw(&item, &dump)).await;
    let event = json!({"release": "shop@2.0.0", "message": "crashed"});
    at.send(Envelope::of(&traffic::event_id(2)).item("event", &event).raw(&item, &dump)).await;
    for number in [1, 2] {
        let event = at.get(&format!("events/{}", traffic::event_id(number))).await;
        assert_eq!(event["title"], "SIGSEGV: in shop at +0x1a2b");
        assert_eq!(event["attachments"][0]["name"], "a.dmp");
    }
    assert_eq!(at.get(&format!("events/{}", traffic::event_id(2))).await["release"], "shop@2.0.0");
    let broken = json!({"type": "attachment", "length": 5, "filename": "b.dmp", "attachment_type": "event.minidump"});
    at.send(Envelope::of(&traffic::event_id(3)).raw(&broken, b"hello")).await;
    assert!(at.dropped("error", "not_a_minidump", 1).await);
    assert_eq!(at.stats().await["accepted"], json!({"error": 2, "attachment": 3}), "a broken dump is kept as a file");
}
