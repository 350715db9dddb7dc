//! The stream that tells open pages to look again.

use std::time::Duration;

use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use reqwest::{Response, StatusCode};

crate::on_each_database!(
    a_change_is_told_to_who_listens,
    a_reader_that_was_away_is_told_at_once,
    strangers_hear_nothing,
    the_server_stops_although_somebody_listens,
);

/// Long enough for a machine that compiles meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);

async fn listen(at: &Installation, query: &str) -> Response {
    let cookie = at.sign_in().await;
    at.page(&format!("/live{query}"), &cookie).await
}

/// The next event's lines.
async fn next(stream: &mut Response) -> String {
    let read = async {
        let mut text = String::new();
        while !text.contains("\n\n") {
            let chunk = stream.chunk().await.expect("the stream holds").expect("the stream goes on");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        text
    };
    tokio::time::timeout(PATIENCE, read).await.expect("an event in time")
}

async fn a_change_is_told_to_who_listens(database: Database) {
    let at = Installation::on(database).await;
    let mut all = listen(&at, "").await;
    assert_eq!(all.status(), StatusCode::OK);
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    let mut of_project = listen(&at, "?project=shop").await;
    at.report(&error(1, "AlphaError", "shop@1.0.0")).await;
    for stream in [&mut all, &mut of_project] {
        let told = next(stream).await;
        assert!(told.contains("event: changed") && told.contains("data: "), "{told}");
    }
    assert_eq!(listen(&at, "?project=none").await.status(), StatusCode::NOT_FOUND);
}

async fn a_reader_that_was_away_is_told_at_once(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "AlphaError", "shop@1.0.0")).await;
    let told = next(&mut listen(&at, "?after=0").await).await;
    assert!(told.contains("event: changed"), "{told}");
}

async fn strangers_hear_nothing(database: Database) {
    let at = Installation::on(database).await;
    assert_eq!(at.page("/live", "").await.status(), StatusCode::UNAUTHORIZED);
}

async fn the_server_stops_although_somebody_listens(database: Database) {
    let at = Installation::on(database).await;
    let mut stream = listen(&at, "").await;
    let at = tokio::time::timeout(PATIENCE, at.restart()).await.expect("it stops");
    assert!(matches!(stream.chunk().await, Ok(None) | Err(_)), "the stream has ended");
    drop(at);
}
