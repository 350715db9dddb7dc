//! What members decide about issues, and what arriving events make of it.

use fieldfare_app::api::{Role, Timestamp};
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Page, eventually};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    every_button_works_without_javascript,
    the_api_decides_the_same,
    wrong_decisions_are_refused_whole,
    an_issue_is_assigned_to_members_only,
    a_fixed_issue_comes_back_only_in_a_later_release,
    resolving_in_the_next_release_waits_for_it,
    resolving_now_is_undone_by_the_next_event,
    feedback_is_triaged_like_errors,
);

const ISSUE: &str = "/issues/SHOP-1";

async fn press(at: &Installation, button: &str, cookie: &str) -> Page {
    let form = [("short_id", "SHOP-1"), ("triage", button)];
    at.submit(ISSUE, "triage_issue", &form, cookie).await
}

async fn change(at: &Installation, issue: &str, body: Value) -> Value {
    let answer = at.api(Method::PATCH, &format!("issues/{issue}")).json(&body).send().await.expect("an answer");
    let (status, said) = (answer.status(), answer.text().await.expect("a body"));
    assert_eq!(status, StatusCode::OK, "{body}: {said}");
    serde_json::from_str(&said).expect("JSON")
}

/// Status, substatus and reason.
fn standing(issue: &Value) -> (&str, &str, &str) {
    let text = |field: &str| issue[field].as_str().unwrap_or_default();
    (text("status"), text("substatus"), text("status_reason"))
}

async fn every_button_works_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    let cookie = at.sign_in().await;
    for (button, expected, offered) in [
        ("resolve", ("resolved", "", "Resolved by Ada"), "Unresolve"),
        ("unresolve", ("unresolved", "ongoing", "Reopened by Ada"), "Resolve"),
        ("resolve_in_release", ("resolved", "", "Resolved in shop@2.4.0 by Ada"), "Unresolve"),
        ("unresolve", ("unresolved", "ongoing", "Reopened by Ada"), "Resolve"),
        (
            "resolve_in_next_release",
            ("resolved", "", "Resolved in the next release after shop@2.4.0 by Ada"),
            "Unresolve",
        ),
        ("unresolve", ("unresolved", "ongoing", "Reopened by Ada"), "Resolve"),
        ("archive", ("archived", "", "Archived by Ada"), "Unresolve"),
    ] {
        let page = press(&at, button, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains(expected.2), "{button}: {}", page.text());
        assert!(page.text().contains(offered), "{button}");
        assert_eq!(standing(&at.get("issues/SHOP-1").await), expected, "{button}");
    }
    let said: Vec<String> = at.list("issues/SHOP-1/activity").await.iter().map(sentence).collect();
    let expected = [
        "Ada archived this",
        "Ada reopened this",
        "Ada resolved this in the next release after shop@2.4.0",
        "Ada reopened this",
        "Ada resolved this in shop@2.4.0",
        "Ada reopened this",
        "Ada resolved this",
    ];
    assert_eq!(said, expected, "newest first");
    assert!(at.see(ISSUE, &cookie).await.text().contains("Ada archived this"));
}

fn sentence(activity: &Value) -> String {
    format!("{} {}", activity["by"].as_str().unwrap_or("Fieldfare"), activity["what"].as_str().unwrap_or_default())
}

async fn the_api_decides_the_same(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    let id = at.get("issues/SHOP-1").await["id"].to_string();
    for (issue, body, expected) in [
        ("SHOP-1", json!({"status": "resolved"}), ("resolved", "", "Resolved by Ada")),
        ("shop-1", json!({"status": "unresolved"}), ("unresolved", "ongoing", "Reopened by Ada")),
        (&*id, json!({"resolution": "release"}), ("resolved", "", "Resolved in shop@2.4.0 by Ada")),
        ("SHOP-1", json!({"status": "archived"}), ("archived", "", "Archived by Ada")),
        (
            "SHOP-1",
            json!({"status": "resolved", "resolution": "next_release", "assignee": "me"}),
            ("resolved", "", "Resolved in the next release after shop@2.4.0 by Ada"),
        ),
    ] {
        assert_eq!(standing(&change(&at, issue, body).await), expected);
    }
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "ada@example.org");
    let dev = at.member("Dev", Role::Developer).await;
    let answer = dev.api(&at, Method::PUT, "issues/SHOP-1").json(&json!({"status": "unresolved", "assignee": null}));
    let issue: Value = answer.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(standing(&issue), ("unresolved", "ongoing", "Reopened by Dev"));
    assert_eq!(issue["assignee"], Value::Null);
}

async fn wrong_decisions_are_refused_whole(database: Database) {
    let at = Installation::on(database).await;
    let mut unnamed = error(1, "KeyError", "");
    unnamed.as_object_mut().expect("an object").remove("release");
    at.report(&unnamed).await;
    for (body, field) in [
        (json!({"status": "fixed"}), "body"),
        (json!({"status": "archived", "resolution": "now"}), "resolution"),
        (json!({"resolution": "release", "assignee": "me"}), "resolution"),
        (json!({"status": "resolved", "assignee": "nobody@example.org"}), "assignee"),
    ] {
        let answer = at.api(Method::PATCH, "issues/SHOP-1").json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let problem: Value = answer.json().await.expect("JSON");
        assert_eq!(problem["field"], field, "{body}: {problem}");
    }
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((standing(&issue), &issue["assignee"]), (("unresolved", "new", ""), &Value::Null));
    assert!(at.list("issues/SHOP-1/activity").await.is_empty(), "nothing happened");
    let cookie = at.sign_in().await;
    let page = press(&at, "resolve_in_release", &cookie).await;
    assert!(page.text().contains("needs a release"), "{}", page.text());
    let gone = at.api(Method::PATCH, "issues/SHOP-99").json(&json!({"status": "resolved"})).send().await;
    assert_eq!(gone.expect("an answer").status(), StatusCode::NOT_FOUND);
}

async fn an_issue_is_assigned_to_members_only(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    let bo = at.member("Bo", Role::Developer).await;
    let cookie = at.sign_in().await;
    let assign = async |who: &str, cookie: &str| {
        at.submit(ISSUE, "assign_issue", &[("short_id", "SHOP-1"), ("assignee", who)], cookie).await
    };
    assign("bo@example.org", &cookie).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "bo@example.org");
    assert_eq!(at.list("issues?query=assigned:bo@example.org").await.len(), 1);
    let page = assign("eve@example.org", &cookie).await;
    assert!(page.text().contains("is not the e-mail address of a member"), "{}", page.text());
    assign("", &cookie).await;
    assign("bo@example.org", &bo.cookie).await;
    let said: Vec<String> = at.list("issues/SHOP-1/activity").await.iter().map(sentence).collect();
    assert_eq!(said, ["Bo took this", "Ada left this to nobody", "Ada assigned this to Bo"]);
    let mine = bo.api(&at, Method::GET, "issues?query=assigned:me").send().await.expect("an answer");
    assert_eq!(mine.json::<Value>().await.expect("JSON")["data"].as_array().map(Vec::len), Some(1));
    assert!(at.list("issues?query=assigned:me").await.is_empty(), "me is whoever asks");
}

async fn a_fixed_issue_comes_back_only_in_a_later_release(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    change(&at, "SHOP-1", json!({"resolution": "release"})).await;
    for (number, release) in [(2, "shop@2.3.0"), (3, "shop@2.4.0-rc.1")] {
        at.report(&error(number, "KeyError", release)).await;
        assert_eq!(standing(&at.get("issues/SHOP-1").await), ("resolved", "", "Resolved in shop@2.4.0 by Ada"));
    }
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3, "counted all the same");
    at.report(&error(4, "KeyError", "shop@2.10.0")).await;
    let issue = at.get("issues/SHOP-1").await;
    let reason = "Seen in shop@2.10.0, which is later than shop@2.4.0 (shop@2.10.0 > shop@2.4.0, semver)";
    assert_eq!(standing(&issue), ("unresolved", "regressed", reason));
    let said: Vec<String> = at.list("issues/SHOP-1/activity").await.iter().map(sentence).collect();
    assert_eq!(said, [format!("Fieldfare reopened this: {reason}"), "Ada resolved this in shop@2.4.0".to_owned()]);
    let release = at.get("releases/shop%402.10.0?project=shop").await;
    assert_eq!(release["regressed_issues"], 1, "{release}");
    assert_eq!(release["regressed"][0]["short_id"], "SHOP-1");
    assert_eq!(
        (release["new"].as_array().map(Vec::len), release["ongoing"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    let cookie = at.sign_in().await;
    assert!(at.see(ISSUE, &cookie).await.text().contains(reason));
    let page = at.see("/releases/shop/shop%402.10.0", &cookie).await;
    let (_, regressed) = page.html.split_once("Came back in this release").expect("a section");
    let (regressed, _) = regressed.split_once("Ongoing").expect("the next section");
    assert!(regressed.contains("/issues/SHOP-1"));
    assert_eq!(at.list("issues?query=is:regressed").await.len(), 1);

    at.report(&error(5, "KeyError", "shop@2.10.0")).await;
    let again = at.get("releases/shop%402.10.0?project=shop").await;
    assert_eq!(again["regressed_issues"], 1, "it came back once");
}

async fn resolving_in_the_next_release_waits_for_it(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    change(&at, "SHOP-1", json!({"resolution": "next_release"})).await;
    at.report(&error(2, "KeyError", "shop@2.4.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved", "2.4.0 is not the next release");
    at.report(&error(3, "KeyError", "shop@2.4.1")).await;
    let issue = at.get("issues/SHOP-1").await;
    let reason = "Seen in shop@2.4.1, which is later than shop@2.4.0 (shop@2.4.1 > shop@2.4.0, semver)";
    assert_eq!(standing(&issue), ("unresolved", "regressed", reason));
}

async fn resolving_now_is_undone_by_the_next_event(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.4.0")).await;
    change(&at, "SHOP-1", json!({"status": "resolved"})).await;
    let mut late = error(2, "KeyError", "shop@2.4.0");
    late["timestamp"] = json!(Timestamp(at.state().clock.now() - 60_000).to_string());
    at.report(&late).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved", "it happened before");
    let resolved_by = at.state().clock.now();
    eventually("the clock moves on", async || (at.state().clock.now() > resolved_by).then_some(())).await;
    at.report(&error(3, "KeyError", "shop@2.4.0")).await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!(standing(&issue), ("unresolved", "regressed", "Seen in shop@2.4.0 after it was resolved"));

    change(&at, "SHOP-1", json!({"status": "archived"})).await;
    at.report(&error(4, "KeyError", "shop@9.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "archived", "archived means: leave me alone");
}

async fn feedback_is_triaged_like_errors(database: Database) {
    let at = Installation::on(database).await;
    at.report(&feedback(1, "The cart is empty", "shop@2.4.0")).await;
    change(&at, "SHOP-1", json!({"resolution": "release"})).await;
    at.report(&feedback(2, "the cart is empty", "shop@2.3.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["status"], "resolved");
    at.report(&feedback(3, "The cart is EMPTY!", "shop@2.5.0")).await;
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["substatus"], &issue["events"]), (&json!("regressed"), &json!(3)));
}
