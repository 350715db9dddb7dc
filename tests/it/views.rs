//! Views: queries with a name above the inbox, one's own and everybody's.

use fieldfare_app::api::Role;
use fieldfare_tests::people::Person;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    everybody_has_the_presets,
    a_view_is_saved_renamed_ordered_and_deleted,
    shared_views_take_a_lead,
    the_inbox_opens_with_the_default,
    forms_do_the_same_without_javascript,
    what_cannot_be_a_view_is_refused,
);

/// Sends a request about views as a person; answers the status and what was said.
async fn ask(at: &Installation, who: &Person, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = who.api(at, method, path).json(&body).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Kind and name of each view a person has, in order; the default one is starred.
async fn views(at: &Installation, who: &Person) -> Vec<String> {
    let (_, list) = ask(at, who, Method::GET, "views", Value::Null).await;
    let view = |view: &Value| {
        let star = if view["is_default"] == true { "*" } else { "" };
        format!("{} {}{star}", view["kind"].as_str().unwrap_or_default(), view["name"].as_str().unwrap_or_default())
    };
    list["data"].as_array().expect("views").iter().map(view).collect()
}

async fn saved(at: &Installation, who: &Person) -> Vec<String> {
    views(at, who).await.into_iter().filter(|view| !view.starts_with("preset")).collect()
}

async fn create(at: &Installation, who: &Person, body: Value) -> String {
    let (status, view) = ask(at, who, Method::POST, "views", body).await;
    assert_eq!(status, StatusCode::CREATED, "{view}");
    view["id"].as_str().expect("an id").to_owned()
}

async fn everybody_has_the_presets(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Viewer).await;
    let expected = [
        "preset Unresolved*",
        "preset For me",
        "preset New this week",
        "preset Escalating",
        "preset Regressed",
        "preset Feedback",
    ];
    assert_eq!(views(&at, &bo).await, expected);
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    for view in at.list("views").await {
        let read = at
            .get(&format!("query?query={}", fieldfare_app::routes::encode(view["query"].as_str().expect("a query"))))
            .await;
        assert_eq!(read["hints"], json!([]), "{view}");
    }
    let page = at.see("/issues", &bo.cookie).await.text();
    for name in ["Unresolved", "For me", "New this week", "Escalating", "Regressed", "Feedback", "Save view"] {
        assert!(page.contains(name), "{name}: {page}");
    }
    let (status, _) = ask(&at, &bo, Method::PATCH, "views/unresolved", json!({"name": "x"})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = ask(&at, &bo, Method::DELETE, "views/for_me", Value::Null).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

async fn a_view_is_saved_renamed_ordered_and_deleted(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    let cy = at.member("Cy", Role::Developer).await;
    let first =
        create(&at, &bo, json!({"name": "Mine", "query": "is:unresolved assigned:me users:>5", "sort": "users"})).await;
    let second = create(&at, &bo, json!({"name": "Errors", "query": "kind:error"})).await;
    create(&at, &bo, json!({"name": "Third"})).await;
    assert_eq!(saved(&at, &bo).await, ["own Mine", "own Errors", "own Third"]);
    assert_eq!(saved(&at, &cy).await, [""; 0], "they are Bo's own");
    let path = format!("views/{second}");
    let change = json!({"name": " Fatal ", "query": "level:fatal", "sort": "events", "position": 0});
    let (status, changed) = ask(&at, &bo, Method::PATCH, &path, change).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&changed["name"], &changed["query"], &changed["sort"]),
        (&json!("Fatal"), &json!("level:fatal"), &json!("events"))
    );
    assert_eq!(saved(&at, &bo).await, ["own Fatal", "own Mine", "own Third"]);
    let (status, _) = ask(&at, &bo, Method::PATCH, &format!("views/{first}"), json!({"position": 99})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(saved(&at, &bo).await, ["own Fatal", "own Third", "own Mine"]);
    for method in [Method::PATCH, Method::DELETE] {
        let (status, _) = ask(&at, &cy, method, &path, json!({"name": "Stolen"})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "somebody else's is not there");
    }
    let (status, _) = ask(&at, &bo, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(saved(&at, &bo).await, ["own Third", "own Mine"]);
}

async fn shared_views_take_a_lead(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    let lea = at.member("Lea", Role::Lead).await;
    let shared = json!({"name": "Payments", "query": "payment", "shared": true});
    let (status, _) = ask(&at, &bo, Method::POST, "views", shared.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let id = create(&at, &lea, shared).await;
    assert_eq!(
        (saved(&at, &bo).await, saved(&at, &lea).await),
        (vec!["shared Payments".to_owned()], vec!["shared Payments".to_owned()])
    );
    let path = format!("views/{id}");
    for (method, body) in [(Method::PATCH, json!({"name": "Bo's"})), (Method::DELETE, Value::Null)] {
        assert_eq!(ask(&at, &bo, method, &path, body).await.0, StatusCode::FORBIDDEN);
    }
    let own = create(&at, &bo, json!({"name": "Mine"})).await;
    let (status, _) = ask(&at, &bo, Method::PATCH, &format!("views/{own}"), json!({"shared": true})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = ask(&at, &lea, Method::PATCH, &path, json!({"shared": false})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (saved(&at, &bo).await, saved(&at, &lea).await),
        (vec!["own Mine".to_owned()], vec!["own Payments".to_owned()])
    );
}

async fn the_inbox_opens_with_the_default(database: Database) {
    let at = Installation::on(database).await;
    let lea = at.member("Lea", Role::Lead).await;
    let bo = at.member("Bo", Role::Developer).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let mut fatal = error(2, "CrashError", "shop@1.0.0");
    fatal["level"] = json!("fatal");
    at.report(&fatal).await;
    let id = create(&at, &lea, json!({"name": "Fatal", "query": "level:fatal", "shared": true})).await;
    let (status, _) = ask(&at, &bo, Method::PUT, "views/default", json!({"view": id})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let opened = async |who: &Person, path: &str| {
        let text = at.see(path, &who.cookie).await.text();
        (text.contains("KeyError"), text.contains("CrashError"))
    };
    assert_eq!(opened(&bo, "/issues").await, (false, true));
    assert_eq!(opened(&bo, "/issues?project=shop").await, (false, true), "narrowed only");
    assert_eq!(opened(&bo, "/issues?query=").await, (true, true), "an emptied query asks for the unresolved ones");
    assert_eq!(opened(&bo, "/issues?query=is:new").await, (true, true));
    assert_eq!(opened(&lea, "/issues").await, (true, true), "everybody has their own default");
    assert_eq!(at.list("issues").await.len(), 2, "the API does not depend on it");
    let (status, _) = ask(&at, &lea, Method::DELETE, &format!("views/{id}"), Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(opened(&bo, "/issues").await, (true, true), "the default went with its view");
    let (status, _) = ask(&at, &bo, Method::PUT, "views/default", json!({"view": "feedback"})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(opened(&bo, "/issues").await, (false, false));
    let (status, _) = ask(&at, &bo, Method::PUT, "views/default", json!({"view": "nothing"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn forms_do_the_same_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let cookie = at.sign_in().await;
    let from = "/issues?query=level:error%20OR%20users:%3E10&project=shop&sort=users";
    let form = [
        ("name", "Loud"),
        ("filter[query]", "level:error OR users:>10"),
        ("filter[project]", "shop"),
        ("filter[sort]", "users"),
        ("shared", "true"),
        ("default", "true"),
    ];
    let page = at.submit(from, "save_view", &form, &cookie).await;
    let text = page.text();
    assert!(text.contains("Loud") && text.contains("This view") && text.contains("KeyError"), "{text}");
    let view = at.list("views").await.pop().expect("the view");
    assert_eq!(view["query"], "(level:error OR users:>10) project:shop", "it takes in what the inbox was narrowed to");
    assert_eq!((&view["sort"], &view["kind"], &view["is_default"]), (&json!("users"), &json!("shared"), &json!(true)));
    let id = view["id"].as_str().expect("an id");
    let unresolved = [("id", "unresolved")];
    at.submit("/issues", "make_default_view", &unresolved, &cookie).await;
    at.submit("/issues", "share_view", &[("id", id), ("shared", "false")], &cookie).await;
    let other = [("name", "Other"), ("filter[query]", "is:new")];
    at.submit("/issues", "save_view", &other, &cookie).await;
    at.submit("/issues", "move_view", &[("id", id), ("direction", "right")], &cookie).await;
    let page = at.submit("/issues", "rename_view", &[("id", id), ("name", "Quiet")], &cookie).await;
    assert!(page.text().contains("Quiet"), "{}", page.text());
    let names = |views: &[Value]| views.iter().map(|view| view["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&at.list("views").await[6..]), ["Other", "Quiet"]);
    let refused = at.submit("/issues", "rename_view", &[("id", id), ("name", " ")], &cookie).await.text();
    assert!(refused.contains("name: must be 1 to 40 characters"), "{refused}");
    let page = at.submit("/issues", "delete_view", &[("id", id)], &cookie).await;
    assert!(!page.text().contains("Quiet"), "{}", page.text());
}

async fn what_cannot_be_a_view_is_refused(database: Database) {
    let at = Installation::on(database).await;
    let bo = at.member("Bo", Role::Developer).await;
    create(&at, &bo, json!({"name": "Mine"})).await;
    let long = "a".repeat(1_001);
    for (body, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(41)}), "name"),
        (json!({"name": "mine"}), "name"),
        (json!({"name": "Long", "query": long}), "query"),
    ] {
        let (status, problem) = ask(&at, &bo, Method::POST, "views", body).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{problem}");
    }
    assert_eq!(saved(&at, &bo).await, ["own Mine"], "nothing was saved");
    for number in 1..50 {
        create(&at, &bo, json!({"name": format!("View {number}")})).await;
    }
    let (status, _) = ask(&at, &bo, Method::POST, "views", json!({"name": "One more"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}
