//! From an envelope to what the API shows.

use fieldfare::clock::Clock;
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use serde_json::{Value, json};

crate::on_each_database!(
    an_error_becomes_an_issue_with_its_event,
    the_same_error_twice_is_one_issue_and_the_same_event_twice_is_one_event,
    counts_by_release_user_and_kind_add_up,
    feedback_finds_its_error_even_when_it_comes_first,
    the_same_words_are_one_feedback_issue,
    sessions_are_counted_once_under_the_worst,
    a_bad_item_does_not_lose_its_siblings,
    what_is_broken_inside_is_noted,
    a_quota_stops_errors_and_lets_feedback_through,
    everything_survives_a_restart,
);

fn error(number: usize, kind: &str, release: &str, user: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "platform": "python", "release": release, "environment": "production",
        "user": {"id": user}, "tags": {"region": "eu"},
        "exception": {"values": [{"type": kind, "value": format!("order {number} failed"), "stacktrace": {"frames": [
            {"filename": "shop/views.py", "function": "checkout", "lineno": 12, "in_app": true, "context_line": "    raise"},
            {"filename": format!("shop/{}.py", kind.to_lowercase()), "function": format!("do_{kind}"), "lineno": number, "in_app": true},
        ]}}]},
    })
}

async fn send(at: &Installation, event: &Value) {
    let id = event["event_id"].as_str().expect("an id").to_owned();
    let answer = at.send(Envelope::of(&id).item("event", event)).await;
    assert_eq!(answer["id"], id);
}

fn feedback(number: usize, message: &str, about: Option<usize>) -> Value {
    let mut said = json!({"message": message, "contact_email": "ada@example.org", "name": "Ada", "url": "https://shop.example.org/cart"});
    if let Some(about) = about {
        said["associated_event_id"] = json!(traffic::event_id(about));
    }
    json!({
        "event_id": traffic::event_id(number), "type": "feedback", "release": "shop@1.0.0", "environment": "production",
        "contexts": {"feedback": said},
    })
}

async fn an_error_becomes_an_issue_with_its_event(database: Database) {
    let at = Installation::on(database).await;
    send(&at, &error(1, "KeyError", "shop@1.0.0", "7")).await;
    let issues = at.list("issues").await;
    let [issue] = issues.as_slice() else { panic!("one issue: {issues:?}") };
    assert_eq!(issue["short_id"], "SHOP-1");
    assert_eq!(
        (&issue["kind"], &issue["status"], &issue["substatus"]),
        (&json!("error"), &json!("unresolved"), &json!("new"))
    );
    assert_eq!((&issue["events"], &issue["users"]), (&json!(1), &json!(1)));
    assert_eq!((&issue["first_release"], &issue["last_release"]), (&json!("shop@1.0.0"), &json!("shop@1.0.0")));
    let event = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_eq!(event["issue"], "SHOP-1");
    assert_eq!(event["exception"]["values"][0]["type"], "KeyError");
    let frames = event["exception"]["values"][0]["stacktrace"]["frames"].as_array().expect("frames");
    assert_eq!(frames.last().expect("a frame")["function"], "do_KeyError");
    assert_eq!(event["tags"]["region"], "eu");
    assert_eq!(event["raw"]["platform"], "python");
    let explained = event["grouping"]["explanation"]["summary"].as_str().expect("a sentence");
    assert!(!explained.is_empty());
}

async fn the_same_error_twice_is_one_issue_and_the_same_event_twice_is_one_event(database: Database) {
    let at = Installation::on(database).await;
    for number in [1, 2, 2, 2] {
        send(&at, &error(number, "KeyError", "shop@1.0.0", "7")).await;
    }
    send(&at, &error(3, "ValueError", "shop@1.0.0", "7")).await;
    let issues = at.list("issues?query=KeyError").await;
    at.indexed().await;
    let all = at.list("issues").await;
    assert_eq!(all.len(), 2, "{issues:?}");
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"]["error"], 3);
    assert_eq!(stats["dropped"], json!([{"category": "error", "reason": "duplicate", "quantity": 2}]));
}

async fn counts_by_release_user_and_kind_add_up(database: Database) {
    let at = Installation::on(database).await;
    for (number, release, user) in
        [(1, "shop@1.0.0", "a"), (2, "shop@1.0.0", "b"), (3, "shop@1.1.0", "b"), (4, "shop@1.1.0", "b")]
    {
        send(&at, &error(number, "KeyError", release, user)).await;
    }
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["events"], &issue["users"]), (&json!(4), &json!(2)));
    let by_release: Vec<_> = issue["releases"]
        .as_array()
        .expect("releases")
        .iter()
        .map(|row| (row["version"].as_str().unwrap_or_default(), row["events"].as_u64(), row["users"].as_u64()))
        .collect();
    assert_eq!(by_release, [("shop@1.1.0", Some(2), Some(1)), ("shop@1.0.0", Some(2), Some(2))]);
    let releases = at.list("releases?project=shop").await;
    let counted: Vec<_> = releases
        .iter()
        .map(|row| (row["version"].as_str(), row["events"].as_u64(), row["new_issues"].as_u64()))
        .collect();
    assert_eq!(counted, [(Some("shop@1.1.0"), Some(2), Some(0)), (Some("shop@1.0.0"), Some(2), Some(1))]);
}

async fn feedback_finds_its_error_even_when_it_comes_first(database: Database) {
    let at = Installation::on(database).await;
    let screenshot = [137, 80, 78, 71, 13, 10, 26, 10, b'\n', 0, 255];
    let envelope = Envelope::of(&traffic::event_id(1))
        .item("feedback", &feedback(1, "The cart is empty", Some(2)))
        .attachment("screen.png", "image/png", &screenshot);
    at.send(envelope).await;
    let rows = at.list("feedback").await;
    let [row] = rows.as_slice() else { panic!("one piece: {rows:?}") };
    assert_eq!(
        (&row["message"], &row["email"], &row["name"]),
        (&json!("The cart is empty"), &json!("ada@example.org"), &json!("Ada"))
    );
    send(&at, &error(2, "KeyError", "shop@1.0.0", "7")).await;
    let detail = at.get(&format!("feedback/{}", row["id"])).await;
    assert_eq!(detail["error"]["event_id"], traffic::event_id(2));
    let url = detail["attachments"][0]["url"].as_str().expect("an address");
    let file = at.client.get(format!("{}{url}", at.url)).bearer_auth(&at.token).send().await.expect("an answer");
    assert_eq!(file.bytes().await.expect("a file").as_ref(), screenshot);
    let report =
        json!({"event_id": traffic::event_id(2), "name": "Bo", "email": "bo@example.org", "comments": "It hangs"});
    for _ in 0..2 {
        at.send(Envelope::of(&traffic::event_id(2)).item("user_report", &report)).await;
    }
    let rows = at.list("feedback").await;
    assert_eq!(rows.len(), 2, "a report sent twice is one: {rows:?}");
    assert_eq!(rows[0]["associated_event_id"], traffic::event_id(2));
}

async fn the_same_words_are_one_feedback_issue(database: Database) {
    let at = Installation::on(database).await;
    for (number, message) in [(1, "The cart is empty!"), (2, "the cart is EMPTY"), (3, "I love the new colours")] {
        at.send(Envelope::of(&traffic::event_id(number)).item("feedback", &feedback(number, message, None))).await;
    }
    let issues = at.list("issues?query=kind:feedback").await;
    let mut counts: Vec<_> = issues.iter().map(|issue| issue["events"].as_u64().unwrap_or_default()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2], "{issues:?}");
}

async fn sessions_are_counted_once_under_the_worst(database: Database) {
    let at = Installation::on(database).await;
    let attrs = json!({"release": "shop@1.0.0", "environment": "production"});
    let update = |sid: u32, status: &str, init: bool, errors: u32| json!({"sid": format!("{sid:032x}"), "did": format!("user{sid}"), "init": init, "status": status, "errors": errors, "attrs": attrs});
    let updates = [
        update(1, "ok", true, 0),
        update(1, "exited", false, 0),
        update(1, "crashed", false, 1),
        update(2, "ok", true, 0),
        update(2, "crashed", false, 1),
        update(3, "ok", true, 0),
        update(3, "ok", false, 2),
        update(4, "ok", true, 0),
        update(4, "unhandled", false, 1),
        update(5, "abnormal", false, 0),
    ];
    for session in &updates {
        at.send(Envelope::new(&json!({})).item("session", session)).await;
    }
    let sums =
        json!({"attrs": attrs, "aggregates": [{"exited": 10, "errored": 2, "crashed": 1}, null, {"exited": "many"}]});
    at.send(Envelope::new(&json!({})).item("sessions", &sums)).await;
    let health = at.get("releases/shop@1.0.0/health?project=shop").await;
    for (field, expected) in [
        ("sessions", 18),
        ("errored", 3),
        ("unhandled", 1),
        ("crashed", 2),
        ("abnormal", 1),
        ("healthy", 11),
        ("users", 5),
    ] {
        assert_eq!(health[field], expected, "{field}: {health}");
    }
    let rate = health["crash_free_sessions"].as_f64().expect("a rate");
    assert!((rate - 16.0 / 18.0).abs() < 1e-9, "{rate}");
}

async fn a_bad_item_does_not_lose_its_siblings(database: Database) {
    let at = Installation::on(database).await;
    let envelope = Envelope::of(&traffic::event_id(1))
        .raw(&json!({"type": "session"}), b"{broken")
        .raw(&json!({"type": "feedback"}), b"[]")
        .item("event", &error(1, "KeyError", "shop@1.0.0", "7"))
        .item(
            "client_report",
            &json!({"discarded_events": [{"reason": "sample_rate", "category": "error", "quantity": 4}]}),
        )
        .item("statsd", &json!({}));
    at.send(envelope).await;
    assert_eq!(at.list("issues").await.len(), 1);
    let stats = at.get("stats?project=shop").await;
    let dropped: Vec<_> = stats["dropped"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (row["category"].as_str(), row["reason"].as_str(), row["quantity"].as_u64()))
        .collect();
    for expected in [
        (Some("session"), Some("invalid_json"), Some(1)),
        (Some("feedback"), Some("not_an_object"), Some(1)),
        (Some("error"), Some("client: sample_rate"), Some(4)),
    ] {
        assert!(dropped.contains(&expected), "{expected:?} in {dropped:?}");
    }
    assert_eq!(stats["skipped"]["statsd"], 1);
}

async fn what_is_broken_inside_is_noted(database: Database) {
    let at = Installation::on(database).await;
    let event = json!({
        "event_id": traffic::event_id(1), "timestamp": "next week", "message": "still\u{0}here", "user": 5, "tags": [["a", 1], ["b", null], 3],
        "exception": {"type": "Bare", "value": {"an": "object"}}, "request": {"url": "https://x.org/a?b=c#d", "headers": [["Accept", "x"]]},
    });
    at.send(Envelope::of(&traffic::event_id(1)).item("event", &event)).await;
    let shown = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_eq!(shown["exception"]["values"][0]["type"], "Bare");
    assert_eq!(shown["message"], "stillhere");
    assert_eq!(shown["tags"], json!({"a": "1"}));
    assert_eq!(
        (&shown["request"]["url"], &shown["request"]["query"]),
        (&json!("https://x.org/a"), &json!([["b", "c"]]))
    );
    let noted: Vec<_> =
        shown["notes"].as_array().expect("notes").iter().filter_map(|note| note["path"].as_str()).collect();
    assert!(noted.contains(&"timestamp") && noted.contains(&"user"), "{noted:?}");
}

async fn a_quota_stops_errors_and_lets_feedback_through(database: Database) {
    let clock = Clock::manual(1_795_000_020_000);
    let at = Installation::with_clock(database, &[("project_events_per_minute", "2")], clock).await;
    for number in 1..=2 {
        send(&at, &error(number, "KeyError", "shop@1.0.0", "7")).await;
    }
    let both = Envelope::of(&traffic::event_id(3))
        .item("event", &error(3, "KeyError", "shop@1.0.0", "7"))
        .item("feedback", &feedback(3, "Please hurry", None));
    let answer = at.client.post(at.endpoint()).body(both.into_bytes()).send().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "30");
    assert_eq!(answer.headers()["x-sentry-rate-limits"], "30:error;default:project:quota");
    assert_eq!(at.list("feedback").await.len(), 1, "users are heard");
    assert_eq!(at.get("issues/SHOP-1").await["events"], 2);
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["dropped"], json!([{"category": "error", "reason": "quota", "quantity": 1}]));
}

async fn everything_survives_a_restart(database: Database) {
    let at = Installation::on(database).await;
    send(&at, &error(1, "KeyError", "shop@1.0.0", "7")).await;
    let at = at.restart().await;
    send(&at, &error(2, "KeyError", "shop@1.0.0", "8")).await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["events"], &issue["users"]), (&json!(2), &json!(2)));
    at.indexed().await;
    let hits = at.get("search?query=KeyError").await;
    assert!(hits["data"].as_array().is_some_and(|hits| !hits.is_empty()), "{hits}");
}
