//! What must not be stored is not, what is not wanted is counted and dropped, and both can be changed by a lead.

use fieldfare::issues;
use fieldfare_app::api::Role;
use fieldfare_tests::{Database, Envelope, Installation, eventually, report, traffic};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    no_secret_of_an_event_is_found_anywhere,
    feedback_is_scrubbed_and_its_sender_kept,
    a_project_decides_what_else_goes_and_what_stays,
    rules_that_cannot_be_read_are_named_beside_their_field,
    addresses_are_stored_only_where_the_project_says_so,
    people_are_told_apart_without_their_address,
    browsers_are_found_by_what_their_user_agent_says,
    filters_count_what_they_take,
    feedback_is_filtered_by_its_words_and_its_sender,
    a_deleted_issue_is_gone_with_its_events,
    discarded_events_are_dropped_until_they_are_allowed_again,
    an_event_can_be_tried_without_sending_it,
    only_leads_change_what_is_protected,
    a_page_reports_from_where_it_is_allowed,
);

const PRIVACY: &str = "/projects/shop/settings/privacy";
/// Everything that is secret in [`secretive`].
const SECRETS: [&str; 16] = [
    "hunter2",
    "4111 1111 1111 1111",
    "4111111111111111",
    "s3ssion-cookie",
    "bearer-of-9-news",
    "MIIEpAIBAAKCAQEA",
    "url-p4ss",
    "query-t0ken",
    "form-p4ss",
    "crumb-t0ken",
    "var-s3cret",
    "tag-s3cret",
    "078-05-1120",
    "param-p4ss",
    "203.0.113.9",
    "json-p4ss",
];

fn secretive(number: usize) -> Value {
    json!({
        "event_id": traffic::event_id(number), "platform": "python", "release": "shop@1.0.0",
        "logentry": {"message": "login password=%s", "params": ["param-p4ss"]},
        "exception": {"values": [{"type": "AuthError", "value": "card 4111 1111 1111 1111 and postgres://app:url-p4ss@db/x",
            "stacktrace": {"frames": [{"function": "token", "filename": "shop/auth.py", "in_app": true,
                "context_line": "key = '-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA", "vars": {
                    "password": "hunter2", "self": "<User password='hunter2' api_key=var-s3cret>", "n": 7}}]}}]},
        "breadcrumbs": [{"message": "GET https://x.example/?token=crumb-t0ken", "data": {"access_token": "crumb-t0ken"}}],
        "request": {"url": "https://shop.example/cart?api_key=query-t0ken&page=2", "query_string": "api_key=query-t0ken",
            "cookies": "sid=s3ssion-cookie", "headers": {"Cookie": "sid=s3ssion-cookie",
                "Authorization": "Bearer bearer-of-9-news", "X-Forwarded-For": "203.0.113.9"},
            "env": {"REMOTE_ADDR": "203.0.113.9"}, "data": "user=ada&password=form-p4ss"},
        "tags": {"client_secret": "tag-s3cret", "plan": "pro"},
        "extra": {"card": "4111111111111111", "log": "Bearer bearer-of-9-news", "body": "{\"password\": \"json-p4ss\"}"},
        "contexts": {"app": {"secret_key": "hunter2"}},
        "user": {"email": "ada@example.org", "ip_address": "203.0.113.9", "data": {"ssn": "078-05-1120"}},
    })
}

fn assert_clean(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in {what}: {text}");
    }
}

async fn no_secret_of_an_event_is_found_anywhere(database: Database) {
    let at = Installation::on(database).await;
    at.report(&secretive(1)).await;
    at.indexed().await;
    let event = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_clean("the event", &event.to_string());
    assert_clean("the issue", &at.get("issues/SHOP-1").await.to_string());
    assert_eq!(event["raw"]["exception"]["values"][0]["stacktrace"]["frames"][0]["vars"]["password"], "[Filtered]");
    assert_eq!(event["title"], "AuthError: card [Filtered] and postgres://app:[Filtered]@db/x");
    assert_eq!(event["exception"]["values"][0]["stacktrace"]["frames"][0]["function"], "token");
    assert_eq!(event["user"]["email"], "ada@example.org");
    assert_eq!((&event["tags"]["plan"], &event["tags"]["client_secret"]), (&json!("pro"), &json!("[Filtered]")));
    let meta = &event["raw"]["_meta"]["contexts"]["app"]["secret_key"][""]["rem"];
    assert_eq!(*meta, json!([["@password", "s", 0, 10]]));
    let cookie = at.sign_in().await;
    let page = at.see("/issues/SHOP-1", &cookie).await;
    assert_clean("the page", &page.html);
    assert!(page.text().contains("contexts.app.secret_key scrubbed by rule @password"), "{}", page.text());
    for secret in ["hunter2", "tag-s3cret", "4111111111111111", "url-p4ss", "form-p4ss"] {
        let query = fieldfare_app::routes::encode(&format!("\"{secret}\""));
        assert_eq!(at.list(&format!("search?query={query}")).await, Vec::<Value>::new(), "{secret}");
    }
    assert!(!at.list("search?query=AuthError").await.is_empty(), "what is no secret is found");
}

async fn feedback_is_scrubbed_and_its_sender_kept(database: Database) {
    let at = Installation::on(database).await;
    at.report(&report::feedback(1, "My card 4111 1111 1111 1111 was refused", "shop@1.0.0")).await;
    let piece = at.list("feedback").await.remove(0);
    assert_eq!(piece["message"], "My card [Filtered] was refused");
    assert_eq!(piece["email"], "bo@example.org");
    assert_clean("the list", &at.list("issues").await[0].to_string());
}

async fn save_rules(at: &Installation, rules: &str, more: &[(&str, &str)], cookie: &str) -> String {
    let form: Vec<_> = [("slug", "shop"), ("rules", rules)].into_iter().chain(more.iter().copied()).collect();
    at.submit(PRIVACY, "save_scrubbing", &form, cookie).await.text()
}

async fn a_project_decides_what_else_goes_and_what_stays(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let rules = "scrub pattern:\"ACME-[0-9]{6}\"\r\nkeep key:csrf_token";
    save_rules(&at, rules, &[("scrub", "true")], &cookie).await;
    let mut event = report::error(1, "KeyError", "shop@1.0.0");
    event["extra"] = json!({"csrf_token": "kept", "token": "gone", "note": "see ACME-123456"});
    at.report(&event).await;
    let stored = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_eq!(stored["extra"], json!({"csrf_token": "kept", "token": "[Filtered]", "note": "see [Filtered]"}));
    save_rules(&at, "scrub key:note", &[], &cookie).await;
    event["event_id"] = json!(traffic::event_id(2));
    at.report(&event).await;
    let stored = at.get(&format!("events/{}", traffic::event_id(2))).await;
    assert_eq!(
        stored["extra"],
        json!({"csrf_token": "kept", "token": "gone", "note": "[Filtered]"}),
        "the built-in rules are off"
    );
}

async fn rules_that_cannot_be_read_are_named_beside_their_field(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let text = save_rules(&at, "scrub key:a\nscrub pattern:\"[\"\nhide key:b", &[("scrub", "true")], &cookie).await;
    assert!(text.contains("line 2: not a pattern") && text.contains("line 3: a rule is"), "{text}");
    let form = [("slug", "shop"), ("filters[addresses]", "10.0.0.0/8\nnowhere")];
    let text = at.submit(PRIVACY, "save_filters", &form, &cookie).await.text();
    assert!(text.contains("line 2: not an address"), "{text}");
    assert!(at.see(PRIVACY, &cookie).await.html.contains("name=\"filters[addresses]\""), "the form is there");
}

fn from(number: usize, user: &Value) -> Value {
    let mut event = report::error(number, "KeyError", "shop@1.0.0");
    event["user"] = user.clone();
    event
}

async fn addresses_are_stored_only_where_the_project_says_so(database: Database) {
    let at = Installation::on(database).await;
    at.report(&from(1, &json!({"ip_address": "203.0.113.9"}))).await;
    at.report(&from(2, &json!({"ip_address": "{{auto}}"}))).await;
    for number in [1, 2] {
        let event = at.get(&format!("events/{}", traffic::event_id(number))).await;
        assert_eq!(event["user"]["ip_address"], Value::Null, "{event}");
    }
    let cookie = at.sign_in().await;
    save_rules(&at, "", &[("scrub", "true"), ("store_addresses", "true")], &cookie).await;
    at.report(&from(3, &json!({"ip_address": "203.0.113.9"}))).await;
    at.report(&from(4, &json!({"ip_address": "{{auto}}"}))).await;
    for (number, address) in [(3, "203.0.113.9"), (4, "127.0.0.1")] {
        let event = at.get(&format!("events/{}", traffic::event_id(number))).await;
        assert_eq!(event["user"]["ip_address"], address);
    }
    let proxied = Envelope::of(&traffic::event_id(5)).item("event", &from(5, &json!({"ip_address": "{{auto}}"})));
    let request = at.client.post(at.endpoint()).header("x-forwarded-for", "6.6.6.6, 198.51.100.7");
    assert_eq!(request.body(proxied.into_bytes()).send().await.expect("an answer").status(), StatusCode::OK);
    let event = at.get(&format!("events/{}", traffic::event_id(5))).await;
    assert_eq!(event["user"]["ip_address"], "198.51.100.7", "what the proxy nearby says");
}

async fn people_are_told_apart_without_their_address(database: Database) {
    let at = Installation::on(database).await;
    for (number, address) in [(1, "203.0.113.9"), (2, "203.0.113.10"), (3, "203.0.113.9")] {
        at.report(&from(number, &json!({"ip_address": address}))).await;
    }
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["events"], &issue["users"]), (&json!(3), &json!(2)));
    let events = at.list("issues/SHOP-1/events").await;
    assert!(
        events.iter().all(|row| row["user"].as_str().is_some_and(|user| user.starts_with("anonymous-"))),
        "{events:?}"
    );
    assert!(!json!(events).to_string().contains("203.0.113"));
}

async fn browsers_are_found_by_what_their_user_agent_says(database: Database) {
    let at = Installation::on(database).await;
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1";
    let mut event = report::error(1, "KeyError", "shop@1.0.0");
    event["request"] = json!({"headers": {"User-Agent": agent}});
    at.report(&event).await;
    at.indexed().await;
    let stored = at.get(&format!("events/{}", traffic::event_id(1))).await;
    assert_eq!(stored["contexts"]["browser"], json!({"name": "Safari", "version": "17.6"}));
    assert_eq!(stored["contexts"]["os"]["name"], "iOS");
    for query in ["browser.name:Safari", "os.name:iOS", "browser:%22Safari%2017.6%22"] {
        assert_eq!(at.list(&format!("issues?query={query}")).await.len(), 1, "{query}");
    }
}

async fn feedback_is_filtered_by_its_words_and_its_sender(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let form = [("slug", "shop"), ("filters[messages]", "*hangs*"), ("filters[feedback]", "*casino*\n*@spam.example")];
    let page = at.submit(PRIVACY, "save_filters", &form, &cookie).await;
    assert!(page.html.contains("*@spam.example"), "it is stored");
    at.report(&report::feedback(1, "Best CASINO\nin town", "shop@1.0.0")).await;
    let mut sent = report::feedback(2, "Hello there", "shop@1.0.0");
    sent["contexts"]["feedback"]["contact_email"] = json!("eve@spam.example");
    at.report(&sent).await;
    let legacy = json!({"event_id": traffic::event_id(9), "comments": "casino!", "email": "e@x.example", "name": "E"});
    at.send(Envelope::of(&traffic::event_id(9)).item("user_report", &legacy)).await;
    let url = format!("{}/api/0/projects/fernbrook/shop/user-feedback/", at.url);
    let answer = at.client.post(url).bearer_auth(&at.token).json(&legacy).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "nothing was wrong with it");
    let said: Value = answer.json().await.expect("JSON");
    assert_eq!((&said["id"], &said["comments"]), (&Value::Null, &json!("casino!")));
    at.report(&report::feedback(3, "It hangs", "shop@1.0.0")).await;
    let kept = at.list("feedback").await;
    assert_eq!(kept.len(), 1, "patterns of errors are not for what people write");
    assert_eq!(kept[0]["message"], "It hangs");
    let stats = at.get("stats?project=shop").await;
    assert_eq!(stats["dropped"], json!([{"category": "feedback", "reason": "filter: feedback", "quantity": 4}]));
    let broken = [("slug", "shop"), ("filters[feedback]", &*"x".repeat(400))];
    let page = at.submit(PRIVACY, "save_filters", &broken, &cookie).await;
    assert!(page.text().contains("longer than 300 characters"), "{}", page.text());
}

async fn filters_count_what_they_take(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let form = [
        ("slug", "shop"),
        ("filters[crawlers]", "true"),
        ("filters[extensions]", "true"),
        ("filters[localhost]", "true"),
        ("filters[legacy_browsers]", "true"),
        ("filters[noise]", "true"),
        ("filters[messages]", "*timed out*"),
        ("filters[releases]", "shop@0.*"),
        ("filters[addresses]", "198.51.100.0/24"),
    ];
    let page = at.submit(PRIVACY, "save_filters", &form, &cookie).await;
    assert!(page.html.contains("*timed out*"), "it is stored");
    let browser =
        |agent: &str| json!({"platform": "javascript", "message": "x", "request": {"headers": {"User-Agent": agent}}});
    let thrown =
        json!([{"type": "E", "value": "v", "stacktrace": {"frames": [{"abs_path": "chrome-extension://a/b.js"}]}}]);
    let unwanted = [
        (browser("Mozilla/5.0 (compatible; Googlebot/2.1)"), "filter: crawler"),
        (browser("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko"), "filter: legacy browser"),
        (json!({"platform": "javascript", "exception": thrown}), "filter: browser extension"),
        (json!({"platform": "javascript", "message": "ResizeObserver loop limit exceeded"}), "filter: noise"),
        (json!({"message": "x", "request": {"url": "http://localhost:8080/"}}), "filter: localhost"),
        (json!({"message": "it Timed Out"}), "filter: message"),
        (json!({"message": "x", "release": "shop@0.1"}), "filter: release"),
        (json!({"message": "x", "user": {"ip_address": "198.51.100.3"}}), "filter: address"),
    ];
    for (number, (event, _)) in unwanted.iter().enumerate() {
        at.send(Envelope::of(&traffic::event_id(number)).item("event", event)).await;
    }
    let store = at.endpoint().replace("/envelope/", "/store/");
    let answer = at.client.post(store).body(unwanted[5].0.to_string()).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "clients are told that all is well");
    at.report(&report::error(90, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.list("issues").await.len(), 1, "only what is wanted");
    let stats = at.get("stats?project=shop").await;
    let dropped = stats["dropped"].as_array().expect("a list");
    for (_, reason) in unwanted {
        let quantity = if reason == "filter: message" { 2 } else { 1 };
        let row = json!({"category": "error", "reason": reason, "quantity": quantity});
        assert!(dropped.contains(&row), "{row} in {dropped:?}");
    }
}

async fn a_deleted_issue_is_gone_with_its_events(database: Database) {
    let at = Installation::on(database).await;
    for number in 1..4 {
        at.report(&report::error(number, "KeyError", "shop@1.0.0")).await;
    }
    at.report(&report::error(9, "ValueError", "shop@1.0.0")).await;
    let answer = at.api(Method::DELETE, "issues/SHOP-1").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let gone = at.api(Method::GET, "issues/SHOP-1").send().await.expect("an answer");
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let event = at.api(Method::GET, &format!("events/{}", traffic::event_id(1))).send().await.expect("an answer");
    assert_eq!(event.status(), StatusCode::NOT_FOUND);
    let store = at.state().store.clone();
    eventually("its rows are deleted", async || {
        let more = issues::delete_some(&store).await.expect("the database");
        (!more).then_some(())
    })
    .await;
    at.indexed().await;
    assert_eq!(at.list("search?query=KeyError").await, Vec::<Value>::new());
    assert!(!at.list("search?query=ValueError").await.is_empty(), "others stay");
    at.report(&report::error(1, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-3").await["events"], 1, "what is like it is a new issue");
}

async fn discarded_events_are_dropped_until_they_are_allowed_again(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    at.report(&report::error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&report::feedback(2, "I like it", "shop@1.0.0")).await;
    let refused = at.api(Method::DELETE, "issues/SHOP-2?discard=true").send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "what people write is read");
    let form = [("short_id", "SHOP-1"), ("discard", "true")];
    let page = at.submit("/issues/SHOP-1", "delete_issue", &form, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    for number in [3, 4] {
        at.report(&report::error(number, "KeyError", "shop@1.0.0")).await;
    }
    at.report(&report::error(5, "ValueError", "shop@1.0.0")).await;
    assert_eq!(at.list("issues").await.len(), 2, "the feedback and the other error");
    let dropped = at.get("stats?project=shop").await["dropped"].clone();
    assert_eq!(dropped, json!([{"category": "error", "reason": "discarded", "quantity": 2}]));

    let page = at.see(PRIVACY, &cookie).await;
    assert!(page.text().contains("KeyError: order 1 failed"), "{}", page.text());
    let (_, rest) = page.html.split_once("name=\"fingerprint\" value=\"").expect("a form");
    let fingerprint = &rest[..32];
    let page = at.submit(PRIVACY, "allow_again", &[("slug", "shop"), ("fingerprint", fingerprint)], &cookie).await;
    assert!(!page.text().contains("KeyError: order 1 failed"), "{}", page.text());
    while at.see(PRIVACY, &cookie).await.html.contains("name=\"fingerprint\"") {
        let page = at.see(PRIVACY, &cookie).await;
        let (_, rest) = page.html.split_once("name=\"fingerprint\" value=\"").expect("a form");
        at.submit(PRIVACY, "allow_again", &[("slug", "shop"), ("fingerprint", &rest[..32])], &cookie).await;
    }
    at.report(&report::error(6, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.list("issues").await.len(), 3);
}

async fn an_event_can_be_tried_without_sending_it(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let event = secretive(1).to_string();
    let page = at.submit(PRIVACY, "try_protection", &[("slug", "shop"), ("event", &event)], &cookie).await;
    assert!(page.text().contains("contexts.app.secret_key@password"), "{}", page.text());
    assert!(page.text().contains("It would be kept."));
    assert_clean("the outcome", &page.html);
    assert!(at.list("issues").await.is_empty(), "nothing was sent");
    let noise = json!({"platform": "javascript", "message": "Extension context invalidated."}).to_string();
    let page = at.submit(PRIVACY, "try_protection", &[("slug", "shop"), ("event", &noise)], &cookie).await;
    assert!(page.text().contains("It would not be kept: filter: browser extension"), "{}", page.text());
    for (event, problem) in [("{", "is not JSON"), ("7", "is not a JSON object"), ("", "the project has none yet")] {
        let page = at.submit(PRIVACY, "try_protection", &[("slug", "shop"), ("event", event)], &cookie).await;
        assert!(page.text().contains(problem), "{}", page.text());
    }
    at.report(&report::error(1, "KeyError", "shop@1.0.0")).await;
    let page = at.submit(PRIVACY, "try_protection", &[("slug", "shop"), ("event", "")], &cookie).await;
    assert!(page.text().contains("order 1 failed"), "{}", page.text());
}

async fn only_leads_change_what_is_protected(database: Database) {
    let at = Installation::on(database).await;
    at.report(&report::error(1, "KeyError", "shop@1.0.0")).await;
    let dev = at.member("Dev", Role::Developer).await;
    let text = save_rules(&at, "", &[], &dev.cookie).await;
    assert!(text.contains("Your role does not allow this."), "{text}");
    let answer = dev.api(&at, Method::DELETE, "issues/SHOP-1").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let page = at.submit("/issues/SHOP-1", "delete_issue", &[("short_id", "SHOP-1")], &dev.cookie).await;
    assert!(page.text().contains("Your role does not allow this."), "{}", page.text());
    assert_eq!(at.list("issues").await.len(), 1);
}

async fn a_page_reports_from_where_it_is_allowed(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let form = [("slug", "shop"), ("name", "Shop"), ("platform", "javascript"), ("origins", "https://shop.example")];
    at.submit("/projects/shop/settings", "save_project", &form, &cookie).await;
    for (header, value, expected) in [
        ("origin", "https://shop.example", StatusCode::OK),
        ("origin", "https://other.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
        ("referer", "https://shop.example/cart?a=1", StatusCode::OK),
        ("referer", "https://other.example/", StatusCode::FORBIDDEN),
        ("x-none", "a server", StatusCode::OK),
    ] {
        let body = Envelope::of(&traffic::event_id(1)).item("event", &report::error(1, "E", "shop@1.0.0")).into_bytes();
        let answer = at.client.post(at.endpoint()).header(header, value).body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{header}: {value}");
    }
}
