//! Files of events, in a request of their own.

use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Form, Installation, traffic};
use reqwest::{Response, StatusCode};
use serde_json::json;

crate::on_each_database!(files_join_their_event_before_and_after_it, files_have_limits, what_is_no_form_is_refused);

async fn upload(at: &Installation, event_id: &str, form: Form) -> Response {
    let url = at.endpoint_of(&format!("events/{event_id}/attachments/"));
    let request = at.client.post(url).header("content-type", Form::kind()).body(form.into_bytes());
    request.send().await.expect("an answer")
}

async fn files_join_their_event_before_and_after_it(database: Database) {
    let at = Installation::on(database).await;
    let id = traffic::event_id(1);
    let early = Form::default().file("a", "before.log", b"1").file("b", "also.log", b"22");
    let answer = upload(&at, &id, early).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.json::<serde_json::Value>().await.expect("JSON"), json!({"id": id}));
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let late = Form::default().file("c", "after.log", b"333").field("notes", "a field is a file too");
    let dashed = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    assert_eq!(upload(&at, &dashed, late).await.status(), StatusCode::CREATED);
    let event = at.get(&format!("events/{id}")).await;
    let files: Vec<_> = event["attachments"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| (file["name"].as_str().unwrap_or_default(), file["bytes"].as_u64().unwrap_or_default()))
        .collect();
    assert_eq!(files, [("before.log", 1), ("also.log", 2), ("after.log", 3), ("notes", 21)]);
    assert_eq!(at.stats().await["accepted"], json!({"error": 1, "attachment": 4}));
}

async fn files_have_limits(database: Database) {
    let at = Installation::on(database).await;
    let many = (0..12).fold(Form::default(), |form, number| form.file("f", &format!("{number}.log"), b"x"));
    assert_eq!(upload(&at, &traffic::event_id(1), many).await.status(), StatusCode::CREATED);
    assert!(at.dropped("attachment", "too_many_attachments", 2).await);
    // Compressed, since the body as it crosses the wire has the same limit.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let large = Form::default().file("f", "large.bin", &vec![0; 21 * 1024 * 1024]).into_bytes();
    std::io::Write::write_all(&mut encoder, &large).expect("memory");
    let url = at.endpoint_of(&format!("events/{}/attachments", traffic::event_id(2)));
    let request = at.client.post(url).header("content-type", Form::kind()).header("content-encoding", "gzip");
    let answer = request.body(encoder.finish().expect("memory")).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.headers().contains_key("x-sentry-error"));
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(at.dropped("attachment", "too_large", 1).await);
}

async fn what_is_no_form_is_refused(database: Database) {
    let at = Installation::on(database).await;
    let file = || Form::default().file("f", "a.log", b"x");
    for (event_id, form) in [("seven", file()), ("", Form::default())] {
        let event_id = if event_id.is_empty() { traffic::event_id(1) } else { event_id.to_owned() };
        assert_eq!(upload(&at, &event_id, form).await.status(), StatusCode::BAD_REQUEST);
    }
    let url = at.endpoint_of(&format!("events/{}/attachments/", traffic::event_id(1)));
    let plain = at.client.post(&url).header("content-type", "text/plain").body("x").send().await.expect("an answer");
    assert_eq!(plain.status(), StatusCode::BAD_REQUEST);
    let many = (0..201).fold(Form::default(), |form, number| form.field(&format!("f{number}"), "x"));
    assert_eq!(upload(&at, &traffic::event_id(1), many).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let unknown = url.replace(&at.public_key, &"0".repeat(32));
    let request = at.client.post(unknown).header("content-type", Form::kind()).body(file().into_bytes());
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
}
