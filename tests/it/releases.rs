//! Releases in their order, and how each fares.

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
