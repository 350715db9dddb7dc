//! A disk that is full, and one that cannot be written: real ones, in memory (`SmallDisk`).

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fieldfare_tests::{Database, Envelope, Installation, Program, SmallDisk, eventually, report, traffic};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;

// Where PostgreSQL's own files turn read-only it ends, and every other test with it.
crate::on_each_database!(
    a_full_disk_loses_nothing_and_needs_no_restart,
    a_database_that_turns_read_only_refuses_and_recovers,
);

/// The disk, and what is taken of it beforehand. SQLite's log alone may take 32 MiB, an empty PostgreSQL database 8.
const DISK_MEGABYTES: usize = 96;
const BALLAST_MEGABYTES: usize = 64;
/// Requests under way at once, and issues the events are spread over.
const SENDERS: usize = 4;
const ISSUES: usize = 5;
/// Refusals in a row after which a sender takes the disk for full: what is smaller may find room that others did not.
const REFUSALS: usize = 10;
/// Most requests that are sent to fill it.
const REQUESTS_MAX: usize = 5_000;
/// A file that comes with every other event, bytes.
const FILE_BYTES: usize = 150_000;

/// Text of this many characters that does not compress, other for each number.
fn noise(number: usize, chars: usize) -> String {
    let hash = |n: usize| blake3::hash(format!("{number}/{n}").as_bytes()).to_hex().to_string();
    let mut text: String = (0..chars.div_ceil(64)).map(hash).collect();
    text.truncate(chars);
    text
}

fn envelope(number: usize) -> Envelope {
    let mut event = report::error(number, &format!("Step{}Error", number % ISSUES), "shop@1.0.0");
    event["extra"] = serde_json::json!({ "noise": noise(number, 6_000) });
    let envelope = Envelope::of(&traffic::event_id(number)).item("event", &event);
    if number.is_multiple_of(2) {
        envelope.attachment("log.txt", "text/plain", noise(number, FILE_BYTES).as_bytes())
    } else {
        envelope
    }
}

#[derive(Default)]
struct Sent {
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<usize>>,
}

impl Sent {
    /// Sends one, and answers whether it was taken. A refusal says when to come again.
    async fn one(&self, at: &Program) -> bool {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        assert!(number < REQUESTS_MAX, "the disk never became full");
        let answer = at.post(envelope(number).into_bytes()).await.expect("an answer");
        if answer.status() == StatusCode::OK {
            self.acknowledged.lock().expect("no panic before").insert(number);
            return true;
        }
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
        false
    }

    /// Sends until nothing is taken any more, neither with a file nor without.
    async fn until_it_is_full(&self, at: &Program) {
        let mut refused = 0;
        while refused < REFUSALS {
            refused = if self.one(at).await { 0 } else { refused + 1 };
        }
    }

    fn acknowledged(&self) -> BTreeSet<usize> {
        self.acknowledged.lock().expect("no panic before").clone()
    }
}

async fn filled(at: &Program, sent: &Sent) {
    futures::future::join_all((0..SENDERS).map(|_| sent.until_it_is_full(at))).await;
}

async fn indexed(at: &Program) {
    eventually("the index catches up", async || {
        (at.metric("fieldfare_search_lag_changes").await? == 0.0).then_some(())
    })
    .await;
}

/// All that was acknowledged and nothing else, each whole.
async fn all_are_there_once(at: &Program, sent: &Sent) {
    let acknowledged = sent.acknowledged();
    for number in &acknowledged {
        let event = at.get(&format!("events/{}", traffic::event_id(*number))).await;
        let files = event["attachments"].as_array().expect("a list");
        assert_eq!(files.len(), usize::from(number.is_multiple_of(2)), "event {number}");
        for file in files {
            let url = format!("{}{}", at.url, file["url"].as_str().expect("an address"));
            let answer = at.client.get(url).bearer_auth(&at.token).send().await.expect("an answer");
            assert_eq!(answer.text().await.expect("a text"), noise(*number, FILE_BYTES), "the file of {number}");
        }
    }
    let issues = at.get("issues").await;
    let issues = issues["data"].as_array().expect("a list");
    let counted: u64 = issues.iter().filter_map(|issue| issue["events"].as_u64()).sum();
    assert_eq!(counted, acknowledged.len() as u64, "what was refused was not counted");
    assert_eq!(at.get("stats?project=shop").await["accepted"]["error"], counted);
    let found = at.metric("fieldfare_search_documents").await.expect("a figure");
    assert_eq!(found as u64, counted + issues.len() as u64, "each is found once");
}

async fn a_full_disk_loses_nothing_and_needs_no_restart(database: Database) {
    SmallDisk::with(DISK_MEGABYTES, async |disk| {
        if database == Database::Postgres && !disk.is_seen_by_all() {
            return;
        }
        let mut at = Program::on_disk(database, disk).await;
        disk.take(BALLAST_MEGABYTES);
        at.start().await;
        let sent = Sent::default();
        filled(&at, &sent).await;
        let taken = sent.acknowledged().len();
        assert!(taken > 50, "there was room for some: {taken}");
        let (status, said) = at.readiness().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        // PostgreSQL may have ended itself over its log, and then nobody says why.
        let is_said = database == Database::Postgres || said.ends_with("the disk is full");
        assert!(said.starts_with("reports cannot be written: ") && is_said, "{said}");
        let (code, said) = at.run(&["doctor"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("BAD  data directory") && said.contains("No space left"), "{said}");
        at.get("issues").await;

        disk.make_room();
        eventually("events are taken again", async || sent.one(&at).await.then_some(())).await;
        for _ in 0..20 {
            assert!(sent.one(&at).await, "there is room");
        }
        assert_eq!(at.readiness().await.0, StatusCode::OK);
        indexed(&at).await;
        all_are_there_once(&at, &sent).await;
        at.stop().await;
        at.start().await;
        indexed(&at).await;
        all_are_there_once(&at, &sent).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_at_the_start_is_said_in_one_line() {
    SmallDisk::with(DISK_MEGABYTES, async |disk| {
        let mut at = Program::on_disk(Database::Sqlite, disk).await;
        disk.take(BALLAST_MEGABYTES);
        at.start().await;
        let sent = Sent::default();
        for _ in 0..10 {
            assert!(sent.one(&at).await);
        }
        at.stop().await;
        disk.fill();
        let (code, said) = at.run(&["serve"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert_eq!(said.trim_end(), cannot_be_written(disk, "No space left on device (os error 28)"));
        disk.make_room();
        at.start().await;
        indexed(&at).await;
        all_are_there_once(&at, &sent).await;
    })
    .await;
}

fn cannot_be_written(disk: &SmallDisk, why: &str) -> String {
    format!("fieldfare: the data directory {} cannot be written: {why}", disk.inside().join("data").display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_disk_is_said_at_the_start_in_one_line() {
    SmallDisk::with(DISK_MEGABYTES, async |disk| {
        let mut at = Program::on_disk(Database::Sqlite, disk).await;
        disk.read_only(true);
        let (code, said) = at.run(&["serve"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert_eq!(said.trim_end(), cannot_be_written(disk, "Read-only file system (os error 30)"));
        disk.read_only(false);
        at.start().await;
    })
    .await;
}

/// Files that are open stay writable when a disk is mounted anew; whatever is opened later is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_turns_read_only_refuses_files_and_recovers() {
    SmallDisk::with(DISK_MEGABYTES, async |disk| {
        let mut at = Program::on_disk(Database::Sqlite, disk).await;
        at.start().await;
        let sent = Sent::default();
        for _ in 0..4 {
            assert!(sent.one(&at).await);
        }
        indexed(&at).await;
        disk.read_only(true);
        for number in 0..6 {
            let has_file = sent.next.load(Ordering::Relaxed).is_multiple_of(2);
            let is_taken = sent.one(&at).await;
            assert_eq!(is_taken, !has_file, "request {number}");
            if !is_taken {
                assert_eq!(at.readiness().await.1, "reports cannot be written: the disk or the database is read-only");
            }
        }
        let (code, said) = at.run(&["doctor"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("Read-only file system"), "{said}");
        disk.read_only(false);
        eventually("events are taken again", async || sent.one(&at).await.then_some(())).await;
        for _ in 0..4 {
            assert!(sent.one(&at).await);
        }
        indexed(&at).await;
        all_are_there_once(&at, &sent).await;
    })
    .await;
}

async fn a_database_that_turns_read_only_refuses_and_recovers(database: Database) {
    let at = Installation::on(database).await;
    let post = async |number: usize| {
        let answer = at.client.post(at.endpoint()).body(envelope(number).into_bytes()).send().await.expect("an answer");
        assert!(answer.status() == StatusCode::OK || answer.headers().contains_key("retry-after"));
        answer.status()
    };
    let turn = async |is_read_only: bool| {
        let db = at.state().store.writer();
        match database {
            Database::Sqlite => {
                let sql = format!("PRAGMA query_only = {}", u8::from(is_read_only));
                db.execute_unprepared(&sql).await.expect("a setting");
            }
            Database::Postgres => set_read_only(&at, is_read_only).await,
        }
    };
    assert_eq!(post(1).await, StatusCode::OK);
    turn(true).await;
    assert_eq!(post(2).await, StatusCode::SERVICE_UNAVAILABLE);
    let ready = at.client.get(format!("{}/health/ready", at.url)).send().await.expect("an answer");
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let said = ready.text().await.expect("a text");
    assert_eq!(said, "reports cannot be written: the disk or the database is read-only");
    turn(false).await;
    eventually("events are taken again", async || (post(2).await == StatusCode::OK).then_some(())).await;
    at.indexed().await;
    assert_eq!(at.stats().await["accepted"]["error"], 2);
}

/// As a server does that takes over: connections that are open learn of it when they are made anew.
async fn set_read_only(at: &Installation, is_read_only: bool) {
    let url = at.state().config.storage.database_url.clone().expect("a URL");
    let (server, name) = url.rsplit_once('/').expect("a database");
    let admin = sea_orm::Database::connect(format!("{server}/postgres")).await.expect("the cluster");
    let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {is_read_only}");
    admin.execute_unprepared(&sql).await.expect("a setting");
    let ended = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin.execute_unprepared(&ended).await.expect("everybody is thrown out");
}
