//! The server's clock is set wrong and right again, by hours and by years, while it works.
//!
//! The clock here is the one place the program reads time from (`clock.rs`), moved by hand.

use std::collections::BTreeSet;

use fieldfare::clock::{Clock, DAY_MS, HOUR_MS};
use fieldfare::retention::{Keeper, Pace};
use fieldfare::state::retention_defaults;
use fieldfare::store::changes;
use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::{Database, Envelope, Installation, eventually, report, traffic};
use reqwest::{Response, StatusCode};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

crate::on_each_database!(
    what_is_acknowledged_is_there_once,
    quotas_neither_lock_out_nor_open,
    logins_last_as_long_as_they_should,
    guessing_is_forgiven_as_soon,
    mails_leave,
    monitors_do_not_wait_for_the_wrong_year,
    a_year_that_never_was_removes_nothing,
);

/// Some morning, at the beginning of a minute.
const BEGINNING: i64 = 1_795_000_020_000;
const MINUTE_MS: i64 = 60_000;
const YEAR_MS: i64 = 365 * DAY_MS;
/// How the clock is set, one after the other; together it is late by a day and an hour in the end.
const JUMPS: [i64; 8] =
    [3 * HOUR_MS, -5 * HOUR_MS, 40 * DAY_MS, -41 * DAY_MS, YEAR_MS, -YEAR_MS, -30 * MINUTE_MS, 90 * MINUTE_MS];
/// Events at each time, and issues they are spread over.
const EVENTS: usize = 30;
const ISSUES: usize = 5;

async fn started(database: Database, settings: &[(&str, &str)]) -> (Installation, Clock) {
    let clock = Clock::manual(BEGINNING);
    (Installation::with_clock(database, settings, clock.clone()).await, clock)
}

async fn post(at: &Installation, number: usize) -> Response {
    let event = report::error(number, &format!("Step{}Error", number % ISSUES), "shop@1.0.0");
    let envelope = Envelope::of(&traffic::event_id(number)).item("event", &event);
    at.client.post(at.endpoint()).body(envelope.into_bytes()).send().await.expect("an answer")
}

async fn what_is_acknowledged_is_there_once(database: Database) {
    let (mut at, clock) = started(database, &[]).await;
    let mut acknowledged = BTreeSet::new();
    let mut latest = 0;
    for (turn, jump) in JUMPS.into_iter().enumerate() {
        let first = turn * EVENTS;
        let numbers = first..first + EVENTS;
        // The clock jumps while they are under way, and the first of them is sent again afterwards.
        let sending = futures::future::join_all(numbers.clone().map(|number| post(&at, number)));
        let (answers, ()) = futures::future::join(sending, async { clock.advance(jump) }).await;
        for (number, answer) in numbers.zip(answers) {
            assert_eq!(answer.status(), StatusCode::OK, "after {jump}");
            acknowledged.insert(number);
        }
        assert_eq!(post(&at, first).await.status(), StatusCode::OK);
        let now = changes::latest(at.state().store.reader()).await.expect("the change sequence");
        assert!(now > latest, "the sequence goes on");
        latest = now;
        at.indexed().await;
        if turn % 2 == 1 {
            // Set back, and started with that.
            at = at.restart().await;
        }
    }
    at.indexed().await;
    for number in &acknowledged {
        let event = at.get(&format!("events/{}", traffic::event_id(*number))).await;
        assert_eq!(event["event_id"], traffic::event_id(*number));
    }
    let counted: u64 = at.list("issues").await.iter().filter_map(|issue| issue["events"].as_u64()).sum();
    assert_eq!(counted, acknowledged.len() as u64, "each once");
    assert_eq!(at.stats().await["accepted"]["error"], counted);
    let rows = fieldfare::store::entities::event::Entity::find().count(at.state().store.reader()).await;
    assert_eq!(rows.expect("a count"), counted);
    assert_eq!(at.state().search.documents(), counted + ISSUES as u64, "and so can it be found");
}

fn retry_after(answer: &Response) -> Option<i64> {
    answer.headers().get("retry-after")?.to_str().ok()?.parse().ok()
}

async fn quotas_neither_lock_out_nor_open(database: Database) {
    let (mut at, clock) = started(database, &[("project_events_per_minute", "6")]).await;
    let mut number = 0;
    let mut taken_at_once = async |at: &Installation| {
        for taken in 0.. {
            number += 1;
            let answer = post(at, number).await;
            if answer.status() != StatusCode::OK {
                assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
                assert_eq!(retry_after(&answer), Some(10), "as long as one takes to come back");
                return taken;
            }
        }
        unreachable!("it never ends")
    };
    assert_eq!(taken_at_once(&at).await, 6);
    for (jump, restarts, granted, why) in [
        (-3 * DAY_MS, false, 0, "a clock that is set back gives nothing"),
        (10_000, false, 1, "and from there on it goes on"),
        (YEAR_MS, false, 6, "a year ahead is a minute's worth, and no more"),
        (-YEAR_MS, true, 0, "also over a restart"),
        (20_000, false, 2, "after which it goes on"),
        (YEAR_MS, true, 6, "a restart a year later"),
        (-YEAR_MS, false, 0, "and back"),
        (MINUTE_MS, true, 6, "a minute is a minute"),
    ] {
        clock.advance(jump);
        if restarts {
            at = at.restart().await;
        }
        assert_eq!(taken_at_once(&at).await, granted, "{why}");
    }
}

async fn is_signed_in(at: &Installation, cookie: &str) -> bool {
    at.page("/issues", cookie).await.status() == StatusCode::OK
}

async fn logins_last_as_long_as_they_should(database: Database) {
    let (at, clock) = started(database, &[]).await;
    let before = at.sign_in().await;
    clock.advance(YEAR_MS);
    let ahead = at.sign_in().await;
    assert!(!is_signed_in(&at, &before).await, "by that clock it has ended");
    assert!(is_signed_in(&at, &ahead).await);
    clock.advance(-YEAR_MS);
    assert!(is_signed_in(&at, &before).await, "somebody else's signing in did not remove it");
    assert!(is_signed_in(&at, &ahead).await);
    clock.advance(31 * DAY_MS);
    assert!(!is_signed_in(&at, &before).await);
    assert!(!is_signed_in(&at, &ahead).await, "it does not last for a year and a month");
}

async fn guessing_is_forgiven_as_soon(database: Database) {
    let (at, clock) = started(database, &[]).await;
    let sign_in = async |password: &str| {
        at.post_form("/login", &[("email", OWNER), ("password", password)], "")
            .await
            .headers()
            .contains_key("set-cookie")
    };
    clock.advance(YEAR_MS);
    for _ in 0..10 {
        assert!(!sign_in("a wrong guess").await);
    }
    assert!(!sign_in(PASSWORD).await, "too often");
    clock.advance(-YEAR_MS);
    assert!(sign_in(PASSWORD).await, "not locked out for a year");
}

async fn mails_leave(database: Database) {
    let (at, _) = started(database, &[]).await;
    post(&at, 1).await;
    let settled = async || {
        let rows = at.list("notifications").await;
        (!rows.is_empty() && rows.iter().all(|row| row["state"] != "waiting")).then_some(())
    };
    eventually("the mail of the new issue", settled).await;
    // As they are left by a server that ended while its clock was ahead: to be tried again then, or taken until then.
    for left in ["next_attempt_at", "claimed_until"] {
        let sql = format!("UPDATE notification SET delivered_at = NULL, {left} = {}", BEGINNING + YEAR_MS);
        at.state().store.writer().execute_unprepared(&sql).await.expect("an update");
        eventually(left, settled).await;
    }
}

fn minutely() -> Value {
    json!({"schedule": {"type": "crontab", "value": "*/5 * * * *"}, "timezone": "UTC", "checkin_margin": 1, "max_runtime": 5})
}

async fn check_in(at: &Installation, status: &str, extra: Value) {
    let mut item = json!({"monitor_slug": "backup", "status": status, "environment": "production"});
    item.as_object_mut().expect("an object").extend(extra.as_object().cloned().expect("an object"));
    at.send(Envelope::new(&json!({})).item("check_in", &item)).await;
}

async fn monitors_do_not_wait_for_the_wrong_year(database: Database) {
    let (at, clock) = started(database, &[]).await;
    check_in(&at, "ok", json!({"monitor_config": minutely()})).await;
    at.watch().await;
    clock.advance(YEAR_MS);
    at.watch().await;
    assert_eq!(at.list("issues").await.len(), 0, "nobody listened in that year, so nothing was missed");
    check_in(&at, "in_progress", json!({"check_in_id": "83a7c03ed0a04e1b97e2e3b18d38f244"})).await;
    clock.advance(-YEAR_MS);
    at.watch().await;
    at.pass(2).await;
    assert_eq!(at.list("issues").await.len(), 0, "neither is due yet");
    at.pass(5).await;
    let issues = at.list("issues").await;
    assert_eq!(issues.len(), 1, "neither the run nor the next is waited for till next year");
    let monitor = &at.list("projects/shop/monitors").await[0];
    let statuses: BTreeSet<_> =
        monitor["recent"].as_array().expect("runs").iter().filter_map(|run| run["status"].as_str()).collect();
    assert!(statuses.contains("missed") && statuses.contains("timeout"), "{monitor}");
}

async fn a_year_that_never_was_removes_nothing(database: Database) {
    let (at, clock) = started(database, &[("retention_days", "30")]).await;
    let state = at.state();
    let keeper = Keeper::new(&state.store, &state.blobs, &state.clock, retention_defaults(&state.config));
    let round = async || keeper.round(&Pace::without_rests()).await.expect("a round");
    let stored = async || at.list("issues/SHOP-1/events").await.len();
    post(&at, 1).await;
    check_in(&at, "ok", json!({"monitor_config": minutely()})).await;
    let cookie = at.sign_in().await;
    round().await;
    clock.advance(2 * HOUR_MS);
    round().await;
    for (jump, why) in [(YEAR_MS, "a year ahead"), (MINUTE_MS, "a minute later it still is"), (-YEAR_MS, "and back")] {
        clock.advance(jump);
        round().await;
        assert_eq!(stored().await, 1, "{why}");
    }
    assert!(is_signed_in(&at, &cookie).await);
    assert_eq!(at.list("projects/shop/monitors").await[0]["recent"].as_array().map(Vec::len), Some(1));
    // From there on it goes by age again, although it had been a year later already.
    for _ in 0..32 {
        clock.advance(DAY_MS);
        round().await;
    }
    assert_eq!(stored().await, 0);
    assert!(!is_signed_in(&at, &cookie).await);
}
