//! Official SDKs, each with its fixed program of traffic (`tests/clients`), and what the API then says.

use fieldfare_tests::site::{File, Site};
use fieldfare_tests::{Database, Installation, Scripts, browser, clients};
use reqwest::Method;
use serde_json::{Value, json};

crate::on_each_database!(the_python_sdk_is_heard, the_node_sdk_is_heard);

/// What the programs attach as a screenshot begins like this.
const PNG: [u8; 8] = [137, 80, 78, 71, 13, 10, 26, 10];

async fn the_python_sdk_is_heard(database: Database) {
    let at = Installation::on(database).await;
    clients::python(&at.dsn()).await;

    let titles = titles(&at).await;
    assert_eq!(titles, ["RuntimeError: checkout failed for order 4711", "The checkout hangs", "stock is low"]);
    let event = event_of(&at, "RuntimeError").await;
    assert_eq!((&event["release"], &event["environment"]), (&json!("shop@2.4.0"), &json!("production")));
    assert_eq!((&event["platform"], &event["level"]), (&json!("python"), &json!("error")));
    assert_eq!((&event["user"]["id"], &event["user"]["email"]), (&json!("42"), &json!("ada@example.org")));
    assert_eq!(event["tags"]["plan"], "gold");
    assert_eq!(chain(&event), [("KeyError", "'silver'"), ("RuntimeError", "checkout failed for order 4711")]);
    assert_eq!(functions(&event, 0), [("checkout", true), ("charge", true)]);
    assert_eq!(functions(&event, 1), [("<module>", true), ("checkout", true)]);
    let crumb = &event["breadcrumbs"]["values"][0];
    assert_eq!((&crumb["category"], &crumb["message"]), (&json!("auth"), &json!("signed in")));
    assert_eq!(attached(&at, &event, "basket.log").await, b"line one\r\nline two\r\n");

    let feedback = only_feedback(&at).await;
    assert_eq!(feedback["message"], "The checkout hangs.\nI tried twice – ärgerlich!");
    assert_eq!((&feedback["name"], &feedback["email"]), (&json!("Ada"), &json!("ada@example.org")));
    assert_eq!(feedback["url"], "https://shop.example.org/checkout");
    assert_eq!((&feedback["release"], &feedback["environment"]), (&json!("shop@2.4.0"), &json!("production")));
    assert_eq!(feedback["error"]["event_id"], event["event_id"]);
    assert!(attached(&at, &feedback, "screen.png").await.starts_with(&PNG));
    assert_eq!(sessions(&at, "shop@2.4.0").await, [1, 1, 0, 0], "one session, with an error in it");
    assert_eq!(accepted(&at).await, (2, 1));
    assert_eq!(settled(&at, "shop@2.4.0").await, (1, 1));
    assert_eq!(monitored(&at).await, ("every 2 hours".to_owned(), "production".to_owned()));
}

async fn the_node_sdk_is_heard(database: Database) {
    let at = Installation::on(database).await;
    clients::node(&at.dsn()).await;

    let titles = titles(&at).await;
    let expected = [
        "Error: checkout failed",
        "RangeError: rejected and not handled",
        "The basket is empty after signing in",
        "queue is long",
    ];
    assert_eq!(titles, expected);
    let event = event_of(&at, "checkout").await;
    assert_eq!((&event["release"], &event["environment"]), (&json!("api@1.9.0"), &json!("staging")));
    assert_eq!((&event["platform"], &event["level"]), (&json!("node"), &json!("error")));
    assert_eq!((&event["user"]["id"], &event["user"]["email"]), (&json!("7"), &json!("grace@example.org")));
    assert_eq!(event["tags"]["plan"], "team");
    assert_eq!(chain(&event), [("TypeError", "basket 4711 is not iterable"), ("Error", "checkout failed")]);
    let cause = functions(&event, 0);
    assert!(cause.ends_with(&[("checkout", true), ("loadBasket", true)]), "{cause:?}");
    assert!(cause.iter().any(|(_, in_app)| !in_app), "Node's own frames are not the application's: {cause:?}");
    let crumbs = event["breadcrumbs"]["values"].as_array().expect("breadcrumbs");
    assert!(crumbs.iter().any(|crumb| crumb["message"] == "signed in"), "{crumbs:?}");
    assert_eq!(attached(&at, &event, "basket.json").await, br#"{"items":3}"#);
    let rejection = event_of(&at, "RangeError").await;
    assert_eq!(rejection["exception"]["values"][0]["handled"], false);

    let feedback = only_feedback(&at).await;
    assert_eq!(feedback["message"], "The basket is empty after signing in");
    assert_eq!((&feedback["name"], &feedback["email"]), (&json!("Grace"), &json!("grace@example.org")));
    assert_eq!(feedback["error"]["event_id"], event["event_id"]);
    assert_eq!(attached(&at, &feedback, "screen.png").await, PNG);
    assert_eq!(
        sessions(&at, "api@1.9.0").await,
        [1, 0, 0, 1],
        "one session; what nobody caught counts as a crash to this SDK"
    );
    assert_eq!(accepted(&at).await, (3, 1));
    assert_eq!(settled(&at, "api@1.9.0").await, (1, 0));
    assert_eq!(monitored(&at).await, ("every day at 03:00 (Europe/Vienna)".to_owned(), "staging".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_sdk_is_heard() {
    let at = Installation::on(Database::Sqlite).await;
    let site = shop(&at.dsn()).await;
    browser::with_tab(Scripts::On, async |tab| {
        tab.driver.goto(&site.url).await.expect("the page loads");
        tab.until("everything is sent", "return document.title === 'sent'").await;
        // Leaving ends the session.
        tab.driver.goto("about:blank").await.expect("an empty page");
    })
    .await;

    let titles = titles(&at).await;
    let expected = [
        "Error: nobody caught this",
        "The cart page stays white",
        "TypeError: Cannot read properties of undefined (reading 'map')",
        "slow paint",
    ];
    assert_eq!(titles, expected);
    let event = event_of(&at, "TypeError").await;
    assert_eq!((&event["release"], &event["environment"]), (&json!("web@3.1.0"), &json!("production")));
    assert_eq!((&event["platform"], &event["level"]), (&json!("javascript"), &json!("error")));
    assert_eq!((&event["user"]["id"], &event["user"]["email"]), (&json!("9"), &json!("linus@example.org")));
    assert_eq!(event["tags"]["theme"], "dark");
    assert_eq!(event["request"]["url"], format!("{}/", site.url));
    let frames = functions(&event, 0);
    assert!(frames.ends_with(&[("run", true), ("renderCart", true)]), "{frames:?}");
    let crumbs = event["breadcrumbs"]["values"].as_array().expect("breadcrumbs");
    assert!(crumbs.iter().any(|crumb| crumb["message"] == "to the cart"), "{crumbs:?}");
    let rejection = event_of(&at, "nobody").await;
    assert_eq!(rejection["exception"]["values"][0]["handled"], false);

    let feedback = only_feedback(&at).await;
    assert_eq!(feedback["message"], "The cart page stays white");
    assert_eq!((&feedback["name"], &feedback["email"]), (&json!("Linus"), &json!("linus@example.org")));
    assert_eq!(feedback["error"]["event_id"], event["event_id"]);
    assert_eq!(attached(&at, &feedback, "screen.png").await, PNG);
    assert_eq!(accepted(&at).await, (3, 1));
    assert_eq!(sessions(&at, "web@3.1.0").await, [1, 0, 1, 0], "one session, ended by what nobody caught");
}

/// A page of another origin that runs the program.
async fn shop(dsn: &str) -> Site {
    let page = "<!DOCTYPE html><title>Cart</title><script src=dsn.js></script><script src=traffic.js></script>";
    let dsn = format!("window.FIELDFARE_DSN = {dsn:?};");
    let script = |path, content| File { path, content_type: "text/javascript", content };
    let page = File { path: "/", content_type: "text/html", content: page.into() };
    let files = vec![page, script("/dsn.js", dsn.into()), script("/traffic.js", clients::browser_script().await)];
    Site::serve(files, "default-src 'self'; connect-src *").await
}

/// The titles of all issues, by the alphabet.
async fn titles(at: &Installation) -> Vec<String> {
    let issues = at.list("issues").await;
    let mut titles: Vec<_> = issues.iter().map(|issue| text(&issue["title"]).to_owned()).collect();
    titles.sort_unstable();
    assert!(issues.iter().all(|issue| issue["events"] == 1), "{issues:?}");
    titles
}

/// The event of the issue whose title has this word.
async fn event_of(at: &Installation, word: &str) -> Value {
    let issues = at.list("issues?query=kind:error").await;
    let issue = issues.iter().find(|issue| text(&issue["title"]).contains(word)).expect("an issue");
    let events = at.list(&format!("issues/{}/events", text(&issue["short_id"]))).await;
    at.get(&format!("events/{}", text(&events[0]["event_id"]))).await
}

/// Type and value of the exceptions, the first cause first.
fn chain(event: &Value) -> Vec<(&str, &str)> {
    let values = event["exception"]["values"].as_array().expect("exceptions");
    values.iter().map(|value| (text(&value["type"]), text(&value["value"]))).collect()
}

/// Each frame's function and whether it is the application's own, outermost first.
fn functions(event: &Value, exception: usize) -> Vec<(&str, bool)> {
    let frames = event["exception"]["values"][exception]["stacktrace"]["frames"].as_array().expect("frames");
    frames.iter().map(|frame| (text(&frame["function"]), frame["in_app"] == true)).collect()
}

async fn only_feedback(at: &Installation) -> Value {
    let rows = at.list("feedback").await;
    let [row] = rows.as_slice() else { panic!("one piece: {rows:?}") };
    at.get(&format!("feedback/{}", row["id"])).await
}

/// The content of one file of an event or a piece of feedback.
async fn attached(at: &Installation, to: &Value, name: &str) -> Vec<u8> {
    let files = to["attachments"].as_array().expect("attachments");
    let file = files.iter().find(|file| file["name"] == name).unwrap_or_else(|| panic!("{name} in {files:?}"));
    let path = text(&file["url"]);
    let answer = at.client.request(Method::GET, format!("{}{path}", at.url)).bearer_auth(&at.token).send().await;
    let content = answer.expect("an answer").bytes().await.expect("a file").to_vec();
    assert_eq!(file["bytes"], content.len());
    content
}

/// Sessions of a release: all; with an error; ended by one that nobody caught; crashed.
async fn sessions(at: &Installation, release: &str) -> [u64; 4] {
    let health = at.get(&format!("releases/{release}/health?project=shop")).await;
    ["sessions", "errored", "unhandled", "crashed"].map(|field| health[field].as_u64().expect("a number"))
}

/// How often the task of the programs ran, and how often it failed.
async fn settled(at: &Installation, release: &str) -> (u64, u64) {
    let times = at.get(&format!("releases/{release}/transactions?project=shop")).await;
    let [task] = times["transactions"].as_array().expect("rows").as_slice() else { panic!("one task: {times}") };
    assert_eq!(task["name"], "settle orders");
    (task["transactions"].as_u64().expect("a number"), task["failed"].as_u64().expect("a number"))
}

/// Schedule and environment of the programs' job, which ran once and well.
async fn monitored(at: &Installation) -> (String, String) {
    let monitors = at.list("projects/shop/monitors").await;
    let [job] = monitors.as_slice() else { panic!("one job: {monitors:?}") };
    assert_eq!((&job["slug"], &job["state"], &job["issue"]), (&json!("settle-orders"), &json!("ok"), &Value::Null));
    assert_eq!((&job["recent"][0]["status"], &job["recent"][0]["duration_ms"]), (&json!("ok"), &json!(200)));
    assert_eq!(job["recent"].as_array().map(Vec::len), Some(1));
    (text(&job["schedule"]).to_owned(), text(&job["environment"]).to_owned())
}

/// Events and pieces of feedback taken, with nothing dropped.
async fn accepted(at: &Installation) -> (u64, u64) {
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["dropped"], json!([]));
    let count = |category: &str| stats["accepted"][category].as_u64().unwrap_or_default();
    (count("error"), count("feedback"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
