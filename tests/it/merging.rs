//! Merging issues, and splitting them again without loss.

use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Page};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    a_merge_adds_up_and_is_undone_without_loss,
    a_merged_issue_leads_to_the_one_it_is_in,
    a_merged_issue_is_deleted_whole,
    the_page_merges_and_splits_without_javascript,
    a_fingerprint_that_was_no_issue_becomes_one,
    merges_of_merges_come_apart_in_any_order,
    incidents_follow_a_merge_and_go_back,
    feedback_is_merged_and_split_like_errors,
    issues_of_another_kind_are_not_merged,
    nothing_is_lost_while_issues_are_merged_and_split,
    search_follows_a_merge,
);

const EDITOR: &str = "/projects/shop/settings/grouping";
const FAMILIES: &str =
    "chunk_load,network,script_error,resize_observer,hydration,out_of_memory,stack_overflow,unreachable";

async fn save(at: &Installation, rules: &str, more: &[(&str, &str)], cookie: &str) -> Page {
    let mut form = vec![("slug", "shop"), ("rules", rules), ("algorithm", "ff-2")];
    if more.iter().all(|(name, _)| *name != "families") {
        form.push(("families", FAMILIES));
    }
    form.extend(more);
    at.submit(EDITOR, "save_grouping", &form, cookie).await
}

/// An error whose user is told apart.
fn of_user(number: usize, kind: &str, release: &str, user: &str) -> Value {
    let mut event = error(number, kind, release);
    event["user"] = json!({ "id": user });
    event
}

async fn post(at: &Installation, path: &str, body: Value) -> Value {
    let answer = at.api(Method::POST, path).json(&body).send().await.expect("an answer");
    let (status, said) = (answer.status(), answer.text().await.expect("a body"));
    assert_eq!(status, StatusCode::OK, "{path} {body}: {said}");
    serde_json::from_str(&said).expect("JSON")
}

async fn merge(at: &Installation, into: &str, issues: &[&str]) -> Value {
    post(at, &format!("issues/{into}/merge"), json!({ "issues": issues })).await
}

async fn hashes(at: &Installation, issue: &str, from: Option<&str>) -> Vec<String> {
    let grouping = at.get(&format!("issues/{issue}/grouping")).await;
    let hashes = grouping["hashes"].as_array().expect("a list");
    let of = hashes.iter().filter(|hash| hash["merged_from"].as_str() == from);
    of.map(|hash| hash["hash"].as_str().expect("a hash").to_owned()).collect()
}

async fn split(at: &Installation, issue: &str, hashes: &[String]) -> Vec<String> {
    let out = post(at, &format!("issues/{issue}/unmerge"), json!({ "hashes": hashes })).await;
    let out = out["data"].as_array().expect("a list");
    out.iter().map(|issue| issue["short_id"].as_str().expect("a short id").to_owned()).collect()
}

/// Everything that is counted of an issue.
async fn counted(at: &Installation, issue: &str) -> Value {
    let issue = at.get(&format!("issues/{issue}")).await;
    let fields = [
        "events",
        "users",
        "first_seen",
        "last_seen",
        "first_release",
        "last_release",
        "releases",
        "trend",
        "status",
        "substatus",
        "title",
    ];
    fields.into_iter().map(|field| (field.to_owned(), issue[field].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn release(row: &Value) -> (&str, u64, u64) {
    let number = |field: &str| row[field].as_u64().unwrap_or_default();
    (row["version"].as_str().unwrap_or_default(), number("events"), number("users"))
}

async fn a_merge_adds_up_and_is_undone_without_loss(database: Database) {
    let at = Installation::on(database).await;
    for (number, kind, release, user) in [
        (1, "KeyError", "shop@1.0.0", "ann"),
        (2, "KeyError", "shop@1.1.0", "bo"),
        (3, "TypeError", "shop@1.1.0", "bo"),
        (4, "TypeError", "shop@1.2.0", "cy"),
        (5, "TypeError", "shop@1.2.0", "cy"),
    ] {
        at.report(&of_user(number, kind, release, user)).await;
    }
    let before = [counted(&at, "SHOP-1").await, counted(&at, "SHOP-2").await];
    let merged = merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!((&merged["events"], &merged["users"]), (&json!(5), &json!(3)), "bo is one user");
    assert_eq!((&merged["first_release"], &merged["last_release"]), (&json!("shop@1.0.0"), &json!("shop@1.2.0")));
    let users: Vec<(&str, u64, u64)> = merged["releases"].as_array().expect("a list").iter().map(release).collect();
    assert_eq!(users, [("shop@1.2.0", 2, 1), ("shop@1.1.0", 2, 1), ("shop@1.0.0", 1, 1)]);
    assert_eq!(at.list("issues?query=kind:error").await.len(), 1);
    assert_eq!(at.list("issues/SHOP-1/events").await.len(), 5);
    assert_eq!(at.get("releases/shop%401.1.0?project=shop").await["events"], 2, "nothing is counted twice");

    let out = split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    assert_eq!(out, ["SHOP-2"]);
    assert_eq!([counted(&at, "SHOP-1").await, counted(&at, "SHOP-2").await], before, "exactly as before");

    // Once more, and this time both go on while they are one.
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    at.report(&of_user(6, "TypeError", "shop@1.3.0", "dee")).await;
    at.report(&of_user(7, "KeyError", "shop@1.3.0", "ann")).await;
    let whole = at.get("issues/SHOP-1").await;
    assert_eq!((&whole["events"], &whole["users"]), (&json!(7), &json!(4)));
    split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    let (one, two) = (at.get("issues/SHOP-1").await, at.get("issues/SHOP-2").await);
    assert_eq!((&one["events"], &one["users"]), (&json!(3), &json!(2)));
    assert_eq!((&two["events"], &two["users"], &two["last_release"]), (&json!(4), &json!(3), &json!("shop@1.3.0")));
    assert_eq!((at.list("issues/SHOP-1/events").await.len(), at.list("issues/SHOP-2/events").await.len()), (3, 4));
    at.report(&of_user(8, "TypeError", "shop@1.3.0", "dee")).await;
    assert_eq!(at.get("issues/SHOP-2").await["events"], 5, "and they go on apart");
}

async fn a_merged_issue_leads_to_the_one_it_is_in(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "TypeError", "shop@1.0.0")).await;
    post(&at, "issues/SHOP-1/merge", json!({ "issues": [at.get("issues/SHOP-2").await["id"]] })).await;
    let answer = at.api(Method::GET, "issues/SHOP-2").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers()["location"], "/api/v1/issues/SHOP-1");
    let cookie = at.sign_in().await;
    let page = at.page("/issues/SHOP-2", &cookie).await;
    assert_eq!(page.status(), StatusCode::FOUND);
    assert_eq!(page.headers()["location"], "/issues/SHOP-1");
    let page = at.see("/issues/SHOP-1", &cookie).await;
    assert!(page.text().contains("SHOP-2 became part of SHOP-1"), "{}", page.text());
    assert!(page.text().contains("Ada merged SHOP-2 into this"));
    split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    assert_eq!(at.page("/issues/SHOP-2", &cookie).await.status(), StatusCode::OK);
    let said: Vec<Value> = at.list("issues/SHOP-2/activity").await.iter().map(|line| line["what"].clone()).collect();
    assert_eq!(said, ["split this off SHOP-1", "merged this into SHOP-1"]);
}

async fn the_page_merges_and_splits_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    for (number, kind) in ["KeyError", "TypeError", "OSError"].into_iter().enumerate() {
        at.report(&error(number + 1, kind, "shop@1.0.0")).await;
    }
    let (path, form) = ("/issues/SHOP-1", [("short_id", "SHOP-1"), ("issues", "SHOP-2, SHOP-3")]);
    let page = at.submit(path, "merge_issues", &form, &cookie).await;
    for said in
        ["SHOP-2, SHOP-3 became part of SHOP-1", "Split SHOP-3 off", "Grouped by exception type and 2 in-app frames."]
    {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let of_three = hashes(&at, "SHOP-1", Some("SHOP-3")).await;
    assert!(page.html.contains(&format!("value=\"{}\"", of_three[0])));
    at.submit(path, "split_issue", &[("short_id", "SHOP-1"), ("hashes", &of_three[0])], &cookie).await;
    assert_eq!(at.get("issues/SHOP-3").await["events"], 1);
    let page = at.submit(path, "merge_issues", &[("short_id", "SHOP-1"), ("issues", "SHOP-99")], &cookie).await;
    assert!(page.text().contains("there is no issue “SHOP-99”"), "{}", page.text());
}

async fn a_fingerprint_that_was_no_issue_becomes_one(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    at.report(&of_user(1, "KeyError", "shop@1.0.0", "ann")).await;
    at.report(&of_user(2, "KeyError", "shop@1.0.0", "bo")).await;
    // The new rules give it a second fingerprint.
    save(&at, "type:KeyError -> mine", &[], &cookie).await;
    at.report(&of_user(3, "KeyError", "shop@1.1.0", "bo")).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
    let grouping = at.get("issues/SHOP-1/grouping").await;
    let fewest = grouping["hashes"].as_array().and_then(|hashes| hashes.last()).expect("a hash");
    assert_eq!(fewest["events"], 1);
    let fewest = fewest["hash"].as_str().expect("a hash").to_owned();
    assert_eq!(split(&at, "SHOP-1", &[fewest]).await, ["SHOP-2"]);
    let (one, two) = (at.get("issues/SHOP-1").await, at.get("issues/SHOP-2").await);
    assert_eq!((&one["events"], &one["users"], &one["last_release"]), (&json!(2), &json!(2), &json!("shop@1.0.0")));
    assert_eq!((&two["events"], &two["users"], &two["first_release"]), (&json!(1), &json!(1), &json!("shop@1.1.0")));
    at.report(&of_user(4, "KeyError", "shop@1.1.0", "bo")).await;
    assert_eq!(at.get("issues/SHOP-2").await["events"], 2, "it goes on");
    let body = json!({ "hashes": hashes(&at, "SHOP-2", None).await });
    let refused = at.api(Method::POST, "issues/SHOP-2/unmerge").json(&body).send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing would be left");
}

async fn merges_of_merges_come_apart_in_any_order(database: Database) {
    let at = Installation::on(database).await;
    let kinds = ["KeyError", "TypeError", "OSError"];
    for (number, kind) in kinds.into_iter().enumerate() {
        at.report(&of_user(number + 1, kind, "shop@1.0.0", "ann")).await;
    }
    let names = ["SHOP-1", "SHOP-2", "SHOP-3"];
    let mut before = Vec::new();
    for name in names {
        before.push(counted(&at, name).await);
    }
    merge(&at, "SHOP-2", &["SHOP-3"]).await;
    let pair = counted(&at, "SHOP-2").await;
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
    let mut both = hashes(&at, "SHOP-1", Some("SHOP-2")).await;
    both.extend(hashes(&at, "SHOP-1", Some("SHOP-3")).await);
    assert_eq!(split(&at, "SHOP-1", &both).await, ["SHOP-2"]);
    assert_eq!(counted(&at, "SHOP-2").await, pair, "it comes back with what was in it");
    split(&at, "SHOP-2", &hashes(&at, "SHOP-2", Some("SHOP-3")).await).await;
    for (name, before) in names.into_iter().zip(before) {
        assert_eq!(counted(&at, name).await, before, "{name}");
    }
}

async fn incidents_follow_a_merge_and_go_back(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "TypeError", "shop@1.0.0")).await;
    let body = json!({ "title": "Checkout is down", "severity": "major", "issue": "SHOP-2", "issues": ["SHOP-2"] });
    let declared = at.api(Method::POST, "incidents").json(&body).send().await.expect("an answer");
    assert!(declared.status().is_success(), "{}", declared.text().await.expect("a body"));
    let linked = async |issue: &str| at.get(&format!("issues/{issue}")).await["incidents"].as_array().map(Vec::len);
    assert_eq!((linked("SHOP-1").await, linked("SHOP-2").await), (Some(0), Some(1)));
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!(linked("SHOP-1").await, Some(1));
    split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    assert_eq!((linked("SHOP-1").await, linked("SHOP-2").await), (Some(0), Some(1)));
}

async fn feedback_is_merged_and_split_like_errors(database: Database) {
    let at = Installation::on(database).await;
    at.report(&feedback(1, "The cart is empty", "shop@1.0.0")).await;
    at.report(&feedback(2, "My parcel never arrived at the door", "shop@1.0.0")).await;
    let before = [counted(&at, "SHOP-1").await, counted(&at, "SHOP-2").await];
    let merged = merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!((&merged["events"], &merged["users"]), (&json!(2), &json!(1)));
    let out = hashes(&at, "SHOP-1", Some("SHOP-2")).await;
    split(&at, "SHOP-1", &out).await;
    assert_eq!([counted(&at, "SHOP-1").await, counted(&at, "SHOP-2").await], before);
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    // Nearly the words of the merged one, so it belongs to that part.
    at.report(&feedback(3, "My parcel never arrived at the door!!", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
    split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    assert_eq!(
        (at.get("issues/SHOP-1").await["events"].clone(), at.get("issues/SHOP-2").await["events"].clone()),
        (json!(1), json!(2))
    );
    assert_eq!(at.get("issues/SHOP-2").await["feedback"].as_array().map(Vec::len), Some(2));
}

async fn issues_of_another_kind_are_not_merged(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&feedback(2, "The cart is empty", "shop@1.0.0")).await;
    let viewer = at.member("Vi", Role::Viewer).await;
    let body = json!({ "issues": ["SHOP-2"] });
    let refused = viewer.api(&at, Method::POST, "issues/SHOP-1/merge").json(&body).send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    for (issues, reason) in [
        (json!(["SHOP-2"]), "is about feedback"),
        (json!(["SHOP-1"]), "is this issue"),
        (json!(["SHOP-9"]), "there is no issue"),
        (json!([]), "name one to"),
    ] {
        let asked = at.api(Method::POST, "issues/SHOP-1/merge").json(&json!({ "issues": issues }));
        let answer = asked.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().await.expect("a body").contains(reason), "{reason}");
    }
    let wrong = json!({ "hashes": ["0123456789abcdef0123456789abcdef"] });
    let answer = at.api(Method::POST, "issues/SHOP-1/unmerge").json(&wrong).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn nothing_is_lost_while_issues_are_merged_and_split(database: Database) {
    const EVENTS: usize = 120;
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "TypeError", "shop@1.0.0")).await;
    let kind = |number: usize| if number.is_multiple_of(3) { "TypeError" } else { "KeyError" };
    let reports: Vec<Value> = (0..EVENTS)
        .map(|number| of_user(number + 100, kind(number), "shop@1.0.0", &format!("user{}", number % 7)))
        .collect();
    let sending = async {
        for chunk in reports.chunks(12) {
            futures::future::join_all(chunk.iter().map(|report| at.report(report))).await;
        }
    };
    let regrouping = async {
        for _ in 0..4 {
            merge(&at, "SHOP-1", &["SHOP-2"]).await;
            split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
        }
    };
    futures::future::join(sending, regrouping).await;
    for (issue, expected) in [("SHOP-1", EVENTS * 2 / 3 + 1), ("SHOP-2", EVENTS / 3 + 1)] {
        let issue = at.get(&format!("issues/{issue}")).await;
        assert_eq!((&issue["events"], &issue["users"]), (&json!(expected), &json!(7)), "{issue}");
        assert_eq!(issue["releases"][0]["events"], expected);
    }
    let merged = merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!((&merged["events"], &merged["users"]), (&json!(EVENTS + 2), &json!(7)));
}

async fn search_follows_a_merge(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "TypeError", "shop@1.0.0")).await;
    let found = async |query: &str| {
        at.indexed().await;
        let issues = at.list(&format!("issues?query={query}")).await;
        issues.iter().map(|issue| issue["short_id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("do_TypeError").await, ["SHOP-2"]);
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    assert_eq!(found("do_TypeError").await, ["SHOP-1"]);
    split(&at, "SHOP-1", &hashes(&at, "SHOP-1", Some("SHOP-2")).await).await;
    assert_eq!(found("do_TypeError").await, ["SHOP-2"]);
}

async fn a_merged_issue_is_deleted_whole(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "TypeError", "shop@1.0.0")).await;
    merge(&at, "SHOP-1", &["SHOP-2"]).await;
    let answer = at.api(Method::DELETE, "issues/SHOP-1").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    for gone in ["SHOP-1", "SHOP-2"] {
        let answer = at.api(Method::GET, &format!("issues/{gone}")).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{gone}");
    }
    at.report(&error(3, "TypeError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-3").await["events"], 1, "what comes later begins anew");
}
