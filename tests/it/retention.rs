//! What goes when, what stays for ever, and that the disk gets smaller.

use fieldfare::clock::{Clock, DAY_MS, HOUR_MS};
use fieldfare::retention::{Keeper, Pace};
use fieldfare::state::retention_defaults;
use fieldfare::store::changes;
use fieldfare::store::entities::{change, session};
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::Method;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

crate::on_each_database!(
    a_budget_removes_the_least_informative_and_counters_stay,
    what_people_rely_on_is_never_removed_for_the_budget,
    events_with_files_stay_up_to_a_part_of_the_budget,
    age_removes_everything_and_the_issue_says_so,
    files_go_once_nobody_names_them,
    what_only_machines_need_goes_too,
    an_index_that_was_away_too_long_begins_anew,
    one_process_at_a_time_removes,
);

const BEGINNING: i64 = 1_795_000_020_000;

struct House {
    at: Installation,
    clock: Clock,
    keeper: Keeper,
}

impl House {
    async fn with(database: Database, settings: &[(&str, &str)]) -> Self {
        let clock = Clock::manual(BEGINNING);
        let at = Installation::with_clock(database, settings, clock.clone()).await;
        let keeper = keeper(&at);
        Self { at, clock, keeper }
    }

    /// Rounds without rests, until the clock is believed again after the time that was let pass.
    async fn keep(&self) {
        self.keep_by(&self.keeper).await;
    }

    async fn keep_by(&self, keeper: &Keeper) {
        keeper.round(&Pace::without_rests()).await.expect("a round");
        self.clock.advance(HOUR_MS);
        keeper.round(&Pace::without_rests()).await.expect("a round");
    }

    async fn send(&self, number: usize, kind: &str, release: &str) {
        let event = error(number, kind, release);
        self.at.send(Envelope::of(&traffic::event_id(number)).item("event", &event)).await;
    }

    async fn stored(&self, issue: &str) -> Vec<String> {
        let rows = self.at.list(&format!("issues/{issue}/events")).await;
        rows.iter().map(|row| row["event_id"].as_str().expect("an id").to_owned()).collect()
    }

    async fn limits(&self) -> Value {
        self.at.get("projects/shop/limits").await
    }
}

fn keeper(at: &Installation) -> Keeper {
    let state = at.state();
    Keeper::new(&state.store, &state.blobs, &state.clock, retention_defaults(&state.config))
}

fn error(number: usize, kind: &str, release: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "platform": "python", "release": release, "environment": "production",
        "user": {"id": "7"}, "tags": {"number": format!("n{number}")},
        "exception": {"values": [{"type": kind, "value": "no such order", "stacktrace": {"frames": [
            {"filename": "shop/views.py", "function": format!("do_{kind}"), "lineno": 12, "in_app": true},
        ]}}]},
    })
}

async fn a_budget_removes_the_least_informative_and_counters_stay(database: Database) {
    let house = House::with(database, &[("retention_events", "20")]).await;
    for number in 1..=40 {
        house.send(number, "KeyError", "shop@1.0.0").await;
        house.clock.advance(1_000);
    }
    for number in 41..=45 {
        house.send(number, "ValueError", "shop@1.0.0").await;
    }
    house.at.indexed().await;
    house.keep().await;
    let (many, few) = (house.stored("SHOP-1").await, house.stored("SHOP-2").await);
    assert_eq!(many.len() + few.len(), 20, "as many as the budget allows");
    assert!(few.len() >= 4, "the rare issue keeps nearly all: {}", few.len());
    assert!(many.contains(&traffic::event_id(1)) && many.contains(&traffic::event_id(40)), "the first and the latest");
    let issue = house.at.get("issues/SHOP-1").await;
    assert_eq!(
        (&issue["events"], &issue["users"], &issue["releases"][0]["events"]),
        (&json!(40), &json!(1), &json!(40))
    );
    house.at.indexed().await;
    assert_eq!(house.at.state().search.documents(), 20 + 2, "the events that stay, and both issues");
    for number in 1..=40 {
        let found = house.at.list(&format!("search?query=number:n{number}")).await.len();
        assert_eq!(found, usize::from(many.contains(&traffic::event_id(number))), "what is gone is not found");
    }
    let stats = house.at.get("stats?project=shop").await;
    assert_eq!(stats["evicted"], json!([{"category": "error", "reason": "budget", "quantity": 25}]));
    let limits = house.limits().await;
    assert_eq!((&limits["stored"]["events"], &limits["stored"]["evicted"][0]["quantity"]), (&json!(20), &json!(25)));
    assert!(limits["stored"]["database_bytes"].as_u64().is_some_and(|bytes| bytes > 0));
    house.keep().await;
    assert_eq!(house.stored("SHOP-1").await, many, "once within the budget nothing more goes");
}

async fn what_people_rely_on_is_never_removed_for_the_budget(database: Database) {
    let house = House::with(database, &[("retention_events", "1")]).await;
    let at = &house.at;
    for number in 1..=12 {
        house.send(number, "KeyError", "shop@1.0.0").await;
        house.clock.advance(1_000);
    }
    let about = json!({"message": "It hangs", "associated_event_id": traffic::event_id(6)});
    let said = json!({"event_id": traffic::event_id(100), "type": "feedback", "contexts": {"feedback": about}});
    at.send(Envelope::of(&traffic::event_id(100)).item("feedback", &said)).await;
    let resolved = json!({"status": "resolved"});
    at.api(Method::PATCH, "issues/SHOP-1").json(&resolved).send().await.expect("an answer");
    house.clock.advance(60_000);
    house.send(13, "KeyError", "shop@1.1.0").await;
    house.clock.advance(60_000);
    for number in 14..=20 {
        house.send(number, "KeyError", "shop@1.1.0").await;
        house.clock.advance(1_000);
    }
    assert_eq!(at.get("issues/SHOP-1").await["substatus"], "regressed");
    for number in 21..=25 {
        house.send(number, "ValueError", "shop@1.1.0").await;
    }
    // Feedback is an issue, too.
    let evidence = "SHOP-3";
    let incident = json!({"title": "Orders fail", "severity": "major", "note": "", "issue": evidence});
    let declared = at.api(Method::POST, "incidents").json(&incident).send().await.expect("an answer");
    assert!(declared.status().is_success(), "{}", declared.text().await.expect("a body"));
    house.keep().await;
    let mut stored = house.stored("SHOP-1").await;
    stored.sort_unstable();
    let mut expected: Vec<String> = [1, 6, 13, 20].map(traffic::event_id).to_vec();
    expected.sort_unstable();
    assert_eq!(stored, expected, "the first, the one with feedback, the regression, the latest");
    assert_eq!(house.stored(evidence).await.len(), 5, "an incident's evidence");
}

async fn events_with_files_stay_up_to_a_part_of_the_budget(database: Database) {
    let house = House::with(database, &[("retention_events", "20")]).await;
    let with_file = |number: usize| {
        let envelope = Envelope::of(&traffic::event_id(number)).item("event", &error(number, "KeyError", "shop@1.0.0"));
        envelope.attachment("log.txt", "text/plain", format!("log {number}").as_bytes())
    };
    // Files with everything: three quarters, far more than may stay for that.
    for number in 1..=80 {
        if number % 4 == 0 {
            house.send(number, "KeyError", "shop@1.0.0").await;
        } else {
            house.at.send(with_file(number)).await;
        }
        house.clock.advance(1_000);
    }
    house.keep().await;
    let stored = house.stored("SHOP-1").await;
    assert_eq!(stored.len(), 20, "files fill no budget");
    for number in [78, 79] {
        assert!(stored.contains(&traffic::event_id(number)), "the newest with files stay: {number}");
    }
    let event = house.at.get(&format!("events/{}", traffic::event_id(79))).await;
    assert_eq!(event["attachments"][0]["name"], "log.txt");
}

async fn age_removes_everything_and_the_issue_says_so(database: Database) {
    let house = House::with(database, &[("retention_days", "30")]).await;
    let at = &house.at;
    for number in 1..=3 {
        house.send(number, "KeyError", "shop@1.0.0").await;
    }
    let said =
        json!({"event_id": traffic::event_id(9), "type": "feedback", "contexts": {"feedback": {"message": "Slow"}}});
    at.send(Envelope::of(&traffic::event_id(9)).item("feedback", &said)).await;
    house.clock.advance(29 * DAY_MS);
    house.send(4, "ValueError", "shop@1.0.0").await;
    house.keep().await;
    assert_eq!(house.stored("SHOP-1").await.len(), 3, "not yet");
    house.clock.advance(2 * DAY_MS);
    house.keep().await;
    assert!(house.stored("SHOP-1").await.is_empty());
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3, "counters stay");
    at.indexed().await;
    for number in 1..=4 {
        assert_eq!(at.list(&format!("search?query=number:n{number}")).await.len(), usize::from(number == 4));
    }
    assert_eq!(house.limits().await["stored"]["events"], 1);
    let cookie = at.sign_in().await;
    let page = at.page("/issues/SHOP-1", &cookie).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.expect("a page");
    assert!(page.contains("Its events have expired"), "{page}");
    assert_eq!(at.list("feedback").await.len(), 1, "what people wrote stays unless somebody says otherwise");
    let own = json!({"days": 400, "feedback_days": 7});
    let answer = at.api(Method::PUT, "projects/shop/retention").json(&own).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    house.clock.advance(HOUR_MS);
    house.keep().await;
    assert!(at.list("feedback").await.is_empty());
    let stats = at.get("stats?project=shop").await;
    let evicted = json!([
        {"category": "error", "reason": "age", "quantity": 3},
        {"category": "feedback", "reason": "age", "quantity": 1},
    ]);
    assert_eq!(stats["evicted"], evicted);
}

async fn files_go_once_nobody_names_them(database: Database) {
    let house = House::with(database, &[("retention_days", "30")]).await;
    let at = &house.at;
    let with_file = |number: usize, kind: &str, content: &[u8]| {
        let envelope = Envelope::of(&traffic::event_id(number)).item("event", &error(number, kind, "shop@1.0.0"));
        envelope.attachment("log.txt", "text/plain", content)
    };
    // As is left behind when the database refuses what has stored its file already.
    at.state().blobs.put(b"never named".to_vec()).await.expect("a file");
    at.send(with_file(1, "KeyError", b"only here")).await;
    at.send(with_file(2, "KeyError", b"in both")).await;
    house.clock.advance(20 * DAY_MS);
    at.send(with_file(3, "ValueError", b"in both")).await;
    house.clock.advance(11 * DAY_MS);
    house.keep().await;
    let blob = |content: &[u8]| blake3::hash(content).to_hex().to_string();
    let blobs = &at.state().blobs;
    assert!(blobs.get(&blob(b"only here")).await.is_ok(), "an upload may be on its way; it waits an hour");
    house.clock.advance(HOUR_MS);
    at.send(with_file(4, "ValueError", b"sent again")).await;
    house.keep().await;
    assert!(blobs.get(&blob(b"only here")).await.is_err());
    assert!(blobs.get(&blob(b"never named")).await.is_err());
    assert_eq!(blobs.get(&blob(b"in both")).await.expect("still named"), b"in both");
    let lone = Envelope::of(&traffic::event_id(77)).attachment("lone.txt", "text/plain", b"no event");
    at.send(lone).await;
    house.clock.advance(2 * DAY_MS);
    house.keep().await;
    house.clock.advance(HOUR_MS);
    house.keep().await;
    assert!(blobs.get(&blob(b"no event")).await.is_err(), "a file whose event never came");
    assert!(blobs.get(&blob(b"sent again")).await.is_ok());
}

async fn what_only_machines_need_goes_too(database: Database) {
    let house = House::with(database, &[]).await;
    let at = &house.at;
    let update = json!({
        "sid": "0123456789abcdef0123456789abcdef", "init": true, "status": "exited", "errors": 0,
        "started": "2026-11-18T11:00:00Z", "timestamp": "2026-11-18T11:00:30Z", "attrs": {"release": "shop@1.0.0"},
    });
    at.send(Envelope::new(&json!({})).item("session", &update)).await;
    for number in 1..=5 {
        house.send(number, "KeyError", "shop@1.0.0").await;
    }
    house.keep().await;
    let db = at.state().store.reader();
    let counts = async || {
        let sessions = session::Entity::find().count(db).await.expect("a count");
        (sessions, change::Entity::find().count(db).await.expect("a count"))
    };
    let before = counts().await;
    assert_eq!(before.0, 1);
    house.clock.advance(4 * DAY_MS);
    house.keep().await;
    assert_eq!(counts().await, (1, 1), "the last change stays, so that the sequence goes on");
    house.clock.advance(11 * DAY_MS);
    house.keep().await;
    assert_eq!(counts().await.0, 0);
    house.send(6, "KeyError", "shop@1.0.0").await;
    at.indexed().await;
    assert_eq!(at.state().search.documents(), 6 + 1, "the index did not lose anything");
    house.clock.advance(380 * DAY_MS);
    house.keep().await;
    house.clock.advance(HOUR_MS);
    house.keep().await;
    let hours = fieldfare::store::entities::outcome_hour::Entity::find();
    assert_eq!(hours.count(db).await.expect("a count"), 1, "only what was removed just now");
}

async fn an_index_that_was_away_too_long_begins_anew(database: Database) {
    use fieldfare::search::{Search, follower};

    let house = House::with(database, &[]).await;
    let (at, store) = (&house.at, &house.at.state().store);
    house.send(1, "KeyError", "shop@1.0.0").await;
    let elsewhere = tempfile::tempdir().expect("a directory");
    let away = Search::open(elsewhere.path()).expect("an index");
    follower::catch_up(&away, store).await.expect("it follows");
    assert!(away.documents() > 0);
    for number in 2..=9 {
        house.send(number, &format!("Error{number}"), "shop@1.0.0").await;
    }
    house.keep().await;
    house.clock.advance(4 * DAY_MS);
    house.keep().await;
    assert!(changes::trimmed_to(store.reader()).await.expect("a number") > 0);
    follower::catch_up(&away, store).await.expect("it begins anew");
    at.indexed().await;
    assert_eq!(away.documents(), at.state().search.documents());
}

async fn one_process_at_a_time_removes(database: Database) {
    let house = House::with(database, &[("retention_days", "30")]).await;
    house.send(1, "KeyError", "shop@1.0.0").await;
    house.keep().await;
    house.clock.advance(31 * DAY_MS);
    let other = keeper(&house.at);
    house.keep_by(&other).await;
    assert!(house.stored("SHOP-1").await.is_empty(), "the lease of the first has run out");
    house.clock.advance(1_000);
    house.send(2, "ValueError", "shop@1.0.0").await;
    let at = &house.at;
    let own = json!({"events": 1});
    at.api(Method::PUT, "projects/shop/retention").json(&own).send().await.expect("an answer");
    for number in 3..=9 {
        house.send(number, "ValueError", "shop@1.0.0").await;
    }
    house.keeper.round(&Pace::without_rests()).await.expect("a round");
    assert_eq!(house.stored("SHOP-2").await.len(), 8, "the other one is at it");
    other.round(&Pace::without_rests()).await.expect("a round");
    assert_eq!(house.stored("SHOP-2").await.len(), 2);
}

/// SQLite keeps emptied pages unless it is asked for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_file_gets_smaller() {
    let house = House::with(Database::Sqlite, &[("retention_events", "20")]).await;
    let store = &house.at.state().store;
    for number in 1..=150 {
        let mut event = error(number, "KeyError", "shop@1.0.0");
        // What does not compress: about 30 kB an event.
        let noise = |n: usize| blake3::hash(&(number * 1_000 + n).to_le_bytes()).to_hex().to_string();
        event["extra"] = json!({"noise": (0..1_000).map(noise).collect::<Vec<_>>()});
        house.at.send(Envelope::of(&traffic::event_id(number)).item("event", &event)).await;
    }
    let fold = async || {
        store.writer().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("folded");
        std::fs::metadata(house.at.data.path().join("fieldfare.db")).expect("a file").len()
    };
    let before = fold().await;
    house.keep().await;
    let after = fold().await;
    assert!(after < before / 2, "{before} bytes became {after}");
    assert_eq!(house.stored("SHOP-1").await.len(), 20);
}
