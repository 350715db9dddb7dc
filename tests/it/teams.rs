//! Teams: making them, and leaving issues to them.

use fieldfare_app::api::Role;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Person};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    leads_make_change_and_delete_teams,
    wrong_teams_are_refused_whole,
    the_page_works_without_javascript,
    an_issue_is_left_to_a_team,
    issues_are_found_by_their_team,
    a_team_that_goes_leaves_its_issues_to_nobody,
);

async fn ask(at: &Installation, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn team(at: &Installation, name: &str, members: &[&str]) -> Value {
    let body = json!({"name": name, "members": members, "projects": ["shop"]});
    let (status, team) = ask(at, Method::POST, "teams", body).await;
    assert_eq!(status, StatusCode::CREATED, "{team}");
    team
}

fn addresses(team: &Value) -> Vec<&str> {
    let members = team["members"].as_array().expect("members");
    members.iter().map(|member| member["email"].as_str().expect("an address")).collect()
}

async fn said(at: &Installation, issue: &str) -> Vec<String> {
    let lines = at.list(&format!("issues/{issue}/activity")).await;
    let line = |line: &Value| {
        format!("{} {}", line["by"].as_str().unwrap_or("Fieldfare"), line["what"].as_str().unwrap_or_default())
    };
    lines.iter().map(line).collect()
}

async fn leads_make_change_and_delete_teams(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    let made = team(&at, "Web Shop", &["bo@example.org", "ADA@example.org"]).await;
    assert_eq!((&made["slug"], &made["projects"]), (&json!("web-shop"), &json!(["shop"])));
    assert_eq!(addresses(&made), ["ada@example.org", "bo@example.org"]);
    let (status, changed) =
        ask(&at, Method::PATCH, "teams/web-shop", json!({"slug": "web", "members": ["bo@example.org"]})).await;
    assert_eq!((status, &changed["name"]), (StatusCode::OK, &json!("Web Shop")), "what is absent stays");
    assert_eq!((addresses(&changed), &changed["projects"]), (vec!["bo@example.org"], &json!(["shop"])));
    assert_eq!(at.list("teams").await.len(), 1);
    assert_eq!(at.get("teams/web").await["id"], made["id"]);
    for (method, path) in [(Method::POST, "teams"), (Method::PATCH, "teams/web"), (Method::DELETE, "teams/web")] {
        let refused = bo.api(&at, method.clone(), path).json(&json!({"name": "x"})).send().await.expect("an answer");
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{method} {path}");
    }
    assert_eq!(bo.api(&at, Method::GET, "teams").send().await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(ask(&at, Method::DELETE, "teams/web", json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&at, Method::GET, "teams/web", json!({})).await.0, StatusCode::NOT_FOUND);
    assert!(at.list("teams").await.is_empty());
}

async fn wrong_teams_are_refused_whole(database: Database) {
    let at = Installation::on(database).await;
    team(&at, "Web", &[]).await;
    for (body, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"name": "Api", "slug": "Not a slug"}), "slug"),
        (json!({"name": "Api", "slug": "#web"}), "slug"),
        (json!({"name": "Api", "members": ["eve@example.org"]}), "members"),
        (json!({"name": "Api", "projects": ["moon"]}), "projects"),
        (json!({}), "body"),
    ] {
        let (status, problem) = ask(&at, Method::POST, "teams", body.clone()).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{body}: {problem}");
    }
    let (status, _) = ask(&at, Method::PATCH, "teams/web", json!({"name": "Other", "members": ["eve@x.org"]})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(at.get("teams/web").await["name"], "Web", "nothing of it was kept");
    assert_eq!(team(&at, "Web", &[]).await["slug"], "web-2", "a name may be taken twice, a slug may not");
    assert_eq!(team(&at, "日本", &[]).await["slug"], "team");
}

async fn the_page_works_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    let cookie = at.sign_in().await;
    let page = at.see("/settings/teams", &cookie).await;
    assert!(page.text().contains("No teams yet") && page.text().contains("New team"), "{}", page.text());
    let form = [
        ("name", "Payments"),
        ("members[]", "ada@example.org"),
        ("members[]", "bo@example.org"),
        ("projects[]", "shop"),
    ];
    let page = at.submit("/settings/teams", "create_team", &form, &cookie).await;
    for fact in ["Payments #payments", "Ada, Bo", "Looks after shop"] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    let form = [("team", "payments"), ("name", "Money"), ("slug", "money")];
    let page = at.submit("/settings/teams", "save_team", &form, &cookie).await;
    assert!(page.text().contains("Money #money") && page.text().contains("Nobody yet"), "{}", page.text());
    let form = [("team", "money"), ("name", "Money"), ("slug", "Not a slug")];
    let page = at.submit("/settings/teams", "save_team", &form, &cookie).await;
    assert!(page.text().contains("slug: must be lower-case letters"), "{}", page.text());
    let reading = at.see("/settings/teams", &bo.cookie).await.text();
    assert!(reading.contains("#money") && !reading.contains("New team") && !reading.contains("Delete"), "{reading}");
    let page = at.submit("/settings/teams", "delete_team", &[("team", "money")], &cookie).await;
    assert!(page.text().contains("No teams yet"), "{}", page.text());
    assert!(at.see("/settings", &cookie).await.html.contains("href=\"/settings/teams\""));
}

async fn an_issue_is_left_to_a_team(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    team(&at, "Payments", &[&bo.email]).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let (status, issue) = ask(&at, Method::PATCH, "issues/SHOP-1", json!({"assignee": "#payments"})).await;
    assert_eq!((status, &issue["assignee"]), (StatusCode::OK, &json!("#payments")));
    assert_eq!(at.list("issues").await[0]["assignee"], "#payments");
    assert_eq!(follows(&at, &bo).await, (true, json!("it was assigned to you or your team")));
    let cookie = at.sign_in().await;
    let page = at.see("/issues/SHOP-1", &cookie).await;
    assert!(page.html.contains("<option value=\"#payments\" selected"), "{}", page.html);
    let form = [("short_id", "SHOP-1"), ("assignee", "me")];
    at.submit("/issues/SHOP-1", "assign_issue", &form, &cookie).await;
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], "ada@example.org", "one or the other, never both");
    let form = [("short_id", "SHOP-1"), ("assignee", "#Payments")];
    at.submit("/issues/SHOP-1", "assign_issue", &form, &cookie).await;
    at.submit("/issues/SHOP-1", "assign_issue", &form, &cookie).await;
    let expected = ["Ada assigned this to #payments", "Ada took this", "Ada assigned this to #payments"];
    assert_eq!(said(&at, "SHOP-1").await, expected, "doing it again is doing nothing");
    let (status, problem) = ask(&at, Method::PATCH, "issues/SHOP-1", json!({"assignee": "#moon"})).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("assignee")), "{problem}");
    let inbox = at.see("/issues", &cookie).await;
    assert!(inbox.text().contains("#payments"), "whose it is");
    assert!(inbox.html.contains("<option value=\"#payments\">Payments</option>"), "and many can be left to it");
}

/// Whether somebody follows the first issue, and why.
async fn follows(at: &Installation, person: &Person) -> (bool, Value) {
    let answer = person.api(at, Method::GET, "issues/SHOP-1/subscription").send().await.expect("an answer");
    let found: Value = answer.json().await.expect("JSON");
    (found["subscribed"] == true, found["reason"].clone())
}

async fn issues_are_found_by_their_team(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    team(&at, "Payments", &[&bo.email]).await;
    team(&at, "Web", &[]).await;
    for (number, assignee) in ["#payments", "#web", "bo@example.org", ""].into_iter().enumerate() {
        at.report(&error(number + 1, &format!("Kind{number}Error"), "shop@1.0.0")).await;
        let issue = format!("issues/SHOP-{}", number + 1);
        ask(&at, Method::PATCH, &issue, json!({ "assignee": assignee })).await;
    }
    let found = async |query: &str| -> Vec<String> {
        let query = fieldfare_app::routes::encode(query);
        let answer = bo.api(&at, Method::GET, &format!("issues?query={query}")).send().await.expect("an answer");
        let page: Value = answer.json().await.expect("JSON");
        let rows = page["data"].as_array().expect("rows").iter();
        let mut found: Vec<String> = rows.map(|row| row["short_id"].as_str().unwrap_or_default().to_owned()).collect();
        found.sort();
        found
    };
    for (query, expected) in [
        ("assigned:#Payments", &["SHOP-1"][..]),
        ("-assigned:#payments", &["SHOP-2", "SHOP-3", "SHOP-4"]),
        ("assigned:#moon", &[]),
        ("assigned:my_teams", &["SHOP-1"]),
        ("-assigned:my_teams", &["SHOP-2", "SHOP-3", "SHOP-4"]),
        ("assigned:[me,my_teams]", &["SHOP-1", "SHOP-3"]),
        ("is:assigned", &["SHOP-1", "SHOP-2", "SHOP-3"]),
        ("is:unassigned", &["SHOP-4"]),
        ("assigned:nobody", &["SHOP-4"]),
        ("assigned:anybody", &["SHOP-1", "SHOP-2", "SHOP-3"]),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
    at.indexed().await;
    assert_eq!(at.get("search?query=is:assigned%20checkout").await["total"], 3);
}

async fn a_team_that_goes_leaves_its_issues_to_nobody(database: Database) {
    let at = Installation::on(database).await;
    team(&at, "Payments", &[]).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    ask(&at, Method::PATCH, "issues/SHOP-1", json!({"assignee": "#payments"})).await;
    assert_eq!(ask(&at, Method::DELETE, "teams/payments", json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(at.get("issues/SHOP-1").await["assignee"], Value::Null);
    assert_eq!(said(&at, "SHOP-1").await[0], "Ada left this to nobody: the team #payments was deleted");
}
