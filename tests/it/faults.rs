//! What is acknowledged is kept, whatever breaks.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fieldfare_tests::{Database, Envelope, Installation, Program, eventually, report, traffic};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

crate::on_each_database!(
    a_killed_server_keeps_what_it_acknowledged_and_doubles_nothing,
    a_disk_that_is_full_for_files_refuses_and_recovers,
);

/// How often the server is killed.
const KILLS: usize = 20;
/// Acknowledgements of one life, after which it ends in the middle of the next ones.
const ACKNOWLEDGED_PER_LIFE: usize = 30;
/// Requests under way at once.
const SENDERS: usize = 6;
/// Issues the events are spread over.
const ISSUES: usize = 7;

/// What was sent, by number of the event.
#[derive(Default)]
struct Sent {
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<usize>>,
}

impl Sent {
    fn acknowledged(&self) -> usize {
        self.acknowledged.lock().expect("no panic before").len()
    }

    /// Sends until the server no longer answers.
    async fn until_it_dies(&self, at: &Program) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let event = report::error(number, &format!("Step{}Error", number % ISSUES), "shop@1.0.0");
            let envelope = Envelope::of(&traffic::event_id(number)).item("event", &event);
            match at.send(envelope.into_bytes()).await {
                Some(StatusCode::OK) => {
                    self.acknowledged.lock().expect("no panic before").insert(number);
                }
                Some(status) => panic!("the server answered {status}"),
                None => return,
            }
        }
    }
}

async fn a_killed_server_keeps_what_it_acknowledged_and_doubles_nothing(database: Database) {
    let mut at = Program::on(database).await;
    let sent = Sent::default();
    for life in 1..=KILLS {
        at.start().await;
        let senders = futures::future::join_all((0..SENDERS).map(|_| sent.until_it_dies(&at)));
        let pid = at.pid();
        let killer = async {
            eventually("enough is acknowledged", async || {
                (sent.acknowledged() >= life * ACKNOWLEDGED_PER_LIFE).then_some(())
            })
            .await;
            Program::kill_now(pid).await;
        };
        futures::future::join(senders, killer).await;
        at.kill().await;
    }
    at.start().await;
    eventually("the index catches up", async || {
        (at.metric("fieldfare_search_lag_changes").await? == 0.0).then_some(())
    })
    .await;
    all_are_there_once(&at, &sent).await;
}

async fn all_are_there_once(at: &Program, sent: &Sent) {
    let acknowledged = sent.acknowledged.lock().expect("no panic before").clone();
    assert!(acknowledged.len() >= KILLS * ACKNOWLEDGED_PER_LIFE);
    for number in &acknowledged {
        let event = at.get(&format!("events/{}", traffic::event_id(*number))).await;
        assert_eq!(event["event_id"], traffic::event_id(*number));
    }
    let issues = at.get("issues").await;
    let issues = issues["data"].as_array().expect("a list");
    assert_eq!(issues.len(), ISSUES);
    let counted: u64 = issues.iter().filter_map(|issue| issue["events"].as_u64()).sum();
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"]["error"], counted, "issues and stats agree");
    let sent = sent.next.load(Ordering::Relaxed) as u64;
    assert!((acknowledged.len() as u64..=sent).contains(&counted), "{counted} of {sent}");
    for issue in issues {
        let id = issue["id"].as_i64().expect("an id");
        assert_eq!(stored_events(at, id).await, issue["events"].as_u64().expect("a count"), "{issue}");
        let releases = issue["releases"].as_array().expect("releases");
        let by_release: u64 = releases.iter().filter_map(|release| release["events"].as_u64()).sum();
        assert_eq!(issue["events"], by_release);
    }
}

/// The events of an issue, counted by paging through them.
async fn stored_events(at: &Program, issue: i64) -> u64 {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = at.get(&format!("issues/{issue}/events?cursor={cursor}")).await;
        count += page["data"].as_array().expect("a list").len() as u64;
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return count,
        }
    }
}

/// The status of the answer to one event.
async fn status_of(at: &Installation, number: usize, attachment: bool) -> StatusCode {
    let event = report::error(number, "KeyError", "shop@1.0.0");
    let mut envelope = Envelope::of(&traffic::event_id(number)).item("event", &event);
    if attachment {
        envelope = envelope.attachment("log.txt", "text/plain", b"what happened before");
    }
    at.client.post(at.endpoint()).body(envelope.into_bytes()).send().await.expect("an answer").status()
}

async fn events_of(at: &Installation) -> Value {
    at.get("stats?project=shop").await["accepted"]["error"].clone()
}

async fn a_disk_that_is_full_for_files_refuses_and_recovers(database: Database) {
    let at = Installation::on(database).await;
    let (blobs, aside) = (at.data.path().join("blobs"), at.data.path().join("aside"));
    std::fs::rename(&blobs, &aside).expect("the folder is there");
    std::fs::write(&blobs, "not a folder").expect("a file in its place");
    assert_eq!(status_of(&at, 1, true).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status_of(&at, 2, false).await, StatusCode::OK, "what needs no file is still taken");
    std::fs::remove_file(&blobs).expect("it is there");
    std::fs::rename(&aside, &blobs).expect("it comes back");
    assert_eq!(status_of(&at, 1, true).await, StatusCode::OK, "the same again, and nothing of it was kept before");
    assert_eq!(events_of(&at).await, json!(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_recovers() {
    let at = Installation::on(Database::Sqlite).await;
    assert_eq!(status_of(&at, 1, false).await, StatusCode::OK);
    // SQLite says what it says when the disk is full: no page more.
    let db = at.state().store.writer();
    db.execute_unprepared("PRAGMA max_page_count = 1").await.expect("the limit is set, at what is used");
    let refused = first_refused(&at, 2).await;
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    let ready = at.client.get(format!("{}/health/live", at.url)).send().await.expect("an answer");
    assert_eq!(ready.status(), StatusCode::OK, "the server goes on");
    db.execute_unprepared("PRAGMA max_page_count = 1000000").await.expect("there is room again");
    assert_eq!(status_of(&at, 90_000, false).await, StatusCode::OK);
    let stored = at.get("stats?project=shop").await["accepted"]["error"].as_u64().expect("a count");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), "SELECT count(*) AS n FROM event"));
    let rows: i64 = row.await.expect("a query").expect("a row").try_get("", "n").expect("a number");
    assert_eq!(i64::try_from(stored).expect("a small number"), rows, "what was refused was not counted");
}

/// Sends until the pages that were still free are used up.
async fn first_refused(at: &Installation, from: usize) -> StatusCode {
    for number in from..from + 2_000 {
        let status = status_of(at, number, false).await;
        if status != StatusCode::OK {
            return status;
        }
    }
    panic!("the disk never became full");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_and_comes_back_loses_nothing() {
    let at = Installation::on(Database::Postgres).await;
    assert_eq!(status_of(&at, 1, false).await, StatusCode::OK);
    let url = at.state().config.storage.database_url.clone().expect("a URL");
    let (server, name) = url.rsplit_once('/').expect("a database");
    let admin = sea_orm::Database::connect(format!("{server}/postgres")).await.expect("the cluster");
    admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await.expect("closed");
    let ended = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute_unprepared(&ended).await.expect("everybody is thrown out");
    assert_eq!(status_of(&at, 2, false).await, StatusCode::SERVICE_UNAVAILABLE);
    let ready = at.client.get(format!("{}/health/ready", at.url)).send().await.expect("an answer");
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.expect("open");
    eventually("events are taken again", async || (status_of(&at, 2, false).await == StatusCode::OK).then_some(()))
        .await;
    assert_eq!(events_of(&at).await, json!(2));
    at.indexed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_directory_that_cannot_be_written_is_said_clearly() {
    let mut at = Program::on(Database::Sqlite).await;
    let (code, complaint) = at.try_serve_in("/proc/nowhere").await;
    assert_eq!(code, Some(1));
    assert!(complaint.contains("/proc/nowhere"), "{complaint}");
    at.start().await;
}
