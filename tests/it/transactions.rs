//! Response times: transactions and spans as counters, shown beside the release before.

use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    quantiles_and_failures_are_counted_by_release,
    each_environment_has_its_own_times,
    segments_among_spans_count_as_transactions,
    made_up_names_are_counted_together,
    what_is_broken_is_counted_by_reason,
    the_release_page_compares_response_times,
    times_survive_a_restart_and_add_up,
);

const NOW: f64 = 1_795_485_600.0;

fn transaction(number: usize, ms: f64, release: &str) -> Value {
    json!({
        "event_id": traffic::event_id(number), "type": "transaction", "transaction": "/cart",
        "transaction_info": {"source": "route"}, "release": release, "environment": "production",
        "start_timestamp": NOW - 60.0 - ms / 1_000.0, "timestamp": NOW - 60.0,
        "contexts": {"trace": {"trace_id": "a".repeat(32), "span_id": "b".repeat(16), "status": "ok"}}, "spans": [],
    })
}

async fn installation(database: Database) -> Installation {
    #[expect(clippy::cast_possible_truncation, reason = "a time of this century")]
    let at = Installation::at_time(database, (NOW * 1_000.0) as i64).await;
    at
}

async fn send(at: &Installation, transactions: &[Value]) {
    let mut envelope = Envelope::of(&traffic::event_id(1));
    for one in transactions {
        envelope = envelope.item("transaction", one);
    }
    at.send(envelope).await;
}

/// A hundred transactions that take 1 to 100 times `step` milliseconds, `failed` of which fail.
fn spread(step: f64, failed: usize, release: &str) -> Vec<Value> {
    let one = |number: usize| {
        let mut one = transaction(number, step * number as f64, release);
        if number <= failed {
            one["contexts"]["trace"]["status"] = json!("internal_error");
        }
        one
    };
    (1..=100).map(one).collect()
}

fn near(value: &Value, expected: f64) -> bool {
    (value.as_f64().expect("a number") / expected - 1.0).abs() < 0.04
}

async fn quantiles_and_failures_are_counted_by_release(database: Database) {
    let at = installation(database).await;
    send(&at, &spread(1.0, 0, "shop@1.0.0")).await;
    send(&at, &spread(3.0, 5, "shop@1.1.0")).await;
    let times = at.get("releases/shop@1.1.0/transactions?project=shop").await;
    assert_eq!((&times["previous"], &times["environments"]), (&json!("shop@1.0.0"), &json!(["production"])));
    let [cart] = &times["transactions"].as_array().expect("rows")[..] else { panic!("one row: {times}") };
    assert_eq!((&cart["name"], &cart["transactions"]), (&json!("/cart"), &json!(100)));
    assert_eq!((&cart["failed"], &cart["failure_rate"]), (&json!(5), &json!(0.05)));
    for (quantile, expected) in [("p50_ms", 150.0), ("p95_ms", 285.0), ("p99_ms", 297.0)] {
        assert!(near(&cart[quantile], expected), "{quantile}: {cart}");
        assert!(near(&cart["previous"][quantile], expected / 3.0), "{quantile} before: {cart}");
    }
    assert_eq!(cart["previous"]["failed"], 0);
    assert_eq!(at.get("stats?project=shop").await["accepted"], json!({"transaction": 200}));
    assert_eq!(at.list("issues").await.len(), 0);
}

async fn each_environment_has_its_own_times(database: Database) {
    let at = installation(database).await;
    let mut slow = transaction(1, 900.0, "shop@1.0.0");
    slow["environment"] = json!("staging");
    send(&at, &[transaction(2, 100.0, "shop@1.0.0"), slow]).await;
    let path = "releases/shop@1.0.0/transactions";
    let all = at.get(path).await;
    assert_eq!((&all["environments"], &all["previous"]), (&json!(["production", "staging"]), &Value::Null));
    assert_eq!(all["transactions"][0]["transactions"], 2);
    let staging = at.get(&format!("{path}?environment=staging")).await;
    assert!(near(&staging["transactions"][0]["p50_ms"], 900.0), "{staging}");
    for (path, status) in [
        (format!("{path}?environment=moon"), StatusCode::NOT_FOUND),
        ("releases/shop@9.0.0/transactions".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(at.api(Method::GET, &path).send().await.expect("an answer").status(), status, "{path}");
    }
}

async fn segments_among_spans_count_as_transactions(database: Database) {
    let at = installation(database).await;
    let span = |name: &str, segment: bool, status: &str| {
        json!({
            "trace_id": "a".repeat(32), "span_id": "b".repeat(16), "name": name, "is_segment": segment,
            "status": status, "start_timestamp": NOW - 60.25, "end_timestamp": NOW - 60.0, "attributes": {
                "sentry.release": {"value": "shop@1.0.0", "type": "string"},
                "sentry.environment": {"value": "production", "type": "string"},
                "sentry.span.source": {"value": "url", "type": "string"},
            },
        })
    };
    let spans =
        [span("GET /orders/17", true, "ok"), span("SELECT", false, "ok"), span("GET /orders/18?x=1", true, "error")];
    let header = json!({"type": "span", "item_count": 3, "content_type": "application/vnd.sentry.items.span.v2+json"});
    let payload = json!({"version": 2, "items": spans}).to_string();
    at.send(Envelope::new(&json!({})).raw(&header, payload.as_bytes())).await;
    let times = at.get("releases/shop@1.0.0/transactions").await;
    let [orders] = &times["transactions"].as_array().expect("rows")[..] else { panic!("one row: {times}") };
    assert_eq!((&orders["name"], &orders["transactions"]), (&json!("GET /orders/<int>"), &json!(2)));
    assert_eq!(orders["failure_rate"], 0.5);
    assert!(near(&orders["p50_ms"], 250.0), "{orders}");
    let stats = at.get("stats?project=shop").await;
    assert_eq!((&stats["accepted"], &stats["skipped"]), (&json!({"span": 2}), &json!({"span": 1})));
}

async fn made_up_names_are_counted_together(database: Database) {
    let at = installation(database).await;
    let named = |number: usize| {
        let mut one = transaction(number, 5.0, "shop@1.0.0");
        one["transaction"] = json!(format!("job-{number}"));
        one
    };
    send(&at, &(0..150).map(named).collect::<Vec<_>>()).await;
    send(&at, &(100..250).map(named).collect::<Vec<_>>()).await;
    let rows = at.get("releases/shop@1.0.0/transactions").await["transactions"].clone();
    let rows = rows.as_array().expect("rows");
    assert_eq!((rows.len(), &rows[0]["name"], &rows[0]["transactions"]), (20, &json!("<other>"), &json!(50)));
    assert_eq!(rows[1]["transactions"], 2, "known names go on");
}

async fn what_is_broken_is_counted_by_reason(database: Database) {
    let at = installation(database).await;
    let mut endless = transaction(1, 5.0, "shop@1.0.0");
    endless["timestamp"] = Value::Null;
    let mut backwards = transaction(2, -5.0, "shop@1.0.0");
    backwards["spans"] = json!("x".repeat(2 * 1024 * 1024));
    send(&at, &[endless, backwards, transaction(3, -5.0, "shop@1.0.0"), transaction(4, 5.0, "shop@1.0.0")]).await;
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["accepted"], json!({"transaction": 1}));
    let mut reasons: Vec<&str> =
        stats["dropped"].as_array().expect("rows").iter().filter_map(|row| row["reason"].as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["invalid_duration", "missing_timestamp", "too_large"]);
}

async fn the_release_page_compares_response_times(database: Database) {
    let at = installation(database).await;
    send(&at, &spread(1.0, 0, "shop@1.0.0")).await;
    send(&at, &spread(3.0, 5, "shop@1.1.0")).await;
    let mut staging = transaction(1, 2_500.0, "shop@1.1.0");
    staging["environment"] = json!("staging");
    send(&at, &[staging]).await;
    let cookie = at.sign_in().await;
    let text = at.see("/releases/shop/shop@1.1.0?environment=production", &cookie).await.text();
    for fact in ["Response times", "/cart", "times as long as 1.0.0", "5.00 %", "5.0 points more than 1.0.0"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    let page = at.see("/releases/shop/shop@1.1.0", &cookie).await;
    assert!(page.html.contains("?environment=staging"), "each environment has a link");
    let text = at.see("/releases/shop/shop@1.1.0?environment=staging", &cookie).await.text();
    assert!(text.contains("2.5") && !text.contains("5.00 %"), "{text}");
    let none = at.see("/releases/shop/shop@1.0.0?environment=staging", &cookie).await.text();
    assert!(none.contains("No transactions have arrived"), "{none}");
}

async fn times_survive_a_restart_and_add_up(database: Database) {
    let at = installation(database).await;
    send(&at, &spread(1.0, 1, "shop@1.0.0")).await;
    let at = at.restart().await;
    send(&at, &spread(1.0, 2, "shop@1.0.0")).await;
    let cart = at.get("releases/shop@1.0.0/transactions").await["transactions"][0].clone();
    assert_eq!((&cart["transactions"], &cart["failed"]), (&json!(200), &json!(3)));
    assert!(near(&cart["p99_ms"], 99.0), "{cart}");
}
