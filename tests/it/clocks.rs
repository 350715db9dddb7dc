//! Clients whose clocks are wrong.

use fieldfare_app::api::Timestamp;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use serde_json::{Value, json};

crate::on_each_database!(
    an_event_is_put_where_it_belongs,
    a_clock_that_is_nearly_right_is_believed,
    feedback_and_sessions_are_put_there_too,
    older_clients_say_the_time_beside_their_key,
);

const HOUR: i64 = 3_600_000;
/// Longest a test takes between making a report and its arrival, milliseconds.
const MEANWHILE: i64 = 30_000;

fn time(at: i64) -> Value {
    json!(Timestamp(at))
}

fn ms(time: &Value) -> i64 {
    serde_json::from_value::<Timestamp>(time.clone()).expect("a time").0
}

/// An event from ten minutes ago with a breadcrumb a minute before it, by a clock that is `wrong`.
fn report(number: usize, now: i64, wrong: i64) -> Value {
    let mut event = error(number, "KeyError", "shop@1.0.0");
    event["timestamp"] = time(now - 10 * 60_000 + wrong);
    event["breadcrumbs"] = json!({"values": [{"message": "clicked", "timestamp": time(now - 11 * 60_000 + wrong)}]});
    event
}

fn sent(number: usize, at: i64) -> Envelope {
    Envelope::new(&json!({"event_id": traffic::event_id(number), "sent_at": time(at)}))
}

async fn an_event_is_put_where_it_belongs(database: Database) {
    let at = Installation::on(database).await;
    let now = at.state().clock.now();
    for (number, wrong) in [(1, -2 * HOUR), (2, 3 * HOUR), (3, -20_000 * HOUR)] {
        let said = report(number, now, wrong);
        at.send(sent(number, now + wrong).item("event", &said)).await;
        let event = at.get(&format!("events/{}", traffic::event_id(number))).await;
        let off = ms(&event["timestamp"]) - (now - 10 * 60_000);
        assert!((0..MEANWHILE).contains(&off), "{wrong}: {off}");
        let crumb = ms(&event["breadcrumbs"]["values"][0]["timestamp"]);
        assert_eq!(ms(&event["timestamp"]) - crumb, 60_000);
        let notes = event["notes"].as_array().expect("notes");
        let note = notes.iter().find(|note| note["path"] == "timestamp").expect("a note");
        let original = said["timestamp"].as_str().expect("a text");
        assert!(note["reason"].as_str().is_some_and(|reason| reason.contains(original)), "{note}");
    }
}

async fn a_clock_that_is_nearly_right_is_believed(database: Database) {
    let at = Installation::on(database).await;
    let now = at.state().clock.now();
    at.send(sent(1, now - HOUR / 2).item("event", &report(1, now, -HOUR / 2))).await;
    let event = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_eq!(ms(&event["timestamp"]), now - 10 * 60_000 - HOUR / 2);
    assert_eq!(event["notes"], json!([]));
    // An event kept while offline is old, though the clock is right.
    at.send(sent(2, now).item("event", &report(2, now, -48 * HOUR))).await;
    let event = at.get(&format!("events/{}", traffic::event_id(2))).await;
    assert_eq!(ms(&event["timestamp"]), now - 10 * 60_000 - 48 * HOUR);
}

async fn feedback_and_sessions_are_put_there_too(database: Database) {
    let at = Installation::on(database).await;
    let now = at.state().clock.now();
    let mut said = fieldfare_tests::report::feedback(1, "The cart is empty", "shop@1.0.0");
    said["timestamp"] = time(now - 5 * HOUR);
    // Older than sessions may be, if its clock were right.
    let session = json!({"sid": "7c7b6585f9014351bf8d02711b721929", "init": true, "status": "exited",
        "started": time(now - 900 * HOUR), "attrs": {"release": "shop@1.0.0"}});
    at.send(sent(1, now - 5 * HOUR).item("feedback", &said)).await;
    at.send(sent(2, now - 900 * HOUR).item("session", &session)).await;
    let created = ms(&at.list("feedback").await[0]["created_at"]);
    assert!((0..MEANWHILE).contains(&(created - now)), "{created} is about {now}");
    assert_eq!(at.get("releases/shop@1.0.0/health?project=shop").await["sessions"], 1);
}

async fn older_clients_say_the_time_beside_their_key(database: Database) {
    let at = Installation::on(database).await;
    let now = at.state().clock.now();
    let seconds = (now - 2 * HOUR) / 1_000;
    let auth = format!("Sentry sentry_version=7, sentry_key={}, sentry_timestamp={seconds}.5", at.public_key);
    let url = format!("{}/api/{}/store/", at.url, at.project_id);
    let body = report(1, now, -2 * HOUR).to_string();
    let answer = at.client.post(url).header("x-sentry-auth", auth).body(body).send().await.expect("an answer");
    assert!(answer.status().is_success());
    let event = at.get(&format!("events/{}", traffic::event_id(1))).await;
    let off = ms(&event["timestamp"]) - (now - 10 * 60_000);
    assert!((-1_000..MEANWHILE).contains(&off), "{off}");
}
