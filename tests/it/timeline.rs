//! One order over everything that happened around an issue.

use fieldfare_app::api::{Role, Timestamp};
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    everything_that_happened_is_in_one_order,
    the_page_shows_it_with_links,
    the_timeline_is_paged_without_gap_or_repeat,
    mails_are_told_with_whom_they_went_to,
);

const NOON: i64 = 1_795_435_200_000;
const MINUTE_MS: i64 = 60_000;

async fn ask(at: &Installation, method: Method, path: &str, body: Value) -> Value {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{path}: {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

async fn deploy(at: &Installation, version: &str, at_ms: i64) {
    let path = format!("organizations/fernbrook/releases/{version}/deploys/");
    let body = json!({"environment": "production", "dateFinished": Timestamp(at_ms).to_string()});
    let answer = at.tool(Method::POST, &path).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.expect("a body"));
}

/// An event at the installation's time.
async fn report(at: &Installation, number: usize, kind: &str, release: &str) {
    let mut event = error(number, kind, release);
    event["timestamp"] = json!(Timestamp(at.state().clock.now()).to_string());
    at.report(&event).await;
}

fn line(moment: &Value) -> String {
    let by = moment["by"].as_str().map(|by| format!("{by} ")).unwrap_or_default();
    let what = moment["comment"]["body"].as_str().or(moment["what"].as_str()).unwrap_or_default();
    format!("{}: {by}{what}", moment["kind"].as_str().unwrap_or_default())
}

/// A life of an issue, a minute between any two things.
async fn story(at: &Installation) {
    let pass = || at.state().clock.advance(MINUTE_MS);
    report(at, 1, "KeyError", "shop@1.0.0").await;
    report(at, 2, "OSError", "shop@1.0.0").await;
    pass();
    deploy(at, "shop@1.0.0", at.state().clock.now()).await;
    pass();
    ask(at, Method::POST, "issues/SHOP-1/comments", json!({"body": "Hm."})).await;
    pass();
    ask(at, Method::PATCH, "issues/SHOP-1", json!({"assignee": "me"})).await;
    pass();
    ask(at, Method::POST, "incidents", json!({"title": "Down", "severity": "major", "issue": "SHOP-1"})).await;
    pass();
    ask(at, Method::POST, "issues/SHOP-1/merge", json!({"issues": ["SHOP-2"]})).await;
    pass();
    ask(at, Method::PATCH, "issues/SHOP-1", json!({"resolution": "release"})).await;
    pass();
    report(at, 3, "KeyError", "shop@1.1.0").await;
    pass();
    deploy(at, "shop@1.1.0", at.state().clock.now()).await;
}

async fn everything_that_happened_is_in_one_order(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    story(&at).await;
    let rows = at.list("issues/SHOP-1/timeline").await;
    let told: Vec<String> = rows.iter().map(line).filter(|line| !line.starts_with("mail")).collect();
    let reason = "Seen in shop@1.1.0, which is later than shop@1.0.0 (shop@1.1.0 > shop@1.0.0, semver)";
    let reopened = format!("activity: reopened this: {reason}");
    let expected = [
        "deploy: shop@1.1.0 was deployed to production",
        &reopened,
        "release: Came back in shop@1.1.0",
        "activity: Ada resolved this in shop@1.0.0",
        "activity: Ada merged SHOP-2 into this",
        "activity: Ada linked this to incident #1",
        "activity: Ada took this",
        "comment: Ada Hm.",
        "deploy: shop@1.0.0 was deployed to production",
        "release: First seen in shop@1.0.0",
    ];
    assert_eq!(told, expected);
    let mails: Vec<String> = rows.iter().map(line).filter(|line| line.starts_with("mail")).collect();
    assert_eq!(mails.len(), 2, "{mails:?}");
    let times: Vec<&str> = rows.iter().filter_map(|row| row["at"].as_str()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    assert_eq!(rows[0]["release"], "shop@1.1.0");
    let activity = at.list("issues/SHOP-1/activity").await;
    assert_eq!(activity.len(), 5, "the activity is what it was: {activity:?}");
}

async fn the_page_shows_it_with_links(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    story(&at).await;
    let cookie = at.sign_in().await;
    let page = at.see("/issues/SHOP-1", &cookie).await;
    for link in [
        "merged <a href=\"/issues/SHOP-2\">SHOP-2</a>",
        "linked this to <a href=\"/incidents/1\">incident #1</a>",
        "<a href=\"/releases/shop/shop%401.1.0\">shop@1.1.0</a>",
    ] {
        assert!(page.html.contains(link), "{link}: {}", page.html);
    }
    for fact in ["Ada took this", "First seen in shop@1.0.0", "shop@1.1.0 was deployed to production", "Mail about"] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    let (form, first) = (page.html.find("add_comment"), page.html.find("was deployed"));
    assert!(form.is_some() && form < first, "the form stands on top");
}

async fn the_timeline_is_paged_without_gap_or_repeat(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    report(&at, 1, "KeyError", "shop@1.0.0").await;
    for number in 0..130 {
        // Many in the same millisecond, which pages must tell apart all the same.
        if number % 13 == 0 {
            at.state().clock.advance(1);
        }
        ask(&at, Method::POST, "issues/SHOP-1/comments", json!({"body": format!("{number}")})).await;
    }
    let (mut seen, mut path, mut pages) = (Vec::new(), "issues/SHOP-1/timeline".to_owned(), 0);
    loop {
        let page = at.get(&path).await;
        let rows = page["data"].as_array().expect("rows");
        assert!(rows.len() <= 50);
        seen.extend(rows.iter().filter_map(|row| row["comment"]["body"].as_str().map(str::to_owned)));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("issues/SHOP-1/timeline?cursor={}", fieldfare_app::routes::encode(next));
    }
    assert_eq!(seen, (0..130).rev().map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(pages, 3);
    let cookie = at.sign_in().await;
    let first = at.see("/issues/SHOP-1", &cookie).await;
    let older = first.html.split("href=\"").find(|rest| rest.starts_with("/issues/SHOP-1?before=")).expect("a link");
    let older = older.split(['"', '#']).next().unwrap_or_default();
    let second = at.see(older, &cookie).await;
    assert!(second.html.contains("<p>79</p>") && !second.html.contains("<p>129</p>"), "{}", second.text());
    assert!(second.text().contains("Newest"));
    let wrong = at.api(Method::GET, "issues/SHOP-1/timeline?cursor=x").send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn mails_are_told_with_whom_they_went_to(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    for name in ["Cy", "Dee"] {
        at.member(name, Role::Developer).await;
    }
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let body = json!({"body": "@bo and @cy, look"});
    let said = at.api(Method::POST, "issues/SHOP-1/comments").json(&body).send().await.expect("an answer");
    assert_eq!(said.status(), StatusCode::CREATED);
    let told = bo.api(&at, Method::POST, "issues/SHOP-1/comments").json(&json!({"body": "Looking"}));
    assert_eq!(told.send().await.expect("an answer").status(), StatusCode::CREATED);
    at.mails().await;
    let rows = at.list("issues/SHOP-1/timeline").await;
    let mut mails: Vec<String> = rows.iter().map(line).filter(|line| line.starts_with("mail")).collect();
    mails.sort();
    let expected = [
        "mail: Mail about a comment to Ada and Cy",
        "mail: Mail about a mention to Bo and Cy",
        "mail: Mail about the new issue to 4 members",
    ];
    assert_eq!(mails, expected);
}
