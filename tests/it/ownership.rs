//! Ownership rules: whom new issues are left to and why, writing the rules, and trying them.

use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, traffic};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    new_issues_are_left_to_their_owner,
    the_owner_hears_of_it,
    feedback_has_owners_too,
    only_new_issues_are_assigned_and_only_when_it_is_on,
    what_cannot_be_read_is_kept_as_a_draft,
    the_page_says_which_rule_matches_and_why,
    the_api_tries_rules,
    the_api_refuses_whole_and_says_the_lines,
    who_could_look_is_suggested_with_reasons,
);

const PAGE: &str = "/projects/shop/settings/ownership";

async fn ask(at: &Installation, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn team(at: &Installation, name: &str, members: &[&str]) {
    let (status, said) = ask(at, Method::POST, "teams", json!({"name": name, "members": members})).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
}

async fn rules(at: &Installation, rules: &str) {
    let (status, said) = ask(at, Method::PUT, "projects/shop/ownership", json!({ "rules": rules })).await;
    assert_eq!(status, StatusCode::OK, "{said}");
}

async fn said(at: &Installation, issue: &str) -> Vec<Value> {
    at.list(&format!("issues/{issue}/activity")).await.iter().map(|line| line["what"].clone()).collect()
}

/// Installation with a team and somebody in it.
async fn with_team(database: Database) -> Installation {
    let at = Installation::on(database).await;
    at.member("Bo", Role::Developer).await;
    team(&at, "Payments", &["bo@example.org"]).await;
    at
}

async fn new_issues_are_left_to_their_owner(database: Database) {
    let at = with_team(database).await;
    rules(
        &at,
        "path:** ada@example.org\npath:shop/keyerror.py #payments ada@example.org\nrelease:*beta* bo@example.org",
    )
    .await;
    for (number, kind, release) in
        [(1, "KeyError", "shop@1.0.0"), (2, "OSError", "shop@1.0.0"), (3, "EvilError", "shop@1.0.0-beta")]
    {
        at.report(&error(number, kind, release)).await;
    }
    let mut bare = json!({"event_id": traffic::event_id(4), "platform": "python", "message": "no frames, no release"});
    at.report(&bare).await;
    bare["event_id"] = json!(traffic::event_id(5));
    at.report(&bare).await;
    for (issue, expected) in [
        ("SHOP-1", json!("#payments")),
        ("SHOP-2", json!("ada@example.org")),
        ("SHOP-3", json!("bo@example.org")),
        ("SHOP-4", Value::Null),
    ] {
        assert_eq!(at.get(&format!("issues/{issue}")).await["assignee"], expected, "{issue}");
    }
    let why = "assigned this to #payments, since path:shop/keyerror.py in line 2 of the ownership rules matches \
               shop/keyerror.py";
    assert_eq!(said(&at, "SHOP-1").await, [json!(why)]);
    assert!(at.list("issues/SHOP-1/activity").await[0]["by"].is_null(), "Fieldfare did it");
    assert!(said(&at, "SHOP-4").await.is_empty());
    at.report(&error(6, "KeyError", "shop@1.0.0")).await;
    assert_eq!(said(&at, "SHOP-1").await.len(), 1, "once");
}

async fn the_owner_hears_of_it(database: Database) {
    let at = with_team(database).await;
    let bo = at.member("Cy", Role::Developer).await;
    team(&at, "Web", &[&bo.email]).await;
    rules(&at, "path:** #web").await;
    // Hears of no new issue, but of those that are theirs.
    let form = [("followed", "on"), ("mention", "on")];
    at.submit("/settings", "save_mail_preferences", &form, &bo.cookie).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.told(&bo.email).await, ["new_issue"]);
    assert_eq!(at.told("ada@example.org").await, ["new_issue"], "once");
    let mails = at.mails().await;
    let mail = mails.iter().find(|mail| mail.to == bo.email).expect("a mail");
    for fact in ["Assigned to   #web", "because you follow this issue"] {
        assert!(mail.text.contains(fact), "{fact}: {}", mail.text);
    }
    assert_eq!(at.get("issues/SHOP-1/subscription").await["subscribers"], 1, "Ada is not in the team");
}

async fn feedback_has_owners_too(database: Database) {
    let at = with_team(database).await;
    rules(&at, "url:*/cart #payments").await;
    at.report(&feedback(1, "The cart is empty", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "#payments");
    let why = said(&at, "SHOP-1").await;
    assert!(why[0].as_str().is_some_and(|why| why.contains("matches https://shop.example.org/cart")), "{why:?}");
}

async fn only_new_issues_are_assigned_and_only_when_it_is_on(database: Database) {
    let at = with_team(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    rules(&at, "path:** #payments").await;
    at.report(&error(2, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], Value::Null, "it was there before");
    let off = json!({"rules": "path:** #payments", "auto_assign": false});
    assert_eq!(ask(&at, Method::PUT, "projects/shop/ownership", off).await.0, StatusCode::OK);
    at.report(&error(3, "OSError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-2").await["assignee"], Value::Null);
    assert_eq!(at.list("issues/SHOP-2/suggestions").await[0]["assignee"], "#payments", "but it is suggested");
    rules(&at, "path:** #payments").await;
    ask(&at, Method::DELETE, "teams/payments", json!({})).await;
    at.report(&error(4, "EvilError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-3").await["assignee"], Value::Null, "who is gone gets nothing");
}

async fn what_cannot_be_read_is_kept_as_a_draft(database: Database) {
    let at = with_team(database).await;
    let cookie = at.sign_in().await;
    let save = async |rules: &str, cookie: &str| {
        at.submit(PAGE, "save_ownership", &[("slug", "shop"), ("rules", rules), ("auto_assign", "true")], cookie).await
    };
    let page = save("path:** #payments", &cookie).await;
    assert!(!page.text().contains("Line 1") && !page.text().contains("draft"), "{}", page.text());
    let broken = "# ours\r\npath:src/** #moon\r\nnonsense\r\nurl:* bob\r\npath:ok #payments";
    let page = save(broken, &cookie).await;
    for fact in [
        "Line 2: there is no team #moon",
        "Line 3: names no owner",
        "Line 4: `bob` is neither a #team nor an e-mail address",
        "a draft by Ada",
        "They are not in force",
    ] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    assert!(!page.text().contains("Line 5"));
    assert!(
        page.html.contains("path:src/** #moon\nnonsense\nurl:* bob\npath:ok #payments</textarea>"),
        "nothing is lost"
    );
    assert_eq!(at.get("projects/shop/ownership").await["rules"], "path:** #payments", "what was in force still is");
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "#payments");
    let again = at.see(PAGE, &cookie).await;
    assert!(again.html.contains("nonsense"), "it waits for whoever mends it");
    let page = at.submit(PAGE, "discard_ownership_draft", &[("slug", "shop")], &cookie).await;
    assert!(page.html.contains("path:** #payments</textarea>") && !page.html.contains("nonsense"), "{}", page.html);

    let bo = at.member("Dev", Role::Developer).await;
    let reading = at.see(PAGE, &bo.cookie).await;
    assert!(reading.text().contains("path:** #payments") && !reading.html.contains("save_ownership"));
    let refused = save("path:** ada@example.org", &bo.cookie).await;
    assert!(refused.text().contains("Your role does not allow this") || !refused.html.contains("save_ownership"));
    assert_eq!(at.get("projects/shop/ownership").await["rules"], "path:** #payments");
}

async fn the_page_says_which_rule_matches_and_why(database: Database) {
    let at = with_team(database).await;
    let cookie = at.sign_in().await;
    rules(&at, "path:shop/** ada@example.org\npath:shop/keyerror.py #payments\ntags.region:eu* bo@example.org").await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let id = traffic::event_id(1);
    for (subject, facts) in [
        (
            &*id,
            &[
                "left to #payments",
                "2: path:shop/keyerror.py",
                "1: path:shop/**",
                "yes, it is the last",
                "shop/views.py",
            ][..],
        ),
        ("shop/other.py", &["left to ada@example.org", "1: path:shop/**"]),
        ("shop/other.py\nregion:europe", &["left to bo@example.org", "3: tags.region:eu*", "europe"]),
        ("elsewhere.py", &["No rule matches", "elsewhere.py"]),
        ("0123456789abcdef0123456789abcdef", &["Not tried: that is not the id of an event of this project"]),
    ] {
        let path = format!("{PAGE}?subject={}", fieldfare_app::routes::encode(subject));
        let page = at.see(&path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        for fact in facts {
            assert!(page.text().contains(fact), "{subject}: {fact}: {}", page.text());
        }
        assert!(page.html.contains(&format!("{subject}</textarea>")), "what was asked is still there");
    }
}

async fn the_api_tries_rules(database: Database) {
    let at = with_team(database).await;
    rules(&at, "path:shop/** ada@example.org\npath:shop/keyerror.py #payments").await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let trial = async |body: Value| ask(&at, Method::POST, "projects/shop/ownership/trial", body).await;
    let (_, of_event) = trial(json!({"event_id": traffic::event_id(1)})).await;
    assert_eq!(of_event["assignee"], "#payments", "{of_event}");
    let decides: Vec<_> =
        of_event["matches"].as_array().expect("a list").iter().map(|it| it["decides"].clone()).collect();
    assert_eq!(decides, [json!(false), json!(true)]);
    let (_, other) =
        trial(json!({"path": "a.py", "tags": {"region": "eu"}, "rules": "tags.region:eu #payments"})).await;
    assert_eq!((&other["assignee"], &other["matches"][0]["value"]), (&json!("#payments"), &json!("eu")));
    let (_, nothing) = trial(json!({})).await;
    assert_eq!((&nothing["matches"], &nothing["assignee"]), (&json!([]), &Value::Null));
    for wrong in [json!({"event_id": "seven"}), json!({"event_id": traffic::event_id(9)})] {
        let (status, problem) = trial(wrong).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("event_id")), "{problem}");
    }
}

async fn the_api_refuses_whole_and_says_the_lines(database: Database) {
    let at = with_team(database).await;
    let body = json!({"rules": "path:a #payments\npath:b\npath:c eve@example.org"});
    let (status, problem) = ask(&at, Method::PUT, "projects/shop/ownership", body).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("rules")));
    let detail = problem["detail"].as_str().unwrap_or_default();
    let second = "line 3: eve@example.org is not the e-mail address of a member";
    assert!(detail.contains("line 2: names no owner") && detail.contains(second), "{detail}");
    assert_eq!(at.get("projects/shop/ownership").await, json!({"rules": "", "auto_assign": true}));
    let bo = at.member("Dev", Role::Developer).await;
    let refused = bo.api(&at, Method::PUT, "projects/shop/ownership").json(&json!({"rules": ""})).send().await;
    assert_eq!(refused.expect("an answer").status(), StatusCode::FORBIDDEN);
    assert_eq!(ask(&at, Method::GET, "projects/moon/ownership", json!({})).await.0, StatusCode::NOT_FOUND);
}

async fn who_could_look_is_suggested_with_reasons(database: Database) {
    let at = with_team(database).await;
    let cy = at.member("Cy", Role::Developer).await;
    let release = json!({"version": "shop@1.0.0", "projects": ["shop"], "commits": [
        {"id": "a1", "author_name": "Cy", "author_email": "CY@example.org", "message": "one"},
        {"id": "a2", "author_name": "Cy", "author_email": "cy@example.org", "message": "two"},
        {"id": "a3", "author_name": "Eve", "author_email": "eve@elsewhere.org", "message": "three"},
    ]});
    let answer = at.tool(Method::POST, "organizations/fernbrook/releases/").json(&release).send().await;
    assert!(answer.expect("an answer").status().is_success());
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    rules(&at, "path:shop/keyerror.py #payments").await;
    ask(&at, Method::PATCH, "issues/SHOP-1", json!({"status": "resolved"})).await;
    ask(&at, Method::PATCH, "issues/SHOP-1", json!({"status": "unresolved"})).await;
    let said =
        cy.api(&at, Method::POST, "issues/SHOP-1/comments").json(&json!({"body": "Mine, I think."})).send().await;
    assert_eq!(said.expect("an answer").status(), StatusCode::CREATED);
    let suggested = async || -> Vec<String> {
        let rows = at.list("issues/SHOP-1/suggestions").await;
        let reasons = |row: &Value| row["reasons"].as_array().expect("reasons").clone();
        let line = |row: &Value| format!("{}: {}", row["assignee"].as_str().unwrap_or_default(), json!(reasons(row)));
        rows.iter().map(line).collect()
    };
    let owns = "owns it, since path:shop/keyerror.py in line 1 of the ownership rules matches shop/keyerror.py";
    let expected = [
        format!("#payments: [\"{owns}\"]"),
        "ada@example.org: [\"resolved it before\"]".to_owned(),
        "cy@example.org: [\"wrote 2 commits of shop@1.0.0\",\"commented on it\"]".to_owned(),
    ];
    assert_eq!(suggested().await, expected);
    let cookie = at.sign_in().await;
    let page = at.see("/issues/SHOP-1", &cookie).await;
    for fact in ["Who could look", owns, "wrote 2 commits of shop@1.0.0; commented on it", "Assign to Cy"] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    let form = [("short_id", "SHOP-1"), ("assignee", "#payments")];
    at.submit("/issues/SHOP-1", "assign_issue", &form, &cookie).await;
    assert_eq!(suggested().await, expected[1..], "whoever has it is not suggested");
}
