//! Recorded traffic of official SDKs (tests/fixtures/golden): what is understood of it, and that nothing of it is lost.

mod count;
mod event;
mod story;

use fieldfare::clock::Clock;
use fieldfare_tests::recording::{self, KEY, Recording, Request};
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use self::count::{Counts, Held};

crate::on_each_database!(every_recorded_request_is_taken_whole);

#[test]
fn every_recorded_event_is_understood_as_it_was() {
    let recordings = recording::all().expect("the recordings");
    let sdks: std::collections::BTreeSet<&str> = recordings.iter().map(|one| one.sdk.as_str()).collect();
    assert!(sdks.len() >= 8, "{sdks:?}");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../fixtures/golden/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for recording in &recordings {
        let told = story::of(recording);
        settings.bind(|| insta::assert_snapshot!(recording.name(), told));
    }
}

async fn every_recorded_request_is_taken_whole(database: Database) {
    let all = recording::all().expect("the recordings");
    // Bodies are read alike whatever the database, so the newest of each SDK will do for the slower one to set up.
    let recordings = if database == Database::Sqlite { all } else { recording::newest(all) };
    for recording in recordings {
        replayed(database, &recording).await;
    }
}

async fn replayed(database: Database, recording: &Recording) {
    let name = recording.name();
    let began = recording.requests[0].at;
    let at = Installation::with_clock(database, &[], Clock::manual(began)).await;
    take_recorded_key(&at).await;
    let mut expected = Held::default();
    for request in &recording.requests {
        at.state().clock.advance(request.at - at.state().clock.now());
        send(&at, request, &name).await;
        expected.add(request);
    }
    assert_eq!(Counts::said_by(&at.stats().await), expected.counts, "{name}");
    assert_eq!(at.list("feedback").await.len(), expected.feedback.len(), "{name}");
    for id in &expected.event_ids {
        let event = at.get(&format!("events/{id}")).await;
        assert!(!event["issue"].is_null(), "{name}: {id} is in an issue");
    }
    at.running.shutdown().await;
}

/// The recorded bodies hold the key, some of them compressed.
async fn take_recorded_key(at: &Installation) {
    let sql = format!("UPDATE project_key SET public_key = '{KEY}' WHERE project_id = {}", at.project_id);
    at.state().store.writer().execute_unprepared(&sql).await.expect("the key is changed");
    at.state().keys.forget();
}

async fn send(at: &Installation, request: &Request, name: &str) {
    let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
    let path = request.path.replacen("/api/1/", &format!("/api/{}/", at.project_id), 1);
    let mut sent = at.client.request(method, format!("{}{path}", at.url)).body(request.body().expect("a body"));
    for (header, value) in &request.headers {
        sent = sent.header(header, value);
    }
    let answer = sent.send().await.expect("an answer");
    let (status, body) = (answer.status(), answer.json::<Value>().await.expect("JSON"));
    assert_eq!(status, StatusCode::OK, "{name}, {}: {body}", request.path);
}
