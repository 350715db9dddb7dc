//! Cron monitors: jobs that check in, and jobs that do not.

use fieldfare_app::api::Role;
use fieldfare_tests::{Database, Envelope, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    a_missed_check_in_is_an_issue_until_the_job_recovers,
    thresholds_say_how_often_is_too_often,
    a_job_that_does_not_end_is_a_failure,
    the_latest_run_needs_no_id,
    a_beginning_that_comes_after_its_end_opens_nothing,
    an_early_run_is_not_missed_and_an_extra_one_changes_nothing,
    what_was_due_while_nobody_listened_is_unknown,
    many_watchers_see_one_miss,
    a_plain_request_checks_in,
    a_plain_request_that_makes_no_sense_is_told_so,
    what_is_not_kept_is_counted,
    the_page_lists_mutes_and_deletes,
    a_renamed_monitor_keeps_its_runs_and_its_issue,
    leads_change_and_delete_monitors_over_the_api,
    without_monitors_the_page_says_how_to_get_one,
    runs_are_paged,
);

/// 2026-11-24 02:00 UTC.
const START: i64 = 1_795_485_600_000;
const NIGHTLY: &str = "nightly-backup";

fn nightly() -> Value {
    json!({"schedule": {"type": "crontab", "value": "0 3 * * *"}, "timezone": "UTC", "checkin_margin": 10})
}

fn every(minutes: u32) -> Value {
    json!({"schedule": {"type": "interval", "value": minutes, "unit": "minute"}, "checkin_margin": 1, "max_runtime": 5})
}

/// Checks in as an SDK does.
async fn check_in(at: &Installation, status: &str, extra: Value) {
    let mut item = json!({"monitor_slug": NIGHTLY, "status": status, "environment": "production"});
    item.as_object_mut().expect("an object").extend(extra.as_object().cloned().expect("an object"));
    at.send(Envelope::new(&json!({})).item("check_in", &item)).await;
}

async fn monitor(at: &Installation) -> Value {
    let all = at.list("projects/shop/monitors").await;
    let [one] = all.as_slice() else { panic!("one monitor: {all:?}") };
    one.clone()
}

/// Statuses of the last runs, newest first.
async fn runs(at: &Installation) -> Vec<String> {
    let monitor = monitor(at).await;
    let runs = monitor["recent"].as_array().expect("runs").iter();
    runs.map(|run| run["status"].as_str().expect("a status").to_owned()).collect()
}

async fn issues(at: &Installation) -> usize {
    at.list("issues").await.len()
}

async fn a_missed_check_in_is_an_issue_until_the_job_recovers(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "ok", json!({"monitor_config": nightly(), "duration": 12.5})).await;
    let fresh = monitor(&at).await;
    assert_eq!((&fresh["state"], &fresh["next_expected"]), (&json!("ok"), &json!("2026-11-24T03:00:00.000Z")));
    assert_eq!((&fresh["schedule"], &fresh["issue"]), (&json!("every day at 03:00 (UTC)"), &Value::Null));
    assert_eq!(fresh["recent"][0]["duration_ms"], 12_500);
    at.pass(69).await;
    assert_eq!(issues(&at).await, 0, "it may be ten minutes late");

    at.pass(2).await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!(
        (&issue["title"], &issue["kind"]),
        (&json!("Monitor nightly-backup missed its check-in"), &json!("error"))
    );
    assert_eq!(
        (&issue["level"], &issue["status"], &issue["events"]),
        (&json!("error"), &json!("unresolved"), &json!(1))
    );
    let missed = monitor(&at).await;
    assert_eq!((&missed["state"], &missed["issue"]), (&json!("failing"), &json!("SHOP-1")));
    assert_eq!(missed["next_expected"], "2026-11-25T03:00:00.000Z");
    assert_eq!(runs(&at).await, ["missed", "ok"]);
    at.indexed().await;
    let hits = at.list("search?query=nightly-backup").await;
    assert!(hits.iter().any(|hit| hit["issue"] == "SHOP-1"), "{hits:?}");
    let events = at.list("issues/SHOP-1/events").await;
    let event = at.get(&format!("events/{}", events[0]["event_id"].as_str().expect("an id"))).await;
    assert_eq!(event["contexts"]["monitor"]["expected_at"], "2026-11-24T03:00:00.000Z");
    assert_eq!((&event["environment"], &event["tags"]["monitor.status"]), (&json!("production"), &json!("missed")));

    check_in(&at, "ok", json!({})).await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!(issue["status"], "resolved");
    let reason = "recovered: checked in at 2026-11-24 03:11:00 UTC";
    assert_eq!(issue["status_reason"], format!("Resolved, {reason}"));
    let activity = at.list("issues/SHOP-1/activity").await;
    assert!(activity.iter().any(|line| line["what"] == format!("resolved this, {reason}")), "{activity:?}");
    assert_eq!(monitor(&at).await["state"], "ok");

    at.pass(1).await;
    check_in(&at, "error", json!({"release": "shop@1.0.0"})).await;
    let issue = at.get("issues/SHOP-1").await;
    let standing = (&issue["status"], &issue["substatus"], &issue["events"]);
    assert_eq!(standing, (&json!("unresolved"), &json!("regressed"), &json!(2)));
    assert_eq!(issue["last_release"], "shop@1.0.0");
    assert_eq!(at.get("stats?project=shop").await["accepted"], json!({"error": 2, "monitor": 3}));
}

async fn thresholds_say_how_often_is_too_often(database: Database) {
    let at = Installation::at_time(database, START).await;
    let mut config = every(10);
    config["failure_issue_threshold"] = json!(2);
    config["recovery_threshold"] = json!(2);
    check_in(&at, "error", json!({"monitor_config": config})).await;
    assert_eq!(issues(&at).await, 0);
    assert_eq!(monitor(&at).await["state"], "failing");
    at.pass(1).await;
    check_in(&at, "error", json!({})).await;
    at.pass(1).await;
    check_in(&at, "error", json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 2);
    at.pass(1).await;
    check_in(&at, "ok", json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "unresolved");
    at.pass(1).await;
    check_in(&at, "ok", json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved");
}

async fn a_job_that_does_not_end_is_a_failure(database: Database) {
    let at = Installation::at_time(database, START).await;
    let id = "83a7c03ed0a04e1b97e2e3b18d38f244";
    check_in(&at, "in_progress", json!({"check_in_id": id, "monitor_config": every(60)})).await;
    assert_eq!(monitor(&at).await["state"], "running");
    at.pass(4).await;
    assert_eq!(issues(&at).await, 0);
    at.pass(1).await;
    assert_eq!(at.get("issues/SHOP-1").await["title"], "Monitor nightly-backup ran longer than 5 min");
    at.pass(1).await;
    check_in(&at, "ok", json!({"check_in_id": id})).await;
    let late = monitor(&at).await;
    assert_eq!((&late["recent"][0]["status"], &late["recent"][0]["duration_ms"]), (&json!("timeout"), &json!(360_000)));
    assert_eq!(at.get("issues/SHOP-1").await["status"], "unresolved", "too late is not well");
    check_in(&at, "ok", json!({"check_in_id": id})).await;
    let dropped = at.get("stats?project=shop").await["dropped"].clone();
    assert_eq!(dropped, json!([{"category": "monitor", "reason": "duplicate", "quantity": 1}]));
}

async fn the_latest_run_needs_no_id(database: Database) {
    let at = Installation::at_time(database, START).await;
    let latest = "00000000000000000000000000000000";
    check_in(&at, "in_progress", json!({"monitor_config": every(60)})).await;
    at.pass(2).await;
    check_in(&at, "ok", json!({"check_in_id": latest})).await;
    let recent = monitor(&at).await["recent"].clone();
    assert_eq!((&recent[0]["status"], &recent[0]["duration_ms"]), (&json!("ok"), &json!(120_000)));
    assert_eq!(runs(&at).await, ["ok"]);
    check_in(&at, "ok", json!({"check_in_id": latest})).await;
    assert_eq!(runs(&at).await, ["ok", "ok"], "none is open, so it is a run of its own");
}

async fn a_beginning_that_comes_after_its_end_opens_nothing(database: Database) {
    let at = Installation::at_time(database, START).await;
    let id = "83a7c03ed0a04e1b97e2e3b18d38f244";
    let item = |status: &str| json!({"monitor_slug": NIGHTLY, "status": status, "check_in_id": id});
    let mut begun = item("in_progress");
    begun["monitor_config"] = every(60);
    at.send(Envelope::new(&json!({})).item("check_in", &item("ok")).item("check_in", &begun)).await;
    assert_eq!(runs(&at).await, ["ok"]);
    assert_eq!(at.get("stats?project=shop").await["accepted"], json!({"monitor": 2}));
    at.pass(10).await;
    assert_eq!(issues(&at).await, 0);
}

async fn an_early_run_is_not_missed_and_an_extra_one_changes_nothing(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "ok", json!({"monitor_config": nightly()})).await;
    at.pass(30).await;
    check_in(&at, "ok", json!({})).await;
    assert_eq!(monitor(&at).await["next_expected"], "2026-11-24T03:00:00.000Z");
    at.pass(29).await;
    at.state().clock.advance(30_000);
    check_in(&at, "ok", json!({})).await;
    assert_eq!(monitor(&at).await["next_expected"], "2026-11-25T03:00:00.000Z");
    at.pass(30).await;
    assert_eq!(issues(&at).await, 0);
}

async fn what_was_due_while_nobody_listened_is_unknown(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "ok", json!({"monitor_config": every(10)})).await;
    at.pass(2).await;
    check_in(&at, "in_progress", json!({})).await;
    at.watch().await;
    // Two hours without a server.
    let at = at.restart_after(async |_| ()).await;
    at.state().clock.advance(120 * 60_000);
    at.watch().await;
    assert_eq!(issues(&at).await, 0);
    assert_eq!(runs(&at).await, ["unknown", "unknown", "ok"]);
    assert_eq!(monitor(&at).await["state"], "waiting");
    at.pass(12).await;
    assert_eq!(at.get("issues/SHOP-1").await["title"], "Monitor nightly-backup missed its check-in");
}

async fn many_watchers_see_one_miss(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "ok", json!({"monitor_config": every(10)})).await;
    at.pass(10).await;
    at.state().clock.advance(90_000);
    tokio::join!(at.watch(), at.watch(), at.watch(), at.watch());
    assert_eq!(runs(&at).await, ["missed", "ok"]);
    assert_eq!(at.get("issues/SHOP-1").await["events"], 1);
}

async fn a_plain_request_checks_in(database: Database) {
    let at = Installation::at_time(database, START).await;
    let address = format!("{}/api/{}/cron/{NIGHTLY}", at.url, at.project_id);
    let body = json!({"status": "in_progress", "monitor_config": every(60)});
    let answer = at.client.post(format!("{address}/{}/", at.public_key)).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let begun: Value = answer.json().await.expect("JSON");
    at.pass(1).await;
    for (method, path) in [
        (Method::GET, format!("{address}/{}?status=ok", at.public_key)),
        (Method::PUT, format!("{address}?status=ok&sentry_key={}&duration=2", at.public_key)),
        (Method::POST, format!("{address}/?status=error&sentry_key={}&environment=staging", at.public_key)),
    ] {
        let answer = at.client.request(method.clone(), &path).send().await.expect("an answer");
        let (status, said) = (answer.status(), answer.json::<Value>().await.expect("JSON"));
        match method {
            Method::GET => assert_eq!((status, &said), (StatusCode::ACCEPTED, &begun), "it ended the open run"),
            Method::PUT => assert_ne!(said, begun),
            _ => assert_eq!(status, StatusCode::NOT_FOUND, "no such monitor there: {said}"),
        }
    }
    assert_eq!(runs(&at).await, ["ok", "ok"]);
}

async fn a_plain_request_that_makes_no_sense_is_told_so(database: Database) {
    let at = Installation::at_time(database, START).await;
    let address = format!("{}/api/{}/cron/{NIGHTLY}/{}/", at.url, at.project_id, at.public_key);
    let never = json!({"status": "ok", "monitor_config": {"schedule": {"type": "crontab", "value": "0 0 30 2 *"}}});
    let huge = json!({"status": "ok", "note": "x".repeat(110 * 1024)});
    for (body, status, words) in [
        (never.to_string(), StatusCode::BAD_REQUEST, "that day never comes"),
        (json!({"status": "fine"}).to_string(), StatusCode::BAD_REQUEST, "invalid_status"),
        (json!({}).to_string(), StatusCode::BAD_REQUEST, "missing_status"),
        ("ok".to_owned(), StatusCode::BAD_REQUEST, "not a JSON object"),
        (huge.to_string(), StatusCode::PAYLOAD_TOO_LARGE, "100 KiB"),
        (json!({"status": "ok"}).to_string(), StatusCode::NOT_FOUND, "monitor_config"),
    ] {
        let answer = at.client.post(&address).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{words}");
        let said = answer.text().await.expect("a body");
        assert!(said.contains(words), "{words}: {said}");
    }
    let stranger = format!("{}/api/{}/cron/{NIGHTLY}/{}/?status=ok", at.url, at.project_id, "0".repeat(32));
    assert_eq!(at.client.get(stranger).send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
}

async fn what_is_not_kept_is_counted(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "ok", json!({})).await;
    check_in(&at, "ok", json!({"monitor_config": {"schedule": {"type": "crontab", "value": "often"}}})).await;
    check_in(&at, "ok", json!({"note": "x".repeat(110 * 1024)})).await;
    check_in(&at, "ok", json!({"monitor_config": every(10)})).await;
    // A schedule that cannot be followed does not lose the check-in of a monitor that is known.
    check_in(&at, "ok", json!({"monitor_config": {"schedule": null}})).await;
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"], json!({"monitor": 2}));
    let mut reasons: Vec<&str> =
        stats["dropped"].as_array().expect("rows").iter().filter_map(|row| row["reason"].as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["invalid_schedule", "too_large", "unknown_monitor"]);
}

async fn the_page_lists_mutes_and_deletes(database: Database) {
    let at = Installation::at_time(database, START).await;
    let cookie = at.sign_in().await;
    let page = "/projects/shop/settings/monitors";
    check_in(&at, "error", json!({"monitor_config": nightly()})).await;
    let text = at.see(page, &cookie).await.text();
    for fact in
        ["nightly-backup", "production", "failing", "every day at 03:00 (UTC)", "2026-11-24 03:00 UTC", "SHOP-1"]
    {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    let id = monitor(&at).await["id"].to_string();
    let muted = [("slug", "shop"), ("monitor", id.as_str()), ("muted", "true")];
    let developer = at.member("Dev", Role::Developer).await;
    at.submit(page, "mute_monitor", &muted, &developer.cookie).await;
    at.submit(page, "delete_monitor", &muted[..2], &developer.cookie).await;
    assert_eq!(monitor(&at).await["muted"], false, "only leads may");

    let text = at.submit(page, "mute_monitor", &muted, &cookie).await.text();
    assert!(text.contains("Unmute nightly-backup"), "{text}");
    check_in(&at, "error", json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 1, "muted monitors report nothing");
    at.pass(1).await;
    check_in(&at, "ok", json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved", "but they recover");
    let text = at.submit(page, "delete_monitor", &muted[..2], &cookie).await.text();
    assert!(text.contains("No job checks in yet"), "{text}");
    assert_eq!(at.get("issues/SHOP-1").await["events"], 1, "the issue stays");
    let gone = at.api(Method::GET, &format!("projects/shop/monitors/{id}/check-ins")).send().await.expect("an answer");
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

async fn a_renamed_monitor_keeps_its_runs_and_its_issue(database: Database) {
    let at = Installation::at_time(database, START).await;
    let cookie = at.sign_in().await;
    check_in(&at, "error", json!({"monitor_config": every(60)})).await;
    check_in(&at, "ok", json!({"monitor_slug": "taken", "monitor_config": every(60)})).await;
    let id = at.list("projects/shop/monitors").await[0]["id"].to_string();
    let rename = async |name: &str| {
        let form = [("slug", "shop"), ("monitor", id.as_str()), ("name", name)];
        at.submit("/projects/shop/settings/monitors", "rename_monitor", &form, &cookie).await.text()
    };
    assert!(rename("Taken").await.contains("another monitor's"));
    assert!(rename("/").await.contains("letters or digits"));
    let text = rename("Hourly Backup").await;
    assert!(text.contains("Rename hourly-backup"), "{text}");

    at.pass(1).await;
    check_in(&at, "error", json!({"monitor_slug": "hourly-backup"})).await;
    let renamed = at.get(&format!("projects/shop/monitors/{id}")).await;
    assert_eq!((&renamed["slug"], &renamed["issue"]), (&json!("hourly-backup"), &json!("SHOP-1")));
    assert_eq!(renamed["recent"].as_array().map(Vec::len), Some(2), "its runs");
    assert_eq!(at.get("issues/SHOP-1").await["events"], 2, "one issue goes on");
    at.pass(1).await;
    check_in(&at, "ok", json!({"monitor_slug": "hourly-backup"})).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved");
    check_in(&at, "ok", json!({})).await;
    assert!(at.dropped("monitor", "unknown_monitor", 1).await, "nobody goes by the old name");
}

async fn leads_change_and_delete_monitors_over_the_api(database: Database) {
    let at = Installation::at_time(database, START).await;
    check_in(&at, "error", json!({"monitor_config": every(60)})).await;
    let path = format!("projects/shop/monitors/{}", monitor(&at).await["id"]);
    let put = async |body: Value| {
        let answer = at.api(Method::PUT, &path).json(&body).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let developer = at.member("Dev", Role::Developer).await;
    for method in [Method::PUT, Method::DELETE] {
        let asked = developer.api(&at, method.clone(), &path).json(&json!({"muted": true}));
        assert_eq!(asked.send().await.expect("an answer").status(), StatusCode::FORBIDDEN, "{method}");
    }
    let (status, changed) = put(json!({"muted": true, "slug": "hourly"})).await;
    assert_eq!((status, &changed["muted"], &changed["slug"]), (200, &json!(true), &json!("hourly")));
    let (status, changed) = put(json!({"muted": false})).await;
    assert_eq!((status, &changed["muted"], &changed["slug"]), (200, &json!(false), &json!("hourly")), "the rest stays");
    assert_eq!(put(json!({"slug": "."})).await.0, 422);
    assert_eq!(put(json!({"name": "x"})).await.0, 422, "a field that is none");
    let delete = async || at.api(Method::DELETE, &path).send().await.expect("an answer").status();
    assert_eq!(delete().await, StatusCode::NO_CONTENT);
    assert_eq!(delete().await, StatusCode::NOT_FOUND);
    assert_eq!(put(json!({"muted": true})).await.0, 404);
    assert_eq!(at.list("projects/shop/monitors").await.len(), 0);
    assert_eq!(at.get("issues/SHOP-1").await["events"], 1, "its issue stays");
}

async fn without_monitors_the_page_says_how_to_get_one(database: Database) {
    let at = Installation::on(database).await;
    let page = at.see("/projects/shop/settings/monitors", &at.sign_in().await).await;
    let text = page.text();
    let curl = format!("/api/{}/cron/nightly-backup/{}/", at.project_id, at.public_key);
    for fact in ["No job checks in yet", "sentry-cli monitors run", curl.as_str()] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
}

async fn runs_are_paged(database: Database) {
    let at = Installation::at_time(database, START).await;
    let mut envelope = Envelope::new(&json!({}));
    for _ in 0..70 {
        let item = json!({"monitor_slug": NIGHTLY, "status": "ok", "monitor_config": nightly()});
        envelope = envelope.item("check_in", &item);
    }
    at.send(envelope).await;
    let path = format!("projects/shop/monitors/{}/check-ins", monitor(&at).await["id"]);
    let first = at.get(&path).await;
    assert_eq!(first["data"].as_array().map(Vec::len), Some(50));
    let second = at.get(&format!("{path}?cursor={}", first["next"].as_str().expect("a cursor"))).await;
    assert_eq!((second["data"].as_array().map(Vec::len), &second["next"]), (Some(20), &Value::Null));
    let nonsense = at.api(Method::GET, &format!("{path}?cursor=x")).send().await.expect("an answer");
    assert_eq!(nonsense.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
