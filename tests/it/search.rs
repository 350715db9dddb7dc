//! The search page: what is found, in which order, and that it stays text.

use fieldfare::search::{Search, follower};
use fieldfare::state;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    everything_is_found_and_the_best_comes_first,
    words_phrases_and_negations,
    markup_is_text_and_only_the_found_words_are_bold,
    what_changes_is_found_as_it_is_now,
    an_index_made_anew_answers_the_same,
);

async fn fill(at: &Installation) {
    at.report(&error(1, "CheckoutError", "shop@1.0.0")).await;
    let mut mentions = error(2, "TimeoutError", "shop@2.0.0");
    mentions["exception"]["values"][0]["value"] = json!("the bank was slow while the checkout was open");
    at.report(&mentions).await;
    at.report(&feedback(3, "The checkout hangs when I pay by card", "shop@2.0.0")).await;
    at.report(&feedback(4, "When I pay by card nothing happens, the page of checkout is grey and hangs", "shop@1.0.0"))
        .await;
    let incident = json!({"title": "Checkout is down", "severity": "critical", "note": "Nobody can pay."});
    let answer = at.api(Method::POST, "incidents").json(&incident).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    at.indexed().await;
}

async fn search(at: &Installation, query: &str) -> Value {
    at.get(&format!("search?query={}", fieldfare_app::routes::encode(query))).await
}

/// Kind and issue of each hit; incidents by number.
fn found(results: &Value) -> Vec<(String, String)> {
    let text = |hit: &Value, field: &str| hit[field].as_str().unwrap_or_default().to_owned();
    let hits = results["data"].as_array().expect("hits").iter();
    hits.map(|hit| match text(hit, "kind").as_str() {
        "incident" => ("incident".to_owned(), text(hit, "id")),
        kind => (kind.to_owned(), text(hit, "issue")),
    })
    .collect()
}

fn issues(results: &Value) -> Vec<String> {
    let mut issues: Vec<String> = found(results).into_iter().map(|(_, issue)| issue).collect();
    issues.sort();
    issues
}

async fn everything_is_found_and_the_best_comes_first(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let results = search(&at, "checkout").await;
    assert_eq!(issues(&results), ["1", "SHOP-1", "SHOP-2", "SHOP-3", "SHOP-4"], "each issue once: {results}");
    assert_eq!(results["total"], 5);
    let order: Vec<String> = found(&results).into_iter().map(|(_, issue)| issue).collect();
    let place = |issue: &str| order.iter().position(|found| found == issue).expect("found");
    assert!(place("SHOP-3") < place("SHOP-4"), "a short text about it before a long one: {order:?}");
    for hit in results["data"].as_array().expect("hits") {
        for field in ["kind", "id", "issue", "title", "snippet", "release", "environment", "at"] {
            assert!(hit.get(field).is_some(), "{field}: {hit}");
        }
    }
    let kinds: Vec<String> =
        found(&search(&at, "checkout kind:feedback").await).into_iter().map(|(kind, _)| kind).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(|kind| kind == "feedback" || kind == "issue"), "{kinds:?}");
    let text = at.see("/search?query=checkout", &at.sign_in().await).await.text();
    for fact in ["CheckoutError", "The checkout hangs when I pay by card", "Checkout is down", "SHOP-3"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
}

async fn words_phrases_and_negations(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    for (query, expected) in [
        ("CHECKOUT hangs", &["SHOP-3", "SHOP-4"][..]),
        ("\"checkout hangs\"", &["SHOP-3"]),
        ("\"hangs checkout\"", &[]),
        ("checkout -hangs kind:error", &["SHOP-1", "SHOP-2"]),
        ("checkout release:shop@1.0.0", &["SHOP-1", "SHOP-4"]),
        ("checkout release:latest", &["SHOP-2", "SHOP-3"]),
        ("down", &["1"]),
        ("nobody can pay", &["1"]),
        ("checkout is:resolved", &[]),
        ("nothing-like-this", &[]),
        ("", &[]),
        ("\"unclosed", &[]),
        ("\"checkout hangs", &["SHOP-3"]),
        ("turnstile OR down", &["1"]),
        ("(down OR hangs) kind:feedback", &["SHOP-3", "SHOP-4"]),
        ("checkout (is:resolved OR kind:error)", &["SHOP-1", "SHOP-2"]),
        ("-", &[]),
        ("*", &[]),
        ("AND OR NOT ( ) [ : ^ ~", &[]),
    ] {
        assert_eq!(issues(&search(&at, query).await), expected, "{query}");
    }
    let long = "checkout ".repeat(300);
    let results = search(&at, long.trim()).await;
    assert!(results["hints"].as_array().is_some_and(|hints| !hints.is_empty()), "{results}");
    let cookie = at.sign_in().await;
    assert_eq!(at.see("/search?query=%22unclosed%20is%3Aodd", &cookie).await.status, StatusCode::OK);
    assert_eq!(at.see("/search", &cookie).await.status, StatusCode::OK);
}

async fn markup_is_text_and_only_the_found_words_are_bold(database: Database) {
    let at = Installation::on(database).await;
    let mut event = error(1, "</title><script>alert(1)</script>", "shop@1.0.0");
    event["exception"]["values"][0]["value"] = json!("broken <b>markup</b> & \"quotes\" <img src=x onerror=alert(2)>");
    at.report(&event).await;
    at.report(&feedback(2, "broken <script>alert(3)</script> page", "shop@1.0.0")).await;
    at.indexed().await;
    let results = search(&at, "broken").await;
    let hits = results["data"].as_array().expect("hits");
    assert_eq!(hits.len(), 2, "{results}");
    for hit in hits {
        let snippet = hit["snippet"].as_str().expect("a snippet");
        assert!(snippet.contains("<b>broken</b>"), "{snippet}");
        let plain = snippet.replace("<b>", "").replace("</b>", "");
        assert!(!plain.contains('<') && !plain.contains('>'), "{snippet}");
    }
    let cookie = at.sign_in().await;
    let pages = [
        "/search?query=broken",
        "/search?query=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/issues",
        "/issues/SHOP-1",
        "/",
    ];
    for path in pages {
        let page = at.see(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        for raw in ["<script>alert", "<img src=x", "<b>markup"] {
            assert!(!page.html.contains(raw), "{path} holds {raw}");
        }
    }
    assert!(at.see("/search?query=broken", &cookie).await.html.contains("<b>broken</b>"));
}

async fn what_changes_is_found_as_it_is_now(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let answer = at.api(Method::PATCH, "issues/SHOP-1").json(&json!({"status": "resolved"})).send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    let note = json!({"note": "It was the turnstile."});
    let answer = at.api(Method::POST, "incidents/1/updates").json(&note).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    at.indexed().await;
    assert_eq!(issues(&search(&at, "checkout is:resolved").await), ["SHOP-1"]);
    assert_eq!(issues(&search(&at, "turnstile").await), ["1"]);
}

async fn an_index_made_anew_answers_the_same(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let queries = ["checkout", "\"checkout hangs\"", "checkout -hangs", "kind:feedback pay", "Nobody"];
    let mut before = Vec::new();
    for query in queries {
        before.push(search(&at, query).await);
    }
    let at = at
        .restart_after(async |config| {
            let store = state::open_store(config).await.expect("a store");
            let search = Search::open(&config.storage.data).expect("an index");
            let counts = follower::reindex(&search, &store).await.expect("made anew");
            assert_eq!((counts.events, counts.feedback, counts.issues, counts.incidents), (2, 2, 4, 1));
            drop(search);
            store.close().await;
        })
        .await;
    at.indexed().await;
    for (query, before) in queries.into_iter().zip(&before) {
        assert_eq!(found(&search(&at, query).await), found(before), "{query}");
    }
    let at = at
        .restart_after(async |config| {
            std::fs::remove_dir_all(config.storage.data.join("search")).expect("the index was there");
        })
        .await;
    at.indexed().await;
    for (query, before) in queries.into_iter().zip(&before) {
        assert_eq!(issues(&search(&at, query).await), issues(before), "{query}: without an index it is made");
    }
}
