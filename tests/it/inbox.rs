//! The inbox: what each word of the query language keeps, in which order, page by page.

use fieldfare::projects;
use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Envelope, Installation};
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    every_word_keeps_what_it_says,
    the_address_filters_as_well,
    issues_are_sorted_as_asked,
    every_issue_is_on_one_page,
    a_project_is_a_scope,
);

/// Issues that differ in everything a query can ask for, under the numbers they get.
async fn fill(at: &Installation) {
    let mut key_error = error(1, "KeyError", "shop@1.0.0");
    key_error["user"] = json!({"id": "7", "email": "ida@acme.com"});
    key_error["tags"] = json!({"region": "eu", "plan": "free tier"});
    at.report(&key_error).await;
    let mut timeout = error(2, "TimeoutError", "shop@2.0.0");
    timeout["level"] = json!("fatal");
    timeout["environment"] = json!("staging");
    timeout["user"] = json!({"id": "8", "email": "bo@example.org"});
    timeout["tags"] = json!({"region": "us"});
    at.report(&timeout).await;
    let mut warning = error(3, "SlowWarning", "shop@2.0.0");
    warning["level"] = json!("warning");
    warning["exception"]["values"][0]["value"] = json!("the payment provider answered late");
    at.report(&warning).await;
    at.report(&feedback(4, "The cart is empty after paying", "shop@2.0.0")).await;
    let picture = Envelope::of(&fieldfare_tests::traffic::event_id(5))
        .item("feedback", &feedback(5, "Lovely new colours everywhere", "shop@1.0.0"))
        .attachment("screen.png", "image/png", &[137, 80, 78, 71, 13, 10, 26, 10, 1]);
    at.send(picture).await;
    at.report(&error(6, "OldError", "shop@1.0.0")).await;
    at.report(&error(7, "NoiseError", "shop@1.0.0")).await;
    for (issue, body) in [
        ("SHOP-1", json!({"assignee": "bo@example.org"})),
        ("SHOP-2", json!({"assignee": "me"})),
        ("SHOP-6", json!({"status": "resolved"})),
        ("SHOP-7", json!({"status": "archived"})),
    ] {
        let answer = at.api(Method::PATCH, &format!("issues/{issue}")).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let incident = json!({"title": "Payments are late", "severity": "minor", "issue": "SHOP-3"});
    let answer = at.api(Method::POST, "incidents").json(&incident).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    at.indexed().await;
}

/// The numbers of the issues that a path lists, in order of their numbers.
async fn numbers(at: &Installation, path: &str) -> Vec<u32> {
    let mut numbers = in_order(&at.list(path).await);
    numbers.sort_unstable();
    numbers
}

fn in_order(rows: &[Value]) -> Vec<u32> {
    let number = |row: &Value| row["short_id"].as_str()?.strip_prefix("SHOP-")?.parse().ok();
    rows.iter().map(|row| number(row).unwrap_or_else(|| panic!("a short id: {row}"))).collect()
}

async fn every_word_keeps_what_it_says(database: Database) {
    let at = Installation::on(database).await;
    at.member("Bo", Role::Developer).await;
    fill(&at).await;
    let all: &[u32] = &[1, 2, 3, 4, 5, 6, 7];
    for (query, expected) in [
        ("", &[1, 2, 3, 4, 5][..]),
        ("is:unresolved", &[1, 2, 3, 4, 5]),
        ("is:resolved", &[6]),
        ("is:archived", &[7]),
        ("-is:resolved -is:archived", &[1, 2, 3, 4, 5]),
        ("is:new", &[1, 2, 3, 4, 5]),
        ("is:regressed", &[]),
        ("is:assigned", &[1, 2]),
        ("is:unassigned", &[3, 4, 5, 6, 7]),
        ("is:linked", &[3]),
        ("-is:linked is:unresolved", &[1, 2, 4, 5]),
        ("kind:feedback", &[4, 5]),
        ("kind:error is:unresolved", &[1, 2, 3]),
        ("-kind:error", &[4, 5]),
        ("release:shop@2.0.0", &[2, 3, 4]),
        ("release:\"shop@2.0.0\"", &[2, 3, 4]),
        ("release:>=2.0.0", &[2, 3, 4]),
        ("release:<2.0.0", &[1, 5, 6, 7]),
        ("release:latest", &[2, 3, 4]),
        ("-release:latest", &[1, 5, 6, 7]),
        ("environment:staging", &[2]),
        ("!environment:staging is:unresolved", &[1, 3, 4, 5]),
        ("level:fatal", &[2]),
        ("level:warning", &[3]),
        ("level:warn", &[3]),
        ("-level:error kind:error", &[2, 3]),
        ("assigned:me", &[2]),
        ("assigned:bo@example.org", &[1]),
        ("assigned:Bo", &[1]),
        ("assigned:nobody is:unresolved", &[3, 4, 5]),
        ("user:ida@acme.com", &[1]),
        ("user.email:*@acme.com", &[1]),
        ("user:8", &[2]),
        ("region:eu", &[1]),
        ("plan:\"free tier\"", &[1]),
        ("has:region", &[1, 2]),
        ("has:screenshot", &[5]),
        ("-has:region kind:error is:unresolved", &[3]),
        ("KeyError", &[1]),
        ("keyerror", &[1]),
        ("payment provider", &[3]),
        ("\"payment provider\"", &[3]),
        ("\"provider payment\"", &[]),
        ("empty kind:feedback", &[4]),
        ("checkout -KeyError is:unresolved", &[2, 3]),
        ("project:shop", all),
        ("project:moon", &[]),
        ("nothing-like-this-anywhere", &[]),
    ] {
        let path = format!("issues?query={}", fieldfare_app::routes::encode(query));
        assert_eq!(numbers(&at, &path).await, expected, "{query}");
    }
}

async fn the_address_filters_as_well(database: Database) {
    let at = Installation::on(database).await;
    at.member("Bo", Role::Developer).await;
    fill(&at).await;
    for (address, expected) in [
        ("project=shop", &[1, 2, 3, 4, 5][..]),
        ("release=shop%402.0.0", &[2, 3, 4]),
        ("environment=staging", &[2]),
        ("release=shop%402.0.0&environment=production&query=kind%3Aerror", &[3]),
        ("project=&release=&environment=&query=", &[1, 2, 3, 4, 5]),
    ] {
        assert_eq!(numbers(&at, &format!("issues?{address}")).await, expected, "{address}");
    }
    let cookie = at.sign_in().await;
    let page = at.see("/issues?release=shop%402.0.0&environment=production&query=kind%3Aerror", &cookie).await;
    let text = page.text();
    assert!(text.contains("SlowWarning") && !text.contains("TimeoutError"), "{text}");
    assert!(text.contains("1 issue"), "{text}");
    let odd = at.see("/issues?query=is%3Aodd", &cookie).await.text();
    assert!(odd.contains("“is:odd” was searched as text"), "a hint says so: {odd}");
    let none = at.see("/issues?query=nothing-like-this", &cookie).await.text();
    assert!(none.contains("Nothing matches"), "{none}");
}

async fn issues_are_sorted_as_asked(database: Database) {
    let at = Installation::on(database).await;
    for (number, kind, user, time) in [
        (1, "AError", "1", "10:00"),
        (2, "BError", "1", "10:01"),
        (3, "BError", "2", "10:02"),
        (4, "CError", "1", "10:03"),
        (5, "AError", "1", "10:04"),
        (6, "AError", "1", "10:05"),
    ] {
        let mut event = error(number, kind, "shop@1.0.0");
        event["user"] = json!({"id": user});
        event["timestamp"] = json!(format!("2026-11-20T{time}:00Z"));
        at.report(&event).await;
    }
    for (sort, expected) in
        [("last_seen", [1, 3, 2]), ("first_seen", [3, 2, 1]), ("events", [1, 2, 3]), ("users", [2, 3, 1])]
    {
        assert_eq!(in_order(&at.list(&format!("issues?sort={sort}")).await), expected, "{sort}");
    }
    let wrong = at.api(Method::GET, "issues?sort=mood").send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn every_issue_is_on_one_page(database: Database) {
    const ISSUES: usize = 60;
    let at = Installation::on(database).await;
    let reports = (1..=ISSUES).map(|number| {
        let mut event = error(number, &format!("E{number}Error"), "shop@1.0.0");
        // Many at the same moment: the order among them must hold all the same.
        event["timestamp"] = json!(format!("2026-11-20T10:00:0{}Z", number % 3));
        event
    });
    let at_ref = &at;
    futures::stream::iter(reports).for_each_concurrent(8, |event| async move { at_ref.report(&event).await }).await;
    for sort in ["last_seen", "first_seen", "events", "users"] {
        let (mut seen, mut pages, mut cursor) = (Vec::new(), 0, String::new());
        loop {
            let page = at.get(&format!("issues?sort={sort}&cursor={cursor}")).await;
            seen.extend(in_order(page["data"].as_array().expect("rows")));
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            cursor = fieldfare_app::routes::encode(next);
        }
        assert!(pages > 1, "{sort}: 60 are more than one page");
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=60).collect::<Vec<u32>>(), "{sort}: no gap and no repeat: {seen:?}");
    }
    let cookie = at.sign_in().await;
    let first = at.see("/issues", &cookie).await;
    assert!(first.text().contains("60 issues"), "{}", first.text());
    let wrong = at.api(Method::GET, "issues?cursor=made-up").send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_project_is_a_scope(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "1.0.0")).await;
    let (api, key) = second_project(&at).await;
    let mut event = error(1, "KeyError", "1.0.0");
    event["tags"] = json!({"region": "moon"});
    let url = format!("{}/api/{api}/envelope/?sentry_key={key}", at.url);
    let body = Envelope::of(event["event_id"].as_str().expect("an id")).item("event", &event).into_bytes();
    assert_eq!(at.client.post(url).body(body).send().await.expect("an answer").status(), StatusCode::OK);
    at.indexed().await;
    let ids = async |path: &str| -> Vec<String> {
        at.list(path).await.iter().filter_map(|row| row["short_id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(ids("issues?project=shop").await, ["SHOP-1"]);
    assert_eq!(ids("issues?project=api").await, ["API-1"]);
    assert_eq!(ids("issues?query=project:api").await, ["API-1"]);
    assert_eq!(ids("issues?project=shop&query=KeyError").await, ["SHOP-1"]);
    assert!(ids("issues?project=shop&query=region:moon").await.is_empty());
    assert_eq!(ids("issues").await.len(), 2);
    assert_eq!(at.get("releases/1.0.0?project=api").await["new"][0]["short_id"], "API-1");
    let both = at.api(Method::GET, "releases/1.0.0").send().await.expect("an answer");
    assert_eq!(both.status(), StatusCode::UNPROCESSABLE_ENTITY, "which of the two?");
    let event = at.get(&format!("events/{}?project=api", fieldfare_tests::traffic::event_id(1))).await;
    assert_eq!(event["issue"], "API-1", "the same id in two projects is two events");
    assert_eq!(at.get("stats?project=api").await["accepted"]["error"], 1);
    assert_eq!(at.get("stats").await["accepted"]["error"], 2);
    let unknown = at.api(Method::GET, "issues?project=moon").send().await.expect("an answer");
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

/// Adds the project `api`; answers its id and key.
async fn second_project(at: &Installation) -> (i64, String) {
    let (state, now) = (at.state(), at.state().clock.now());
    let tx = state.store.begin().await.expect("a transaction");
    let organization = fieldfare::accounts::ensure_organization(&tx, now, "Fernbrook").await.expect("an organization");
    let project = projects::ensure(&tx, now, organization, "api", "node").await.expect("a project");
    let key = projects::keys::ensure(&tx, now, project.id, "http://localhost").await.expect("a key");
    tx.commit().await.expect("a commit");
    (project.id, key.public_key)
}
