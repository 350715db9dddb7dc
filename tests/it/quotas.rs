//! How much is let in, what clients are told when it is too much, and what becomes of a flood.

use fieldfare::clock::Clock;
use fieldfare_app::api::Role;
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{Method, Response};
use serde_json::{Value, json};

crate::on_each_database!(
    the_headers_say_what_is_used_up_and_for_how_long,
    sessions_and_feedback_pass_while_errors_are_limited,
    a_restart_does_not_refill_a_bucket,
    processes_share_a_bucket,
    what_is_used_up_is_announced_before_it_is_refused,
    a_key_and_the_installation_have_limits_too,
    a_request_is_refused_unread_and_counted_all_the_same,
    files_of_a_dropped_event_are_dropped_and_those_of_feedback_kept,
    a_flood_is_stored_in_part_and_counted_whole,
    what_nobody_wants_uses_up_nothing,
    a_flood_leaves_the_quota_to_the_others,
    limits_are_changed_by_leads_and_checked,
    the_page_works_without_a_script,
);

/// Some morning, at the beginning of a minute.
const BEGINNING: i64 = 1_795_000_020_000;

async fn at_the_beginning(database: Database, settings: &[(&str, &str)]) -> (Installation, Clock) {
    let clock = Clock::manual(BEGINNING);
    (Installation::with_clock(database, settings, clock.clone()).await, clock)
}

fn error(number: usize, kind: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "platform": "python", "release": format!("shop@1.{}.0", number % 2),
        "environment": "production", "user": {"id": format!("{}", number % 7)},
        "exception": {"values": [{"type": kind, "value": "no such order", "stacktrace": {"frames": [
            {"filename": "shop/views.py", "function": format!("do_{kind}"), "lineno": 12, "in_app": true},
        ]}}]},
    })
}

fn session(number: usize) -> Value {
    json!({
        "sid": format!("{:032x}", number + 1), "init": true, "status": "exited", "errors": 0,
        "started": "2026-11-18T11:00:00Z", "timestamp": "2026-11-18T11:00:30Z",
        "attrs": {"release": "shop@1.0.0", "environment": "production"},
    })
}

fn feedback(number: usize) -> Value {
    json!({
        "event_id": traffic::event_id(number), "type": "feedback",
        "contexts": {"feedback": {"message": format!("Order {number} hangs"), "contact_email": "ada@example.org"}},
    })
}

async fn post(at: &Installation, envelope: Envelope) -> Response {
    at.client.post(at.endpoint()).body(envelope.into_bytes()).send().await.expect("an answer")
}

async fn post_error(at: &Installation, number: usize, kind: &str) -> Response {
    post(at, Envelope::of(&traffic::event_id(number)).item("event", &error(number, kind))).await
}

/// Status, `Retry-After` and `X-Sentry-Rate-Limits`.
fn told(answer: &Response) -> (u16, Option<&str>, Option<&str>) {
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    (answer.status().as_u16(), header("retry-after"), header("x-sentry-rate-limits"))
}

async fn dropped(at: &Installation) -> Value {
    at.get("stats?project=shop").await["dropped"].take()
}

async fn limit(at: &Installation, limits: Value) {
    let answer = at.api(Method::PUT, "projects/shop/limits").json(&limits).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{}", answer.text().await.expect("a body"));
}

async fn the_headers_say_what_is_used_up_and_for_how_long(database: Database) {
    let (at, clock) = at_the_beginning(database, &[("project_events_per_minute", "2")]).await;
    assert_eq!(told(&post_error(&at, 1, "KeyError").await), (200, None, None));
    let second = post_error(&at, 2, "KeyError").await;
    assert_eq!(told(&second), (200, None, Some("30:error;default:project:quota")), "announced at once");
    let third = post_error(&at, 3, "KeyError").await;
    assert_eq!(told(&third), (429, Some("30"), Some("30:error;default:project:quota")));
    clock.advance(29_001);
    assert_eq!(told(&post_error(&at, 4, "KeyError").await).1, Some("1"), "rounded up");
    clock.advance(999);
    assert_eq!(post_error(&at, 5, "KeyError").await.status(), 200, "one came back");
    assert_eq!(post_error(&at, 6, "KeyError").await.status(), 429, "and only one");
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
    assert_eq!(dropped(&at).await, json!([{"category": "error", "reason": "quota", "quantity": 3}]));
}

async fn sessions_and_feedback_pass_while_errors_are_limited(database: Database) {
    let settings = [("project_events_per_minute", "1"), ("project_quotas", "session=5 feedback=2")];
    let (at, _) = at_the_beginning(database, &settings).await;
    let report = json!({"discarded_events": [{"category": "error", "reason": "queue_overflow", "quantity": 4}]});
    for number in 1..=5 {
        let everything = Envelope::of(&traffic::event_id(number))
            .item("event", &error(number, "KeyError"))
            .item("session", &session(number))
            .item("feedback", &feedback(number))
            .item("client_report", &report);
        let answer = post(&at, everything).await;
        assert_eq!(answer.status(), if number == 1 { 200 } else { 429 });
        if number == 5 {
            let limits = "60:error;default:project:quota, 30:feedback:project:quota, 12:session:project:quota";
            assert_eq!(told(&answer), (429, Some("60"), Some(limits)));
        }
    }
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"], json!({"error": 1, "feedback": 2, "session": 5}), "each has its own budget");
    let expected = json!([
        {"category": "error", "reason": "client: queue_overflow", "quantity": 20},
        {"category": "error", "reason": "quota", "quantity": 4},
        {"category": "feedback", "reason": "quota", "quantity": 3},
    ]);
    assert_eq!(stats["dropped"], expected, "client reports are never limited");
}

async fn a_restart_does_not_refill_a_bucket(database: Database) {
    let (at, clock) = at_the_beginning(database, &[("project_events_per_minute", "3")]).await;
    for number in 1..=3 {
        assert_eq!(post_error(&at, number, "KeyError").await.status(), 200);
    }
    let at = at.restart().await;
    assert_eq!(told(&post_error(&at, 4, "KeyError").await), (429, Some("20"), Some("20:error;default:project:quota")));
    clock.advance(20_000);
    let at = at.restart().await;
    assert_eq!(post_error(&at, 5, "KeyError").await.status(), 200, "time that passed counts");
    assert_eq!(post_error(&at, 6, "KeyError").await.status(), 429);
}

/// The second process is a second set of buckets on the same table.
async fn processes_share_a_bucket(database: Database) {
    use std::sync::Arc;

    use fieldfare::ingest::policy::Policy;
    use fieldfare::ingest::quota::{Budget, Meter, Quotas};

    let (at, clock) = at_the_beginning(database, &[("project_events_per_minute", "10")]).await;
    let (state, now) = (at.state(), clock.now());
    let limits = &state.config.limits;
    let other = Arc::new(Quotas::new(limits.installation, limits.project));
    let budget = Budget::new(other.clone(), Arc::new(Policy::default()), (at.project_id, 1), now);
    for _ in 0..6 {
        budget.take(Meter::Error, 1).expect("it is full");
    }
    post_error(&at, 1, "KeyError").await;
    for quotas in [&other, &state.quotas] {
        quotas.keep(&state.store, &state.ingest, now).await.expect("it is written");
    }
    for number in 2..=4 {
        assert_eq!(post_error(&at, number, "KeyError").await.status(), 200);
    }
    assert_eq!(post_error(&at, 5, "KeyError").await.status(), 429, "six and four make ten");
}

async fn what_is_used_up_is_announced_before_it_is_refused(database: Database) {
    let settings = [("project_quotas", "session=1")];
    let (at, clock) = at_the_beginning(database, &settings).await;
    let first = post(&at, Envelope::new(&json!({})).item("session", &session(1))).await;
    assert_eq!(told(&first), (200, None, Some("60:session:project:quota")));
    let unrelated = post_error(&at, 1, "KeyError").await;
    assert_eq!(told(&unrelated), (200, None, Some("60:session:project:quota")), "on every answer");
    clock.advance(60_000);
    assert_eq!(told(&post_error(&at, 2, "KeyError").await), (200, None, None));
}

async fn a_key_and_the_installation_have_limits_too(database: Database) {
    let (at, clock) = at_the_beginning(database, &[("installation_quotas", "error=3")]).await;
    let keys = at.list("projects/shop/keys").await;
    limit(&at, json!({"keys": {keys[0]["id"].to_string(): {"errors": 1}}})).await;
    assert_eq!(post_error(&at, 1, "KeyError").await.status(), 200);
    let refused = post_error(&at, 2, "KeyError").await;
    assert_eq!(told(&refused), (429, Some("60"), Some("60:error;default:key:quota")));
    limit(&at, json!({})).await;
    for number in 3..=4 {
        assert_eq!(post_error(&at, number, "KeyError").await.status(), 200);
    }
    let refused = post_error(&at, 5, "KeyError").await;
    assert_eq!(told(&refused), (429, Some("20"), Some("20:error;default:organization:quota")));
    let expected = json!([
        {"category": "error", "reason": "installation_quota", "quantity": 1},
        {"category": "error", "reason": "key_quota", "quantity": 1},
    ]);
    assert_eq!(dropped(&at).await, expected);
    clock.advance(20_000);
    assert_eq!(post_error(&at, 6, "KeyError").await.status(), 200);
}

async fn a_request_is_refused_unread_and_counted_all_the_same(database: Database) {
    let (at, clock) = at_the_beginning(database, &[("project_events_per_minute", "1")]).await;
    let store = format!("{}/api/{}/store/?sentry_key={}", at.url, at.project_id, at.public_key);
    let send = async |body: &'static str| {
        let request = at.client.post(&store).header("content-encoding", "gzip").body(body);
        request.send().await.expect("an answer")
    };
    assert_eq!(post_error(&at, 1, "KeyError").await.status(), 200);
    let refused = send("this is not gzip, which nobody finds out").await;
    assert_eq!(told(&refused), (429, Some("60"), Some("60:error;default:project:quota")));
    at.state().quotas.keep(&at.state().store, &at.state().ingest, clock.now()).await.expect("it is written");
    assert_eq!(dropped(&at).await, json!([{"category": "error", "reason": "quota", "quantity": 1}]));
    clock.advance(60_000);
    assert_eq!(send("this is not gzip, and now it matters").await.status(), 400);
}

async fn files_of_a_dropped_event_are_dropped_and_those_of_feedback_kept(database: Database) {
    let (at, _) = at_the_beginning(database, &[("project_events_per_minute", "1")]).await;
    assert_eq!(post_error(&at, 1, "KeyError").await.status(), 200);
    let with_dump = Envelope::of(&traffic::event_id(2)).item("event", &error(2, "KeyError")).attachment(
        "core.dmp",
        "application/octet-stream",
        b"dump",
    );
    assert_eq!(post(&at, with_dump).await.status(), 429);
    let with_screenshot = Envelope::of(&traffic::event_id(3))
        .item("event", &error(3, "KeyError"))
        .item("feedback", &feedback(3))
        .attachment("screen.png", "image/png", b"pixels");
    assert_eq!(post(&at, with_screenshot).await.status(), 429);
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"], json!({"attachment": 1, "error": 1, "feedback": 1}));
    let expected = json!([
        {"category": "attachment", "reason": "quota", "quantity": 1},
        {"category": "error", "reason": "quota", "quantity": 2},
    ]);
    assert_eq!(stats["dropped"], expected);
}

async fn a_flood_is_stored_in_part_and_counted_whole(database: Database) {
    const FLOOD: usize = 60;
    let (at, _) = at_the_beginning(database, &[]).await;
    limit(&at, json!({"spikes": {"enabled": true, "kept_per_minute": 10}})).await;
    for number in 1..=FLOOD {
        assert_eq!(post_error(&at, number, "KeyError").await.status(), 200);
    }
    post_error(&at, FLOOD + 1, "ValueError").await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["events"], &issue["users"]), (&json!(FLOOD), &json!(7)), "counted whole");
    let by_release: Vec<_> =
        issue["releases"].as_array().expect("releases").iter().map(|row| row["events"].clone()).collect();
    assert_eq!(by_release, [json!(FLOOD / 2), json!(FLOOD / 2)]);
    // The first 10, 5 of the second ten, 5 of the next twenty, then one in eight.
    let stored = at.list("issues/SHOP-1/events").await.len();
    assert_eq!(stored, 22, "stored in part");
    let sampling = &issue["sampling"];
    assert_eq!(
        (&sampling["stored"], &sampling["counted_only"], &sampling["floods"]),
        (&json!(stored), &json!(FLOOD - stored), &json!(1)),
    );
    assert_eq!(
        (&sampling["from"], &sampling["until"]),
        (&json!("2026-11-18T11:07:00.000Z"), &json!("2026-11-18T11:07:00.000Z"))
    );
    assert_eq!(at.get("issues/SHOP-2").await["sampling"], Value::Null);
    let said = at.see("/issues/SHOP-1", &at.sign_in().await).await.text();
    assert!(said.contains("60 events, 22 of them stored: a flood from 2026-11-18 11:07 to 11:07 UTC"), "{said}");
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"], json!({"error": FLOOD + 1}));
    assert_eq!(stats["sampled"], json!({"error": FLOOD - stored}));
    assert_eq!(stats["dropped"], json!([]), "nothing is dropped");
    at.indexed().await;
    let issues = 2;
    assert_eq!(at.state().search.documents(), (stored + 1 + issues) as u64, "what is not stored is not indexed");
    let page = at.page("/projects/shop/settings/stats", &at.sign_in().await).await.text().await.expect("a page");
    assert!(page.contains("kept; 23 stored, a flood was sampled"), "{page}");
    let merge = at.api(Method::POST, "issues/SHOP-2/merge").json(&json!({"issues": ["SHOP-1"]}));
    let merged: Value = merge.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(
        (&merged["events"], &merged["sampling"]),
        (
            &json!(FLOOD + 1),
            &json!({
                "stored": stored + 1, "counted_only": FLOOD - stored, "floods": 1,
                "from": "2026-11-18T11:07:00.000Z", "until": "2026-11-18T11:07:00.000Z",
            })
        ),
        "it follows a merge"
    );
}

async fn what_nobody_wants_uses_up_nothing(database: Database) {
    let (at, clock) = at_the_beginning(database, &[("project_events_per_minute", "3")]).await;
    assert_eq!(post_error(&at, 1, "KeyError").await.status(), 200);
    let discarded = at.api(Method::DELETE, "issues/SHOP-1?discard=true").send().await.expect("an answer");
    assert!(discarded.status().is_success());
    clock.advance(60_000);
    for number in 2..=9 {
        assert_eq!(told(&post_error(&at, number, "KeyError").await), (200, None, None), "discarded");
    }
    let cookie = at.sign_in().await;
    let filters = [("slug", "shop"), ("filters[messages]", "*spam*")];
    let saved = at.post_form_from("/projects/shop/settings/privacy", "/fn/save_filters", &filters, &cookie).await;
    assert_eq!(saved.status(), 302);
    for number in 10..=15 {
        let mut event = error(number, "SpamError");
        event["exception"]["values"][0]["value"] = json!("spam and more spam");
        let answer = post(&at, Envelope::of(&traffic::event_id(number)).item("event", &event)).await;
        assert_eq!(told(&answer), (200, None, None), "filtered");
    }
    for number in 16..=18 {
        assert_eq!(post_error(&at, number, "ValueError").await.status(), 200, "the whole quota is left");
    }
    assert_eq!(post_error(&at, 19, "ValueError").await.status(), 429);
    let expected = json!([
        {"category": "error", "reason": "discarded", "quantity": 8},
        {"category": "error", "reason": "filter: message", "quantity": 6},
        {"category": "error", "reason": "quota", "quantity": 1},
    ]);
    assert_eq!(dropped(&at).await, expected);
}

async fn a_flood_leaves_the_quota_to_the_others(database: Database) {
    let (at, _) = at_the_beginning(database, &[("project_events_per_minute", "60")]).await;
    limit(&at, json!({"spikes": {"enabled": true, "kept_per_minute": 6}})).await;
    for number in 1..=200 {
        assert_eq!(post_error(&at, number, "KeyError").await.status(), 200, "event {number}");
    }
    for number in 201..=230 {
        let kind = format!("Error{number}");
        assert_eq!(post_error(&at, number, &kind).await.status(), 200, "the others still get in");
    }
    assert_eq!(at.get("issues/SHOP-1").await["events"], 200);
    limit(&at, json!({"spikes": {"enabled": false}})).await;
    let mut answers = Vec::new();
    for number in 231..=300 {
        answers.push(post_error(&at, number, "KeyError").await.status().as_u16());
    }
    assert!(answers.contains(&429), "without protection the flood eats the rest");
}

async fn limits_are_changed_by_leads_and_checked(database: Database) {
    let at = Installation::on(database).await;
    let developer = at.member("Dee", Role::Developer).await;
    let seen = developer.api(&at, Method::GET, "projects/shop/limits").send().await.expect("an answer");
    let seen: Value = seen.json().await.expect("JSON");
    assert_eq!(seen["installation"]["errors"], 600_000);
    assert_eq!(seen["installation_retention"], json!({"days": 90, "events": 1_000_000, "feedback_days": null}));
    let put = async |path: &str, body: Value| {
        at.api(Method::PUT, path).json(&body).send().await.expect("an answer").status().as_u16()
    };
    for path in ["projects/shop/limits", "projects/shop/retention"] {
        let refused = developer.api(&at, Method::PUT, path).json(&json!({})).send().await.expect("an answer");
        assert_eq!(refused.status(), 403);
    }
    assert_eq!(put("projects/shop/limits", json!({"project": {"errors": 4_000_000_000_u32}})).await, 422);
    assert_eq!(put("projects/shop/limits", json!({"keys": {"999999": {"errors": 1}}})).await, 422);
    assert_eq!(put("projects/shop/retention", json!({"days": 50_000})).await, 422);
    assert_eq!(put("projects/nowhere/limits", json!({})).await, 404);
    assert_eq!(put("projects/shop/limits", json!({"project": {"errors": 500}})).await, 200);
    assert_eq!(put("projects/shop/retention", json!({"days": 30})).await, 200);
    let now = at.get("projects/shop/limits").await;
    assert_eq!((&now["limits"]["project"]["errors"], &now["retention"]["days"]), (&json!(500), &json!(30)));
}

async fn the_page_works_without_a_script(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let page = async || at.page("/projects/shop/settings/limits", &cookie).await.text().await.expect("a page");
    assert!(page().await.contains("installation allows 600,000"), "{}", page().await);
    let post = async |path: &str, form: &[(&str, &str)]| {
        at.post_form_from("/projects/shop/settings/limits", path, form, &cookie).await.status().as_u16()
    };
    assert_eq!(
        post("/fn/save_rates", &[("slug", "shop"), ("rates[errors]", "1,500"), ("rates[feedback]", "")]).await,
        302
    );
    assert_eq!(post("/fn/save_spike_protection", &[("slug", "shop"), ("kept_per_minute", "77")]).await, 302);
    let form = [("slug", "shop"), ("days", "14"), ("events", "5000"), ("feedback_days", "")];
    assert_eq!(post("/fn/save_retention", &form).await, 302);
    let key = at.list("projects/shop/keys").await[0]["id"].to_string();
    assert_eq!(post("/fn/save_rates", &[("slug", "shop"), ("key", &key), ("rates[errors]", "20")]).await, 302);
    let now = at.get("projects/shop/limits").await;
    assert_eq!(now["limits"]["project"]["errors"], 1_500);
    assert_eq!(now["limits"]["keys"][&key]["errors"], 20);
    assert_eq!(now["limits"]["spikes"], json!({"enabled": false, "kept_per_minute": 77}));
    assert_eq!(now["retention"], json!({"days": 14, "events": 5_000, "feedback_days": null}));
    let page = page().await;
    assert!(
        page.contains("value=\"1500\"") && page.contains("value=\"77\"") && page.contains("value=\"5000\""),
        "{page}"
    );
}
