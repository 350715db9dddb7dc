//! One thing done to many issues at once, and taking it back.

use fieldfare_app::api::Role;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    many_issues_are_resolved_and_put_back,
    all_that_match_are_changed_on_every_page,
    what_changed_since_stays_as_it_is,
    issues_are_merged_into_the_oldest_and_split_again,
    what_cannot_be_done_to_one_is_done_to_none,
    the_inbox_does_it_without_javascript,
    viewers_only_look,
);

/// A day in November 2026, at noon UTC.
const NOON: i64 = 1_795_435_200_000;

async fn with_issues(database: Database, count: usize) -> Installation {
    let at = Installation::on(database).await;
    report(&at, count).await;
    at
}

async fn report(at: &Installation, count: usize) {
    for number in 0..count {
        let kind = format!(
            "Kind{}Error",
            char::from(b'A' + u8::try_from(number % 26).expect("a letter")).to_string().repeat(1 + number / 26)
        );
        at.report(&error(number, &kind, "shop@1.0.0")).await;
    }
}

async fn ask(at: &Installation, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = at.api(Method::POST, path).json(&body).send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

async fn standing(at: &Installation, issue: &str) -> (String, String, Value) {
    let issue = at.get(&format!("issues/{issue}")).await;
    let text = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
    (text("status"), text("substatus"), issue["assignee"].clone())
}

async fn many_issues_are_resolved_and_put_back(database: Database) {
    let at = with_issues(database, 3).await;
    let (status, done) =
        ask(&at, "issues/bulk", json!({"what": "resolve", "issues": ["SHOP-1", "SHOP-3", "SHOP-1"]})).await;
    assert_eq!((status, &done["issues"], &done["what"]), (StatusCode::OK, &json!(2), &json!("resolved")), "{done}");
    assert_eq!(standing(&at, "SHOP-1").await.0, "resolved");
    assert_eq!(standing(&at, "SHOP-2").await.0, "unresolved");

    let path = format!("issues/bulk/{}", done["id"]);
    let (status, undone) = ask(&at, &format!("{path}/undo"), json!({})).await;
    assert_eq!((status, &undone["put_back"], &undone["undone"]), (StatusCode::OK, &json!(2), &json!(true)), "{undone}");
    for issue in ["SHOP-1", "SHOP-3"] {
        assert_eq!(standing(&at, issue).await, ("unresolved".to_owned(), "new".to_owned(), Value::Null), "{issue}");
    }
    assert_eq!(ask(&at, &format!("{path}/undo"), json!({})).await.0, StatusCode::CONFLICT);
    assert_eq!(at.get(&path).await["undone"], true);
    let activity = at.list("issues/SHOP-1/activity").await;
    assert!(activity[0]["what"].as_str().is_some_and(|what| what.contains("took back")), "{activity:?}");
}

async fn all_that_match_are_changed_on_every_page(database: Database) {
    const ISSUES: usize = 130;
    let at = with_issues(database, ISSUES).await;
    let owner = fieldfare_tests::installation::OWNER;
    let (status, done) =
        ask(&at, "issues/bulk", json!({"what": "assign", "assignee": "me", "query": "is:unresolved"})).await;
    assert_eq!((status, &done["issues"]), (StatusCode::OK, &json!(ISSUES)), "{done}");
    assert_eq!(standing(&at, "SHOP-1").await.2, owner);
    assert_eq!(standing(&at, "SHOP-130").await.2, owner);
    let (_, undone) = ask(&at, &format!("issues/bulk/{}/undo", done["id"]), json!({})).await;
    assert_eq!(undone["put_back"], ISSUES);
    assert_eq!(standing(&at, "SHOP-130").await.2, Value::Null);
}

async fn what_changed_since_stays_as_it_is(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    report(&at, 2).await;
    let (_, done) = ask(&at, "issues/bulk", json!({"what": "archive", "issues": ["SHOP-1", "SHOP-2"]})).await;
    at.pass(1).await;
    let reopened = at.api(Method::PATCH, "issues/SHOP-2").json(&json!({"status": "unresolved"})).send().await;
    assert!(reopened.expect("an answer").status().is_success());
    let (_, undone) = ask(&at, &format!("issues/bulk/{}/undo", done["id"]), json!({})).await;
    assert_eq!(undone["put_back"], 1, "{undone}");
    assert_eq!(standing(&at, "SHOP-1").await.1, "new");
    assert_eq!(standing(&at, "SHOP-2").await.1, "ongoing");
}

async fn issues_are_merged_into_the_oldest_and_split_again(database: Database) {
    let at = with_issues(database, 3).await;
    let (status, done) =
        ask(&at, "issues/bulk", json!({"what": "merge", "issues": ["SHOP-3", "SHOP-1", "SHOP-2"]})).await;
    assert_eq!((status, &done["what"]), (StatusCode::OK, &json!("merged into SHOP-1")), "{done}");
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
    assert_eq!(at.list("issues").await.len(), 1);
    let (status, undone) = ask(&at, &format!("issues/bulk/{}/undo", done["id"]), json!({})).await;
    assert_eq!((status, &undone["put_back"]), (StatusCode::OK, &json!(2)), "{undone}");
    assert_eq!(at.list("issues").await.len(), 3);
    assert_eq!(at.get("issues/SHOP-2").await["events"], 1);
}

async fn what_cannot_be_done_to_one_is_done_to_none(database: Database) {
    let at = with_issues(database, 1).await;
    for wrong in [
        json!({"what": "resolve", "issues": ["SHOP-1", "SHOP-99"]}),
        json!({"what": "resolve", "issues": []}),
        json!({"what": "merge", "issues": ["SHOP-1"]}),
        json!({"what": "assign", "assignee": "nobody@example.org", "issues": ["SHOP-1"]}),
    ] {
        let (status, said) = ask(&at, "issues/bulk", wrong.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {said}");
    }
    assert_eq!(standing(&at, "SHOP-1").await.0, "unresolved");
    assert_eq!(ask(&at, "issues/bulk/7/undo", json!({})).await.0, StatusCode::NOT_FOUND);
}

async fn the_inbox_does_it_without_javascript(database: Database) {
    let at = with_issues(database, 3).await;
    let cookie = at.sign_in().await;
    let form = [("what", "resolve"), ("issues[]", "SHOP-1"), ("issues[]", "SHOP-2"), ("list[query]", "is:unresolved")];
    let page = at.submit("/issues?query=is%3Aunresolved", "change_issues", &form, &cookie).await;
    assert!(page.text().contains("2 issues resolved."), "{}", page.text());
    assert!(page.text().contains("1 issue"), "{}", page.text());
    let page = at.submit("/issues?query=is%3Aunresolved&done=1", "undo_change", &[("id", "1")], &cookie).await;
    assert!(page.text().contains("2 put back as they were."), "{}", page.text());
    let page = at.submit("/issues", "change_issues", &[("what", "archive")], &cookie).await;
    assert!(page.text().contains("issues: none is selected"), "{}", page.text());
}

async fn viewers_only_look(database: Database) {
    let at = with_issues(database, 1).await;
    let viewer = at.member("Vera", Role::Viewer).await;
    let form = [("what", "resolve"), ("issues[]", "SHOP-1")];
    let page = at.submit("/issues", "change_issues", &form, &viewer.cookie).await;
    assert!(page.text().contains("Your role does not allow this."), "{}", page.text());
    assert_eq!(standing(&at, "SHOP-1").await.0, "unresolved");
}
