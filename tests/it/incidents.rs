//! Incidents, from declared to resolved, by form and by API.

use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    an_incident_is_run_without_javascript,
    an_incident_is_run_by_the_api,
    open_incidents_come_first,
    wrong_fields_are_named,
    an_incident_can_be_opened_again,
);

async fn ask(at: &Installation, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

async fn declare(at: &Installation, title: &str) -> Value {
    let (status, incident) = ask(at, Method::POST, "incidents", json!({"title": title, "severity": "minor"})).await;
    assert_eq!(status, StatusCode::CREATED, "{incident}");
    incident
}

fn lines(incident: &Value) -> Vec<(&str, &str)> {
    let timeline = incident["timeline"].as_array().expect("a timeline");
    timeline
        .iter()
        .map(|line| (line["kind"].as_str().unwrap_or_default(), line["text"].as_str().unwrap_or_default()))
        .collect()
}

async fn an_incident_is_run_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    for (number, kind) in [(1, "KeyError"), (2, "ValueError")] {
        at.report(&error(number, kind, "shop@2.4.0")).await;
    }
    let cookie = at.sign_in().await;
    let form = at.see("/incidents/new?issue=SHOP-1", &cookie).await;
    assert!(form.text().contains("KeyError"), "{}", form.text());
    let declared =
        [("title", "Checkout is down"), ("severity", "critical"), ("note", "Nobody can pay."), ("issue", "SHOP-1")];
    let page = at.submit("/incidents/new?issue=SHOP-1", "declare_incident", &declared, &cookie).await;
    assert_eq!((page.status, page.count("h1")), (StatusCode::OK, 1));
    for fact in ["Checkout is down", "Incident #1", "Nobody can pay.", "KeyError", "Ada"] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    assert!(at.see("/issues/SHOP-1", &cookie).await.text().contains("#1 Checkout is down"));

    let link = [("number", "1"), ("issue", "SHOP-2")];
    let page = at.submit("/issues/SHOP-2", "link_issue", &link, &cookie).await;
    assert!(page.text().contains("#1 Checkout is down"), "{}", page.text());
    let update = [("number", "1"), ("status", "identified"), ("severity", "major"), ("note", "A full disk.")];
    let page = at.submit("/incidents/1", "update_incident", &update, &cookie).await;
    assert!(page.text().contains("A full disk."), "{}", page.text());
    at.submit("/incidents/1", "unlink_issue", &link, &cookie).await;
    let resolve = [("number", "1"), ("status", "resolved"), ("severity", "major"), ("note", "")];
    at.submit("/incidents/1", "update_incident", &resolve, &cookie).await;

    let incident = at.get("incidents/1").await;
    assert_eq!((&incident["status"], &incident["severity"]), (&json!("resolved"), &json!("major")));
    assert!(incident["resolved_at"].is_string());
    assert_eq!(incident["issues"], json!(["SHOP-1"]));
    assert_eq!(incident["releases"], json!(["shop@2.4.0"]));
    let expected = [
        ("declared", "Nobody can pay."),
        ("linked", "SHOP-1"),
        ("linked", "SHOP-2"),
        ("status", "investigating → identified"),
        ("severity", "critical → major"),
        ("note", "A full disk."),
        ("unlinked", "SHOP-2"),
        ("resolved", "identified → resolved"),
    ];
    assert_eq!(lines(&incident), expected);
    let said: Vec<Value> = at.list("issues/SHOP-1/activity").await.iter().map(|line| line["what"].clone()).collect();
    assert_eq!(said, ["resolved incident #1", "linked this to incident #1"]);
}

async fn an_incident_is_run_by_the_api(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    let incident = declare(&at, "Slow search").await;
    assert_eq!((&incident["number"], &incident["status"]), (&json!(1), &json!("investigating")));
    assert_eq!((&incident["issues"], &incident["resolved_at"]), (&json!([]), &Value::Null));
    let id = at.get("issues/SHOP-1").await["id"].to_string();
    let (status, linked) = ask(&at, Method::POST, "incidents/1/links", json!({"issue": id})).await;
    assert_eq!((status, &linked["linked"][0]["short_id"]), (StatusCode::CREATED, &json!("SHOP-1")));
    let (status, _) = ask(&at, Method::POST, "incidents/1/links", json!({"issue": "SHOP-1"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "linked already");
    let (status, noted) = ask(&at, Method::POST, "incidents/1/updates", json!({"note": "Looking at it."})).await;
    assert_eq!((status, lines(&noted).last().copied()), (StatusCode::CREATED, Some(("note", "Looking at it."))));
    let (status, _) = ask(&at, Method::PATCH, "incidents/1", json!({"severity": "critical"})).await;
    assert_eq!(status, StatusCode::OK);
    let links = at.get("issues/SHOP-1").await["incidents"].clone();
    assert_eq!(links, json!([{"number": 1, "title": "Slow search", "status": "investigating"}]));
    let (status, unlinked) = ask(&at, Method::DELETE, "incidents/1/links", json!({"issue": "SHOP-1"})).await;
    assert_eq!((status, &unlinked["issues"]), (StatusCode::OK, &json!([])));
    let (status, _) = ask(&at, Method::DELETE, "incidents/1/links", json!({"issue": "SHOP-1"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "not linked any more");
}

async fn open_incidents_come_first(database: Database) {
    let at = Installation::on(database).await;
    for title in ["One", "Two", "Three"] {
        declare(&at, title).await;
    }
    ask(&at, Method::PATCH, "incidents/3", json!({"status": "resolved"})).await;
    let numbers: Vec<Value> = at.list("incidents").await.iter().map(|row| row["number"].clone()).collect();
    assert_eq!(numbers, [2, 1, 3]);
    let cookie = at.sign_in().await;
    let list = at.see("/incidents", &cookie).await.text();
    let places: Vec<_> = ["Two", "One", "Three"].iter().map(|title| list.find(title).expect(title)).collect();
    assert!(places.is_sorted(), "{list}");
    let overview = at.see("/", &cookie).await.text();
    assert!(overview.contains("Two") && !overview.contains("Three"), "only open ones: {overview}");
}

async fn wrong_fields_are_named(database: Database) {
    let at = Installation::on(database).await;
    declare(&at, "One").await;
    let long = "x".repeat(201);
    for (method, path, body, field) in [
        (Method::POST, "incidents", json!({"title": " \n ", "severity": "minor"}), "title"),
        (Method::POST, "incidents", json!({"title": long, "severity": "minor"}), "title"),
        (Method::POST, "incidents", json!({"title": "Two", "severity": "huge"}), "body"),
        (Method::POST, "incidents", json!({"severity": "minor"}), "body"),
        (Method::POST, "incidents", json!({"title": "Two", "severity": "minor", "issue": "SHOP-9"}), "issue"),
        (Method::PATCH, "incidents/1", json!({}), "note"),
        (Method::PATCH, "incidents/1", json!({"status": "investigating"}), "note"),
        (Method::POST, "incidents/1/updates", json!({"note": " "}), "note"),
        (Method::POST, "incidents/1/updates", json!({"note": "x".repeat(10_001)}), "note"),
        (Method::POST, "incidents/1/links", json!({"issue": "SHOP-9"}), "issue"),
    ] {
        let (status, problem) = ask(&at, method, path, body.clone()).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{path}: {problem}");
    }
    for path in ["incidents/99", "incidents/one"] {
        let (status, _) = ask(&at, Method::PATCH, path, json!({"note": "x"})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(at.list("incidents").await.len(), 1, "nothing was made");
    let cookie = at.sign_in().await;
    let form = [("title", "  "), ("severity", "minor"), ("note", ""), ("issue", "")];
    let page = at.submit("/incidents/new", "declare_incident", &form, &cookie).await;
    assert!(page.text().contains("must not be empty"), "{}", page.text());
}

async fn an_incident_can_be_opened_again(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    ask(&at, Method::POST, "incidents", json!({"title": "Down", "severity": "major", "issue": "SHOP-1"})).await;
    ask(&at, Method::PATCH, "incidents/1", json!({"status": "resolved"})).await;
    let (status, incident) = ask(&at, Method::PATCH, "incidents/1", json!({"status": "monitoring"})).await;
    assert_eq!((status, &incident["resolved_at"]), (StatusCode::OK, &Value::Null));
    assert_eq!(at.list("issues/SHOP-1/activity").await[0]["what"], "opened incident #1 again");
    assert_eq!(declare(&at, "Next").await["number"], 2);
}
