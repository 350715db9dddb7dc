//! Releases in their order, and how each fares.

use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    releases_are_in_the_order_of_their_versions,
    each_release_is_compared_with_the_one_before,
    health_is_counted_by_environment,
    a_version_may_hold_anything,
    an_unknown_release_is_not_found,
    an_archived_release_leaves_the_lists_and_says_when_it_is_heard_of,
    releases_are_archived_from_their_page_and_by_tools,
);

fn versions(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["version"].as_str()).collect()
}

async fn releases_are_in_the_order_of_their_versions(database: Database) {
    let at = Installation::on(database).await;
    let arrival = ["shop@2.10.0", "shop@2.9.0", "shop@2.11.0", "shop@2.11.0-rc.1", "shop@2.11.0-beta.2", "shop@2.9.10"];
    for (number, release) in arrival.into_iter().enumerate() {
        at.report(&error(number, "KeyError", release)).await;
    }
    let expected =
        ["shop@2.11.0", "shop@2.11.0-rc.1", "shop@2.11.0-beta.2", "shop@2.10.0", "shop@2.9.10", "shop@2.9.0"];
    assert_eq!(versions(&at.list("releases?project=shop").await), expected);
    let page = at.see("/releases?project=shop", &at.sign_in().await).await;
    let shown: Vec<usize> =
        expected.iter().map(|version| page.html.find(&format!("title=\"{version}\"")).expect(version)).collect();
    assert!(shown.is_sorted(), "{shown:?}");
    assert_eq!(at.list("releases").await.len(), expected.len());
    assert_eq!(at.list("issues?query=release:%3E%3D2.10.0").await.len(), 1);
    let counted: Vec<_> = at.get("issues/SHOP-1").await["releases"].as_array().expect("rows").clone();
    assert_eq!(versions(&counted), expected, "the issue lists them in the same order");
}

async fn each_release_is_compared_with_the_one_before(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@2.9.0")).await;
    at.report(&error(2, "KeyError", "shop@2.10.0")).await;
    at.report(&error(3, "ValueError", "shop@2.10.0")).await;
    at.report(&error(4, "ValueError", "shop@2.10.0")).await;
    at.report(&feedback(5, "Much nicer now", "shop@2.10.0")).await;
    at.session(1, "exited", "shop@2.9.0").await;
    let detail = at.get("releases/shop%402.10.0?project=shop").await;
    assert_eq!((&detail["version"], &detail["project"]), (&json!("shop@2.10.0"), &json!("shop")));
    assert_eq!((&detail["events"], &detail["feedback"], &detail["new_issues"]), (&json!(3), &json!(1), &json!(2)));
    assert_eq!((&detail["sessions"], &detail["crash_free_sessions"]), (&json!(0), &Value::Null));
    let short_ids = |part: &str| -> Vec<String> {
        let rows = detail[part].as_array().expect("rows").iter();
        rows.filter_map(|row| row["short_id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(short_ids("new"), ["SHOP-2", "SHOP-3"]);
    assert_eq!(short_ids("ongoing"), ["SHOP-1"]);
    assert_eq!(detail["recent_feedback"][0]["message"], "Much nicer now");
    let previous = &detail["previous"];
    assert_eq!(
        (&previous["version"], &previous["events"], &previous["sessions"]),
        (&json!("shop@2.9.0"), &json!(1), &json!(1))
    );
    assert_eq!(at.get("releases/shop@2.9.0").await["previous"], Value::Null);
    let text = at.see("/releases/shop/shop%402.10.0", &at.sign_in().await).await.text();
    for fact in ["shop@2.10.0", "ValueError", "Much nicer now", "2.9.0"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
}

async fn health_is_counted_by_environment(database: Database) {
    let at = Installation::on(database).await;
    for (number, status) in [(1, "exited"), (2, "exited"), (3, "exited"), (4, "crashed")] {
        at.session(number, status, "shop@1.0.0").await;
    }
    for number in 5..=8 {
        at.session(number, "exited", "shop@1.1.0").await;
    }
    let health = at.get("releases/shop@1.0.0/health?project=shop&environment=production").await;
    assert_eq!(health, at.get("releases/shop@1.0.0/health").await, "one environment is all there is");
    for (field, expected) in [
        ("sessions", json!(4)),
        ("healthy", json!(3)),
        ("crashed", json!(1)),
        ("crash_free_sessions", json!(0.75)),
        ("users", json!(4)),
        ("crash_free_users", json!(0.75)),
        ("adoption", json!(0.5)),
    ] {
        assert_eq!(health[field], expected, "{field}: {health}");
    }
    let row = &at.list("releases?project=shop").await[1];
    assert_eq!(
        (&row["version"], &row["sessions"], &row["crash_free_sessions"]),
        (&json!("shop@1.0.0"), &json!(4), &json!(0.75))
    );
    let detail = at.get("releases/shop@1.0.0").await;
    assert_eq!(detail["environments"][0], json!(["production", health]));
    let nowhere = at.api(Method::GET, "releases/shop@1.0.0/health?environment=moon").send().await.expect("an answer");
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    let text = at.see("/releases/shop/shop@1.0.0", &at.sign_in().await).await.text();
    assert!(text.contains("75"), "the crash-free rate: {text}");
}

async fn a_version_may_hold_anything(database: Database) {
    let at = Installation::on(database).await;
    let version = "feature cart +b1 <ü> 100%";
    at.report(&error(1, "KeyError", version)).await;
    let rows = at.list("releases").await;
    assert_eq!(versions(&rows), [version]);
    let detail = at.get(&format!("releases/{}", fieldfare_app::routes::encode(version))).await;
    assert_eq!(detail["version"], version);
    let page = at.see(&fieldfare_app::routes::release("shop", version), &at.sign_in().await).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(version), "{}", page.text());
}

async fn an_unknown_release_is_not_found(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    for path in ["releases/shop@9.9.9", "releases/shop@1.0.0?project=moon", "releases?project=moon"] {
        let answer = at.api(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let page = at.see("/releases/shop/shop@9.9.9", &at.sign_in().await).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.count("h1"), 1);
}

async fn archive(at: &Installation, version: &str, status: &str) -> Value {
    let put = at.api(Method::PUT, &format!("releases/{version}?project=shop")).json(&json!({"status": status}));
    let answer = put.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("JSON")
}

async fn an_archived_release_leaves_the_lists_and_says_when_it_is_heard_of(database: Database) {
    let at = Installation::at_time(database, 1_795_485_600_000).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "KeyError", "shop@2.0.0")).await;
    at.pass(5).await;
    let archived = archive(&at, "shop@2.0.0", "archived").await;
    assert_eq!(
        (&archived["archived_at"], &archived["seen_since_archived"]),
        (&json!("2026-11-24T02:05:00.000Z"), &json!(false))
    );
    assert_eq!(versions(&at.list("releases?project=shop").await), ["shop@1.0.0"]);
    assert_eq!(versions(&at.list("releases?status=archived").await), ["shop@2.0.0"]);
    assert_eq!(archived["previous"]["version"], "shop@1.0.0", "it keeps its place in the order");
    at.indexed().await;
    assert_eq!(at.list("issues?query=release:latest").await.len(), 1);

    at.pass(5).await;
    let mut late = error(3, "ValueError", "shop@2.0.0");
    late["timestamp"] = json!("2026-11-24T02:10:00Z");
    at.report(&late).await;
    let cookie = at.sign_in().await;
    let heard = at.get("releases/shop@2.0.0").await;
    assert_eq!((&heard["events"], &heard["seen_since_archived"]), (&json!(2), &json!(true)), "taken as before");
    let page = at.see("/releases/shop/shop@2.0.0", &cookie).await.text();
    assert!(page.contains("It is still in use: last heard of"), "{page}");
    let list = at.see("/releases?status=archived", &cookie).await.text();
    assert!(list.contains("2.0.0 still in use"), "{list}");
    let overview = at.see("/", &cookie).await.html;
    assert!(!overview.contains("/releases/shop/shop%402.0.0"), "{overview}");

    let restored = archive(&at, "shop@2.0.0", "open").await;
    assert_eq!((&restored["archived_at"], &restored["seen_since_archived"]), (&Value::Null, &json!(false)));
    assert_eq!(versions(&at.list("releases").await), ["shop@2.0.0", "shop@1.0.0"]);
    let nonsense = at.api(Method::GET, "releases?status=lost").send().await.expect("an answer");
    assert_eq!(nonsense.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn releases_are_archived_from_their_page_and_by_tools(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let cookie = at.sign_in().await;
    let page = "/releases/shop/shop@1.0.0";
    let form = [("project", "shop"), ("version", "shop@1.0.0"), ("status", "archived")];
    let viewer = at.member("Vic", Role::Viewer).await;
    at.submit(page, "archive_release", &form, &viewer.cookie).await;
    assert_eq!(at.list("releases").await.len(), 1, "viewers only read");
    let text = at.submit(page, "archive_release", &form, &cookie).await.text();
    assert!(text.contains("Restore") && text.contains("Nothing was heard of it since."), "{text}");
    assert!(at.see("/releases", &cookie).await.text().contains("No releases in use"), "it left the list");

    let tool = async |path: &str, status: &str| {
        let answer = at.tool(Method::PUT, path).json(&json!({"status": status})).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON")["status"].clone())
    };
    let one = "organizations/fernbrook/releases/shop@1.0.0/";
    assert_eq!(tool(one, "open").await, (200, json!("open")));
    assert_eq!(at.list("releases").await.len(), 1);
    assert_eq!(tool("projects/fernbrook/shop/releases/shop@1.0.0/", "archived").await, (200, json!("archived")));
    assert_eq!(at.list("releases").await.len(), 0);
    assert_eq!(tool(one, "lost").await.0, 400);
    assert_eq!(tool("projects/fernbrook/shop/releases/shop@9.9.9/", "archived").await.0, 404, "nothing is made");
}
