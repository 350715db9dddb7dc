//! Who follows an issue, what they are told, and how they stop it.

use fieldfare::clock::DAY_MS;
use fieldfare::issues::Timekeeper;
use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Person, WrittenMail, eventually};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    whoever_does_something_follows_and_hears_of_others,
    followers_hear_of_regressions_whatever_their_settings,
    several_changes_at_once_are_one_mail,
    who_has_left_is_brought_back_by_their_own_doing_only,
    a_link_in_a_mail_ends_mails_about_an_issue,
    a_link_in_a_mail_ends_mails_of_a_kind,
    followers_come_along_in_a_merge,
    monitors_that_recover_are_told,
    what_comes_back_by_itself_is_told,
    only_what_matters_is_told_when_its_time_has_passed,
    what_is_done_to_many_is_one_mail,
    what_was_done_to_many_may_be_left_to_a_team,
);

/// A day in November 2026, at noon UTC.
const NOON: i64 = 1_795_435_200_000;

async fn with_issue(database: Database) -> Installation {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at
}

/// Hears of what they follow, and of nothing else.
async fn follower(at: &Installation, name: &str) -> Person {
    let person = at.member(name, Role::Developer).await;
    want(at, &person, &["followed", "mention"]).await;
    person
}

async fn want(at: &Installation, person: &Person, kinds: &[&str]) {
    let form: Vec<(&str, &str)> = kinds.iter().map(|kind| (*kind, "on")).collect();
    at.submit("/settings", "save_mail_preferences", &form, &person.cookie).await;
}

async fn ask(at: &Installation, who: &Person, method: Method, path: &str, body: Value) -> Value {
    let answer = who.api(at, method, path).json(&body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{path}: {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

async fn change(at: &Installation, who: &Person, body: Value) {
    ask(at, who, Method::PATCH, "issues/SHOP-1", body).await;
}

async fn follows(at: &Installation, who: &Person) -> bool {
    ask(at, who, Method::GET, "issues/SHOP-1/subscription", json!({})).await["subscribed"] == true
}

async fn mail_to(at: &Installation, person: &Person, kind: &str) -> WrittenMail {
    let mails = at.mails().await;
    mails.into_iter().find(|mail| mail.to == person.email && mail.kind == kind).expect("a mail")
}

async fn whoever_does_something_follows_and_hears_of_others(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    assert!(!follows(&at, &bo).await);
    change(&at, &bo, json!({"status": "resolved"})).await;
    assert!(follows(&at, &bo).await, "who acts follows");
    assert!(at.told(&bo.email).await.is_empty(), "never of their own doing");
    change(&at, &cy, json!({"status": "unresolved"})).await;
    let mail = mail_to(&at, &bo, "issue_changed").await;
    for fact in ["Subject: [shop] Cy reopened this: KeyError: order 1 failed (SHOP-1)", "because you follow this issue"]
    {
        assert!(mail.text.contains(fact), "{fact}: {}", mail.text);
    }
    assert!(at.told(&cy.email).await.is_empty());
    ask(&at, &bo, Method::POST, "issues/SHOP-1/comments", json!({"body": "Why?"})).await;
    assert_eq!(at.told(&cy.email).await, ["comment"]);
    let dee = follower(&at, "Dee").await;
    change(&at, &cy, json!({"assignee": dee.email})).await;
    assert_eq!(at.told(&dee.email).await, ["issue_changed"], "who is assigned is told");
    assert!(follows(&at, &dee).await);
    assert_eq!(at.told(&bo.email).await, ["issue_changed", "issue_changed"]);
    want(&at, &bo, &["mention"]).await;
    change(&at, &cy, json!({"status": "archived"})).await;
    assert_eq!(at.told(&bo.email).await.len(), 2, "switched off is off");
    assert_eq!(at.told(&dee.email).await.len(), 2);
    assert_eq!(at.told("ada@example.org").await, ["new_issue"], "who has nothing to do with it hears nothing");
}

async fn followers_hear_of_regressions_whatever_their_settings(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    change(&at, &bo, json!({"resolution": "release"})).await;
    at.report(&error(2, "KeyError", "shop@1.1.0")).await;
    assert_eq!(at.told(&bo.email).await, ["regression"]);
    assert!(at.told(&cy.email).await.is_empty());
    assert_eq!(at.told("ada@example.org").await, ["new_issue", "regression"], "once, by her settings");
    assert!(mail_to(&at, &bo, "regression").await.text.contains("because you follow this issue"));
}

async fn several_changes_at_once_are_one_mail(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    ask(&at, &bo, Method::PUT, "issues/SHOP-1/subscription", json!({})).await;
    change(&at, &cy, json!({"status": "resolved", "assignee": "me"})).await;
    assert_eq!(at.told(&bo.email).await, ["issue_changed"]);
    let mail = mail_to(&at, &bo, "issue_changed").await;
    assert!(mail.text.contains("Cy resolved this") && mail.text.contains("Cy took this."), "{}", mail.text);
    change(&at, &cy, json!({"assignee": "me"})).await;
    assert_eq!(at.told(&bo.email).await.len(), 1, "nothing changed");
}

async fn who_has_left_is_brought_back_by_their_own_doing_only(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    let comment = async |who: &Person, body: &str| {
        ask(&at, who, Method::POST, "issues/SHOP-1/comments", json!({ "body": body })).await;
    };
    comment(&bo, "Hm").await;
    let left = ask(&at, &bo, Method::DELETE, "issues/SHOP-1/subscription", json!({})).await;
    assert_eq!(left, json!({"subscribed": false, "reason": null, "subscribers": 0}));
    comment(&cy, "Ha").await;
    change(&at, &cy, json!({"assignee": bo.email})).await;
    assert!(at.told(&bo.email).await.is_empty() && !follows(&at, &bo).await);
    comment(&cy, "@bo, please").await;
    assert_eq!(at.told(&bo.email).await, ["mention"], "being called is another thing");
    assert!(!follows(&at, &bo).await);
    comment(&bo, "Well").await;
    assert!(follows(&at, &bo).await);
    comment(&cy, "Thanks").await;
    assert_eq!(at.told(&bo.email).await, ["comment", "mention"]);
}

async fn a_link_in_a_mail_ends_mails_about_an_issue(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    change(&at, &bo, json!({"status": "resolved"})).await;
    change(&at, &cy, json!({"status": "unresolved"})).await;
    let mail = mail_to(&at, &bo, "issue_changed").await;
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let path = mail.unsubscribe_path();
    let page = at.see(&path, "").await;
    assert_eq!(page.status, StatusCode::OK, "nobody has to sign in: {}", page.text());
    assert!(page.text().contains("bo@example.org gets mail about SHOP-1 KeyError: order 1 failed."), "{}", page.text());
    assert!(page.html.contains("<form method=\"post\""));
    assert!(follows(&at, &bo).await, "a visit changes nothing: mail programs follow links by themselves");
    let one_click = at.client.post(format!("{}{path}", at.url)).body("List-Unsubscribe=One-Click");
    let one_click =
        one_click.header("content-type", "application/x-www-form-urlencoded").send().await.expect("an answer");
    assert_eq!(one_click.status(), StatusCode::OK, "no redirect, which mail programs do not follow");
    assert!(!follows(&at, &bo).await);
    assert!(follows(&at, &cy).await, "only theirs");
    let page = at.see(&path, "").await;
    assert!(page.text().contains("You are unsubscribed"), "{}", page.text());

    ask(&at, &bo, Method::PUT, "issues/SHOP-1/subscription", json!({})).await;
    let answer = at.post_form_from(&path, &path, &[], "").await;
    assert!(answer.status().is_redirection());
    assert!(!follows(&at, &bo).await, "by the form as well");
    change(&at, &cy, json!({"status": "resolved"})).await;
    assert_eq!(at.told(&bo.email).await.len(), 1);
    for forged in [
        path.replace("issue-", "issue-9"),
        path.replace("/unsubscribe/", "/unsubscribe/1"),
        "/unsubscribe/x".to_owned(),
    ] {
        assert_eq!(at.see(&forged, "").await.status, StatusCode::NOT_FOUND, "{forged}");
        let answer = at.post_form_from(&forged, &forged, &[], "").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{forged}");
    }
}

async fn a_link_in_a_mail_ends_mails_of_a_kind(database: Database) {
    let at = with_issue(database).await;
    let mails = at.mails().await;
    let path = mails[0].unsubscribe_path();
    let page = at.see(&path, "").await;
    assert!(page.text().contains("ada@example.org gets mail about new issues."), "{}", page.text());
    at.post_form_from(&path, &path, &[], "").await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    assert_eq!(at.told("ada@example.org").await, ["new_issue"], "no more");
    let settings = at.see("/settings", &at.sign_in().await).await.html;
    let ticked = |name: &str| {
        let tag = settings.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).expect("a box");
        tag.split('>').next().is_some_and(|tag| tag.contains("checked"))
    };
    assert!(!ticked("new_issue") && ticked("regression") && ticked("followed"), "{settings}");
}

async fn followers_come_along_in_a_merge(database: Database) {
    let at = with_issue(database).await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    ask(&at, &bo, Method::PUT, "issues/SHOP-2/subscription", json!({})).await;
    ask(&at, &cy, Method::POST, "issues/SHOP-1/merge", json!({"issues": ["SHOP-2"]})).await;
    assert!(mail_to(&at, &bo, "issue_changed").await.text.contains("Cy merged SHOP-2 into this"));
    assert!(follows(&at, &bo).await, "what they follow is in it");
    ask(&at, &cy, Method::POST, "issues/SHOP-1/comments", json!({"body": "One problem"})).await;
    assert_eq!(at.told(&bo.email).await, ["comment", "issue_changed"]);
    ask(&at, &bo, Method::DELETE, "issues/SHOP-1/subscription", json!({})).await;
    ask(&at, &cy, Method::POST, "issues/SHOP-1/comments", json!({"body": "Solved"})).await;
    assert_eq!(at.told(&bo.email).await.len(), 2, "and can be left as a whole");
}

async fn monitors_that_recover_are_told(database: Database) {
    let at = Installation::on(database).await;
    let bo = follower(&at, "Bo").await;
    let check_in = async |status: &str| {
        let config = json!({"schedule": {"type": "interval", "value": 1, "unit": "day"}});
        let body = json!({"monitor_slug": "nightly", "status": status, "monitor_config": config});
        at.send(fieldfare_tests::Envelope::new(&json!({})).item("check_in", &body)).await;
    };
    check_in("error").await;
    eventually("an issue", async || (at.list("issues").await.len() == 1).then_some(())).await;
    ask(&at, &bo, Method::PUT, "issues/SHOP-1/subscription", json!({})).await;
    check_in("ok").await;
    eventually("it is over", async || (at.get("issues/SHOP-1").await["status"] == "resolved").then_some(())).await;
    let mail = mail_to(&at, &bo, "issue_changed").await;
    assert!(mail.text.contains("Fieldfare resolved this, recovered"), "{}", mail.text);
}

async fn what_comes_back_by_itself_is_told(database: Database) {
    let at = with_issue(database).await;
    let bo = follower(&at, "Bo").await;
    change(&at, &bo, json!({"archive": {"events": 2}})).await;
    at.report(&error(2, "KeyError", "shop@1.0.0")).await;
    assert!(at.told(&bo.email).await.is_empty());
    at.report(&error(3, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.told(&bo.email).await, ["issue_changed"]);
    let mail = mail_to(&at, &bo, "issue_changed").await;
    assert!(mail.text.contains("Fieldfare reopened this: 2 more events since it was archived"), "{}", mail.text);

    at.report(&feedback(4, "The cart is empty", "shop@1.0.0")).await;
    ask(&at, &bo, Method::PATCH, "issues/SHOP-2", json!({"status": "answered"})).await;
    at.report(&feedback(5, "the cart is EMPTY!", "shop@1.0.0")).await;
    assert_eq!(at.told(&bo.email).await, ["issue_changed", "new_feedback"], "by what was written, once");
    let mail = mail_to(&at, &bo, "new_feedback").await;
    assert!(mail.text.contains("Somebody wrote again") && mail.text.contains("you follow this issue"), "{}", mail.text);
}

async fn only_what_matters_is_told_when_its_time_has_passed(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    let bo = follower(&at, "Bo").await;
    change(&at, &bo, json!({"archive": {"date": "2026-11-25"}})).await;
    ask(&at, &bo, Method::PUT, "issues/SHOP-2/subscription", json!({})).await;
    let state = at.state();
    state.clock.advance(8 * DAY_MS);
    let timekeeper = Timekeeper::new(&state.store, &state.clock);
    timekeeper.settle(state.clock.now()).await.expect("states settle");
    assert_eq!(at.get("issues/SHOP-1").await["status"], "unresolved");
    assert_eq!(at.get("issues/SHOP-2").await["substatus"], "ongoing");
    assert_eq!(at.told(&bo.email).await, ["issue_changed"], "that it is no longer new is no news");
    let mail = mail_to(&at, &bo, "issue_changed").await;
    assert!(mail.text.contains("Fieldfare reopened this, archived until"), "{}", mail.text);
}

async fn what_is_done_to_many_is_one_mail(database: Database) {
    let at = Installation::on(database).await;
    for (number, kind) in ["KeyError", "OSError", "TypeError", "ValueError"].into_iter().enumerate() {
        at.report(&error(number, kind, "shop@1.0.0")).await;
    }
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    for issue in ["SHOP-1", "SHOP-2"] {
        ask(&at, &bo, Method::PUT, &format!("issues/{issue}/subscription"), json!({})).await;
    }
    let many = json!({"what": "resolve", "issues": ["SHOP-1", "SHOP-2", "SHOP-3"]});
    let done = ask(&at, &cy, Method::POST, "issues/bulk", many).await;
    assert_eq!(at.told(&bo.email).await, ["many_changed"]);
    let mail = mail_to(&at, &bo, "many_changed").await;
    assert!(mail.text.contains("Subject: Cy changed 2 issues you follow: resolved"), "{}", mail.text);
    assert!(
        mail.text.contains("SHOP-1") && mail.text.contains("SHOP-2") && !mail.text.contains("SHOP-3"),
        "{}",
        mail.text
    );
    assert!(!follows(&at, &cy).await, "what is done to many is no interest in each");

    change(&at, &cy, json!({"status": "unresolved"})).await;
    ask(&at, &cy, Method::POST, &format!("issues/bulk/{}/undo", done["id"]), json!({})).await;
    assert_eq!(at.told(&bo.email).await, ["issue_changed", "many_changed", "many_changed"]);
    let mails = at.mails().await;
    let back = mails.iter().find(|mail| mail.text.contains("took back that 1 issue you follow were resolved"));
    let back = back.expect("a mail that says so");
    assert!(back.text.contains("SHOP-2") && !back.text.contains("SHOP-1"), "{}", back.text);
    assert!(at.told(&cy.email).await.is_empty());
    let page = at.see(&back.unsubscribe_path(), "").await;
    assert!(page.text().contains("bo@example.org gets mail about"), "{}", page.text());
}

async fn what_was_done_to_many_may_be_left_to_a_team(database: Database) {
    let at = with_issue(database).await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    let (bo, cy) = (follower(&at, "Bo").await, follower(&at, "Cy").await);
    let owner = at.api(Method::POST, "teams").json(&json!({"name": "Web", "members": [bo.email]})).send().await;
    assert!(owner.expect("an answer").status().is_success());
    change(&at, &cy, json!({"assignee": "#web"})).await;
    let many = json!({"what": "assign", "assignee": "", "issues": ["SHOP-1", "SHOP-2"]});
    let done = ask(&at, &cy, Method::POST, "issues/bulk", many).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], Value::Null);
    ask(&at, &cy, Method::POST, &format!("issues/bulk/{}/undo", done["id"]), json!({})).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "#web", "it is the team's again");
    assert_eq!(at.get("issues/SHOP-2").await["assignee"], Value::Null);
    let many = json!({"what": "assign", "assignee": "#web", "issues": ["SHOP-1", "SHOP-2"]});
    ask(&at, &cy, Method::POST, "issues/bulk", many).await;
    assert_eq!(at.get("issues/SHOP-2").await["assignee"], "#web");
    assert_eq!(at.told(&bo.email).await.last().map(String::as_str), Some("many_changed"));
}
