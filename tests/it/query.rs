//! The query language through the door: every query has an answer, how it was read is said, and it can be completed.

use fieldfare_app::routes::encode;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    every_generated_query_has_an_answer,
    how_a_query_was_read_is_said,
    alternatives_mix_words_and_states,
    the_events_of_one_issue_are_listed_each,
    keys_and_values_are_completed,
    completions_are_of_the_project,
);

/// Queries that are asked of every list; a tenth of a second each, on both databases.
const QUERIES: usize = 150;

/// A value that any key might have to take, right or wrong.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.*@#-]{1,8}",
        "(>|>=|<|<=|=|-|\\+)?[0-9]{1,4}(\\.[0-9]|k|m|h|d|w)?",
        "[0-9]{1,3}\\.\\.[0-9]{0,3}",
        "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T10:00)?",
        "\"[ -~]{0,6}\"",
        "\\[[a-z0-9]{1,3}(,[a-z0-9]{1,3}){0,2}\\]",
        prop::sample::select(
            "unresolved resolved archived new ongoing escalating regressed assigned linked error feedback fatal \
             high me nobody anybody #team incident latest today yesterday shop SHOP-1 screenshot -7d >10 2.0.0 *"
                .split(' ')
                .collect::<Vec<_>>()
        )
        .prop_map(str::to_owned),
    ]
}

fn term() -> impl Strategy<Value = String> {
    let key = prop::sample::select(
        "is kind level priority assigned linked release first_release last_release regressed_in environment project \
         issue user has events users first_seen last_seen regressed age plan tags[level] url"
            .split(' ')
            .filter(|key| !key.is_empty())
            .collect::<Vec<_>>(),
    );
    prop_oneof![
        4 => (key, value()).prop_map(|(key, value)| format!("{key}:{value}")),
        1 => "[a-zA-Z*é]{1,8}",
        1 => "\"[a-z ]{1,10}\"",
    ]
}

fn query() -> impl Strategy<Value = String> {
    let signed =
        (prop::bool::weighted(0.2), term()).prop_map(|(not, term)| if not { format!("-{term}") } else { term });
    signed.prop_recursive(4, 16, 4, |inner| {
        (prop::collection::vec(inner, 1..4), prop::sample::select(vec![" ", " OR ", " AND "]), 0..4_u8).prop_map(
            |(parts, joint, form)| match form {
                0 => format!("({})", parts.join(joint)),
                1 => format!("-({})", parts.join(joint)),
                _ => parts.join(joint),
            },
        )
    })
}

async fn every_generated_query_has_an_answer(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..QUERIES {
        let query = query().new_tree(&mut runner).expect("a query").current();
        let asked = encode(&query);
        let read = at.get(&format!("query?query={asked}")).await;
        for path in ["issues", "feedback", "search"] {
            let answer = at.api(Method::GET, &format!("{path}?query={asked}")).send().await.expect("an answer");
            let (status, said) = (answer.status(), answer.text().await.expect("a body"));
            assert_eq!(status, StatusCode::OK, "{path} {query}: {said}");
        }
        // The canonical form finds the same.
        let canonical = read["canonical"].as_str().expect("a query");
        assert_eq!(numbers(&at, canonical).await, numbers(&at, &query).await, "{query} is {canonical}");
    }
}

/// Two errors and what somebody wrote, each different in all that can be asked for.
async fn fill(at: &Installation) {
    let mut checkout = error(1, "CheckoutError", "shop@1.0.0");
    checkout["user"] = json!({"id": "7", "email": "ida@acme.com"});
    checkout["tags"] = json!({"plan": "pro", "level": "high"});
    at.report(&checkout).await;
    let mut timeout = error(2, "TimeoutError", "shop@2.0.0");
    timeout["level"] = json!("fatal");
    timeout["environment"] = json!("staging");
    timeout["tags"] = json!({"plan": "free tier"});
    at.report(&timeout).await;
    let mut said = feedback(3, "The cart is empty after checkout", "shop@2.0.0");
    said["contexts"]["feedback"]["associated_event_id"] = json!(fieldfare_tests::traffic::event_id(1));
    at.report(&said).await;
    at.indexed().await;
}

/// The numbers of the issues that a query finds, in order.
async fn numbers(at: &Installation, query: &str) -> Vec<u32> {
    let rows = at.list(&format!("issues?query={}", encode(query))).await;
    let number = |row: &Value| row["short_id"].as_str()?.strip_prefix("SHOP-")?.parse().ok();
    let mut numbers: Vec<u32> = rows.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

async fn how_a_query_was_read_is_said(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let read =
        at.get(&format!("query?query={}", encode("IS:unresolved (level:error OR users:>10) env:x is:odd"))).await;
    assert_eq!(read["canonical"], "is:unresolved (level:error OR users:>10) environment:x is:odd");
    let words =
        "unresolved and (level is error or users more than 10) and seen in environment x and containing “is:odd”";
    assert_eq!(read["understood"], words);
    assert_eq!(read["hints"].as_array().map(Vec::len), Some(1), "{read}");
    let cookie = at.sign_in().await;
    for (path, says) in [
        ("/issues?query=level:error%20OR%20users:%3E10", "Read as: level is error or users more than 10"),
        ("/issues", "Read as: unresolved"),
        ("/issues?query=project:moon", "There is no project “moon”."),
        ("/issues?query=assigned:%23night", "There is no team of the name “night”."),
        ("/search?query=checkout%20-level:info", "Read as: containing “checkout” and level is not info"),
        ("/feedback?query=first_seen:-7d", "Read as: first seen in the last 7 days"),
        ("/issues?query=level:loud", "“level:loud” was searched as text: known are"),
        ("/issues", "How to ask"),
        ("/issues", "how soon somebody should look"),
    ] {
        let text = at.see(path, &cookie).await.text();
        assert!(text.contains(says), "{path} says {says}: {text}");
    }
    let page = at.see("/issues", &cookie).await;
    assert!(
        page.html.contains("<datalist") && page.html.contains("is:unresolved assigned:[me,my_teams]"),
        "{}",
        page.html
    );
}

async fn alternatives_mix_words_and_states(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let answer = at.api(Method::PATCH, "issues/SHOP-2").json(&json!({"status": "resolved"})).send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    for (query, expected) in [
        ("is:resolved OR CheckoutError", &[1, 2][..]),
        ("plan:pro OR kind:feedback", &[1, 3]),
        ("(plan:pro OR plan:\"free tier\") -is:resolved", &[1]),
        ("-(plan:pro OR is:resolved)", &[3]),
        ("plan:[pro,\"free tier\"]", &[1, 2]),
        ("tags[level]:high", &[1]),
        ("users:>=1", &[1, 3]),
        ("users:0 kind:error", &[2]),
        ("events:1..5", &[1, 2, 3]),
        ("events:>1", &[]),
        ("first_seen:-1h", &[1, 2, 3]),
        ("first_seen:>=today OR last_seen:yesterday", &[1, 2, 3]),
        ("first_seen:<2000-01-01", &[]),
        ("age:<1d", &[1, 2, 3]),
        ("age:>1d", &[]),
        ("first_release:1.0.0", &[1]),
        ("first_release:=1.0.0", &[]),
        ("last_release:>=2.0.0", &[2, 3]),
        ("release:[1.0.0,shop@2.0.0] kind:error", &[1, 2]),
        ("release:1.0.0..1.9", &[1]),
        ("environment:sta*", &[2]),
        ("level:>=fatal", &[2]),
        ("priority:[low,medium,high]", &[1, 2, 3]),
        ("issue:shop-3", &[3]),
        ("has:feedback", &[1, 3]),
        ("-has:feedback", &[2]),
        ("assigned:[me,nobody]", &[1, 2, 3]),
        ("assigned:anybody", &[]),
        ("linked:incident", &[]),
        ("project:sh*", &[1, 2, 3]),
        ("regressed:-7d OR regressed_in:latest", &[]),
    ] {
        assert_eq!(numbers(&at, query).await, expected, "{query}");
    }
}

async fn the_events_of_one_issue_are_listed_each(database: Database) {
    let at = Installation::on(database).await;
    for number in 1..=30 {
        let release = if number <= 10 { "shop@1.0.0" } else { "shop@2.0.0" };
        let mut event = error(number, "CheckoutError", release);
        event["tags"] = json!({"plan": if number % 2 == 0 { "pro" } else { "free" }});
        at.report(&event).await;
    }
    at.report(&error(31, "TimeoutError", "shop@1.0.0")).await;
    at.indexed().await;
    for (query, total) in [
        ("issue:SHOP-1", 30),
        ("issue:SHOP-1 release:=shop@1.0.0", 10),
        ("issue:SHOP-1 plan:pro", 15),
        ("issue:SHOP-1 -plan:pro release:>1.0", 10),
        ("issue:SHOP-2", 1),
        ("CheckoutError OR TimeoutError", 2),
    ] {
        let found = at.get(&format!("search?query={}", encode(query))).await;
        assert_eq!(found["total"], total, "{query}: {found}");
    }
    let first = at.get("search?query=issue:SHOP-1").await;
    let next = encode(first["next"].as_str().expect("another page"));
    let second = at.get(&format!("search?query=issue:SHOP-1&cursor={next}")).await;
    let ids = |page: &Value| page["data"].as_array().expect("hits").iter().map(|hit| hit["id"].clone()).collect();
    let (mut all, more): (Vec<Value>, Vec<Value>) = (ids(&first), ids(&second));
    all.extend(more);
    all.sort_by_key(Value::to_string);
    all.dedup();
    assert_eq!(all.len(), 30, "no gap and no repeat");
}

/// What is suggested for a query at `|`, and what it takes the place of.
async fn suggestions(at: &Installation, query: &str, more: &str) -> (String, Vec<String>) {
    let cursor = query.find('|').expect("a cursor");
    let unit = query[..cursor].encode_utf16().count();
    let query = query.replace('|', "");
    let found = at.get(&format!("query/completions?query={}&at={unit}{more}", encode(&query))).await;
    let units: Vec<u16> = query.encode_utf16().collect();
    let place = |field: &str| usize::try_from(found[field].as_u64().expect("a place")).expect("a small one");
    let replaced = String::from_utf16_lossy(&units[place("from")..place("to")]);
    let texts = found["suggestions"].as_array().expect("suggestions").iter();
    (replaced, texts.filter_map(|suggestion| suggestion["text"].as_str().map(str::to_owned)).collect())
}

async fn keys_and_values_are_completed(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let team = json!({"name": "Payments"});
    assert_eq!(at.api(Method::POST, "teams").json(&team).send().await.expect("sent").status(), 201);
    let incident = json!({"title": "Payments are late", "severity": "minor"});
    assert_eq!(at.api(Method::POST, "incidents").json(&incident).send().await.expect("sent").status(), 201);
    for (query, replaced, expected) in [
        ("|", "", &["is:", "assigned:", "release:"][..]),
        ("is:new rel|", "rel", &["release:"]),
        ("pl|", "pl", &["plan:"]),
        ("lev|", "lev", &["level:", "tags[level]:"]),
        ("is:|", "", &["unresolved", "escalating", "linked"]),
        ("(is:esc| OR x)", "esc", &["escalating"]),
        ("release:|", "", &["latest", "shop@2.0.0", "shop@1.0.0"]),
        ("release:>=2|", ">=2", &[">=shop@2.0.0"]),
        ("release:[1.0.0,2|]", "2", &["shop@2.0.0"]),
        ("😀 environment:st|", "st", &["staging"]),
        ("assigned:|", "", &["me", "nobody", "ada@example.org"]),
        ("assigned:ad|", "ad", &["ada@example.org"]),
        ("assigned:#pay|", "#pay", &["#payments"]),
        ("plan:|", "", &["pro", "\"free tier\""]),
        ("plan:f|", "f", &["\"free tier\""]),
        ("tags[level]:|", "", &["high"]),
        ("has:|", "", &["feedback", "screenshot", "plan"]),
        ("linked:|", "", &["incident", "#1"]),
        ("project:|", "", &["shop"]),
        ("first_seen:|", "", &["-7d", "today"]),
        ("users:|", "", &[">10"]),
        ("priority:h|", "h", &["high"]),
    ] {
        let (found_replaced, found) = suggestions(&at, query, "").await;
        assert_eq!(found_replaced, replaced, "{query}");
        for text in expected {
            assert!(found.iter().any(|found| found == text), "{query} suggests {text}: {found:?}");
        }
        assert!(found.len() <= 20, "{query}: {found:?}");
    }
    assert_eq!(suggestions(&at, "release:>=2|", "").await.1, [">=shop@2.0.0"], "nothing else");
    assert_eq!(suggestions(&at, "assigned:ad|", "").await.1, ["ada@example.org"], "nothing else");
    let nobody = at.client.get(format!("{}/api/v1/query/completions?query=is:", at.url)).send().await;
    assert_eq!(nobody.expect("an answer").status(), StatusCode::UNAUTHORIZED);
}

async fn completions_are_of_the_project(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let (state, now) = (at.state(), at.state().clock.now());
    let tx = state.store.begin().await.expect("a transaction");
    let organization = fieldfare::accounts::ensure_organization(&tx, now, "Fernbrook").await.expect("an organization");
    fieldfare::projects::ensure(&tx, now, organization, "api", "node").await.expect("a project");
    tx.commit().await.expect("a commit");
    for (query, expected) in
        [("plan:|", &["\"free tier\"", "pro"][..]), ("environment:|", &["production", "staging"]), ("pla|", &["plan:"])]
    {
        let (_, mut found) = suggestions(&at, query, "&project=shop").await;
        found.sort();
        assert_eq!(found, expected, "{query}");
        assert_eq!(suggestions(&at, query, "&project=api").await.1, [""; 0], "{query}");
    }
    let unknown = at.api(Method::GET, "query/completions?query=is:&project=moon").send().await.expect("an answer");
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}
