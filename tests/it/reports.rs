//! What users write about an error they met: in the older items, in the clients' dialog, in a site's own form.

use fieldfare_app::routes::encode;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    a_report_joins_its_event_in_either_order,
    a_report_sent_again_is_counted_not_kept,
    the_dialog_is_a_script_that_says_what_the_page_wants,
    nothing_a_page_says_can_run,
    the_dialog_hears_what_is_wrong,
    the_dialog_is_for_allowed_origins,
    a_report_comes_in_by_the_older_api,
    the_older_api_says_what_is_wrong,
    only_who_may_report_is_heard_by_the_older_api,
);

fn report(about: usize, comments: &str) -> Value {
    json!({"event_id": traffic::event_id(about), "name": "Bo", "email": "bo@example.org", "comments": comments})
}

async fn user_report(at: &Installation, report: &Value) {
    at.send(Envelope::of(report["event_id"].as_str().expect("an id")).item("user_report", report)).await;
}

async fn a_report_joins_its_event_in_either_order(database: Database) {
    let at = Installation::on(database).await;
    user_report(&at, &report(1, "It broke before you knew")).await;
    let early = at.list("feedback").await.remove(0);
    assert_eq!(early["associated_event_id"], traffic::event_id(1));
    assert_eq!(at.get(&format!("feedback/{}", early["id"])).await["error"], Value::Null);
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "ValueError", "shop@1.0.0")).await;
    user_report(&at, &report(2, "It broke after you knew")).await;
    for (number, said, issue) in [(1, "It broke before you knew", "SHOP-2"), (2, "It broke after you knew", "SHOP-3")] {
        let id = traffic::event_id(number);
        let event = at.get(&format!("events/{id}")).await;
        assert_eq!(event["issue"], issue);
        assert_eq!(event["feedback"][0]["message"], said, "the event shows it");
        assert_eq!(event["feedback"].as_array().map(Vec::len), Some(1));
        assert_eq!(at.get(&format!("issues/{issue}")).await["feedback"][0]["message"], said, "so does its issue");
        let feedback = at.get(&format!("feedback/{}", event["feedback"][0]["id"])).await;
        assert_eq!((&feedback["error"]["event_id"], &feedback["error"]["issue"]), (&json!(id), &json!(issue)));
    }
    let late = &at.get(&format!("events/{}", traffic::event_id(2))).await["feedback"][0];
    assert_eq!((&late["release"], &late["environment"]), (&json!("shop@1.0.0"), &json!("production")));
    assert_eq!(at.list("feedback?release=shop%401.0.0").await.len(), 1, "what was known when it was written");
}

async fn a_report_sent_again_is_counted_not_kept(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    for _ in 0..3 {
        user_report(&at, &report(1, "It broke")).await;
    }
    let mut other = report(1, "It broke");
    other["email"] = json!("ida@example.org");
    user_report(&at, &other).await;
    user_report(&at, &report(1, "It broke, and again a minute later")).await;
    assert_eq!(at.list("feedback").await.len(), 3, "another person, and another thing said, are heard");
    assert!(at.dropped("feedback", "duplicate", 2).await);
}

/// The address of the dialog for one event, with more settings.
fn dialog(at: &Installation, about: usize, more: &str) -> String {
    let query = format!("dsn={}&eventId={}", encode(&at.dsn()), traffic::event_id(about));
    format!("{}/api/embed/error-page/?{query}{more}", at.url)
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

fn form(request: RequestBuilder, body: &str) -> RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded; charset=UTF-8").body(body.to_owned())
}

async fn the_dialog_is_a_script_that_says_what_the_page_wants(database: Database) {
    let at = Installation::on(database).await;
    let answer = sent(at.client.get(dialog(&at, 1, "&title=Oh+no&name=Bo&labelSubmit=Senden&lang=de"))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(header("access-control-allow-origin"), "*");
    let script = answer.text().await.expect("a script");
    for setting in [r#""title":"Oh no""#, r#""name":"Bo""#, r#""labelSubmit":"Senden""#, r#""lang":"de""#] {
        assert!(script.contains(setting), "{setting}");
    }
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let post = at.client.post(dialog(&at, 1, "")).header("referer", "https://shop.example.org/cart");
    let answer = sent(form(post, "name=Bo+L%C3%B6v&email=bo%40example.org&comments=It+broke%21%0D%0AOften.")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let row = at.list("feedback").await.remove(0);
    assert_eq!((&row["name"], &row["email"]), (&json!("Bo Löv"), &json!("bo@example.org")));
    assert_eq!((&row["message"], &row["source"]), (&json!("It broke!\r\nOften."), &json!("crash_report_form")));
    assert_eq!(row["url"], "https://shop.example.org/cart");
    let detail = at.get(&format!("feedback/{}", row["id"])).await;
    assert_eq!(detail["error"]["event_id"], traffic::event_id(1));
}

async fn nothing_a_page_says_can_run(database: Database) {
    let at = Installation::on(database).await;
    let nasty = "</script><script>alert(1)</script><!-- \u{2028}\"'\\`${alert(2)}";
    for name in ["title", "subtitle", "labelName", "successMessage", "name", "email", "lang", "errorGeneric"] {
        let url = dialog(&at, 1, &format!("&{name}={}&unknown={}", encode(nasty), encode(nasty)));
        let script = sent(at.client.get(url)).await.text().await.expect("a script");
        assert!(!script.contains("</script") && !script.contains("<!--") && !script.contains('\u{2028}'), "{name}");
        let settings =
            script.rsplit_once(")(").and_then(|(_, rest)| rest.trim_end().strip_suffix(");")).expect("a call");
        let settings: Value = serde_json::from_str(settings).expect("one JSON value and nothing else");
        assert_eq!(settings[name], nasty);
        assert!(settings.get("unknown").is_none());
    }
}

async fn the_dialog_hears_what_is_wrong(database: Database) {
    let at = Installation::on(database).await;
    for (body, wrong) in [
        ("name=Bo&email=bo%40example.org&comments=+", json!(["comments"])),
        ("email=bo&comments=x", json!(["email"])),
        ("", json!(["comments"])),
    ] {
        let answer = sent(form(at.client.post(dialog(&at, 1, "")), body)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let said: Value = answer.json().await.expect("JSON");
        let fields: Vec<_> = said["errors"].as_object().expect("errors").keys().cloned().collect();
        assert_eq!(json!(fields), wrong, "{body}");
    }
    let url = |query: String| format!("{}/api/embed/error-page/?{query}", at.url);
    let (dsn, id) = (encode(&at.dsn()), traffic::event_id(1));
    for (query, expected) in [
        (format!("eventId={id}"), StatusCode::UNAUTHORIZED),
        (format!("dsn=nonsense&eventId={id}"), StatusCode::UNAUTHORIZED),
        (format!("dsn={}&eventId={id}", dsn.replace(&at.public_key, &"0".repeat(32))), StatusCode::FORBIDDEN),
        (format!("dsn={dsn}"), StatusCode::BAD_REQUEST),
        (format!("dsn={dsn}&eventId=seven"), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(sent(at.client.get(url(query.clone()))).await.status(), expected, "{query}");
        let post = form(at.client.post(url(query.clone())), "comments=x");
        assert_eq!(sent(post).await.status(), expected, "{query}");
    }
    assert_eq!(at.list("feedback").await.len(), 0);
}

async fn the_dialog_is_for_allowed_origins(database: Database) {
    let at = Installation::on(database).await;
    at.allow_origins("https://shop.example.org").await;
    for (name, value, expected) in [
        ("referer", "https://shop.example.org/cart", StatusCode::OK),
        ("referer", "https://other.example.org/", StatusCode::FORBIDDEN),
        ("origin", "https://shop.example.org", StatusCode::OK),
        ("origin", "null", StatusCode::FORBIDDEN),
    ] {
        let get = at.client.get(dialog(&at, 1, "")).header(name, value);
        assert_eq!(sent(get).await.status(), expected, "{name}: {value}");
        let post = form(at.client.post(dialog(&at, 1, "")), "comments=It+broke").header(name, value);
        assert_eq!(sent(post).await.status(), expected, "{name}: {value}");
    }
}

/// A request to the older API by the project's DSN.
fn older(at: &Installation, project: &str) -> RequestBuilder {
    let url = format!("{}/api/0/projects/{project}/user-feedback/", at.url);
    at.client.post(url).header("authorization", format!("DSN {}", at.dsn()))
}

async fn a_report_comes_in_by_the_older_api(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let answer = sent(older(&at, "fernbrook/shop").json(&report(1, "It broke"))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let said: Value = answer.json().await.expect("JSON");
    let id = traffic::event_id(1);
    for (field, expected) in [
        ("eventID", json!(id)),
        ("event", json!({"id": id, "eventID": id})),
        ("name", json!("Bo")),
        ("email", json!("bo@example.org")),
        ("comments", json!("It broke")),
        ("user", Value::Null),
    ] {
        assert_eq!(said[field], expected, "{field}: {said}");
    }
    assert!(said["dateCreated"].is_string() && said["id"].is_string(), "{said}");
    let by_id = format!("fernbrook/{}", at.project_id);
    let again: Value = sent(older(&at, &by_id).json(&report(1, "It broke"))).await.json().await.expect("JSON");
    assert_eq!(again["id"], said["id"], "the same report is the same piece");
    let url = format!("{}/api/0/projects/fernbrook/shop/user-feedback", at.url);
    let by_member = at.client.post(url).bearer_auth(&at.token).json(&report(2, "It broke for a member"));
    assert_eq!(sent(by_member).await.status(), StatusCode::OK);
    assert_eq!(at.list("feedback").await.len(), 2);
    assert_eq!(at.get(&format!("events/{id}")).await["feedback"][0]["message"], "It broke");
}

async fn the_older_api_says_what_is_wrong(database: Database) {
    let at = Installation::on(database).await;
    for (body, field) in [
        (json!({"comments": "x"}), "event_id"),
        (json!({"event_id": "seven", "comments": "x"}), "event_id"),
        (report(1, " "), "comments"),
        (json!([]), "detail"),
    ] {
        let answer = sent(older(&at, "fernbrook/shop").json(&body)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body}");
        let said: Value = answer.json().await.expect("JSON");
        assert!(said.get(field).is_some(), "{field}: {said}");
    }
    for project in ["fernbrook/nothing", "nobody/shop", "fernbrook/99"] {
        let answer = sent(older(&at, project).json(&report(1, "x"))).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{project}");
        assert!(answer.json::<Value>().await.expect("JSON")["detail"].is_string());
    }
    let nowhere = sent(at.client.get(format!("{}/api/0/nothing/", at.url))).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    assert!(nowhere.json::<Value>().await.expect("JSON")["detail"].is_string());
}

async fn only_who_may_report_is_heard_by_the_older_api(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let url = format!("{}/api/0/projects/fernbrook/shop/user-feedback/", at.url);
    let post = || at.client.post(&url).json(&report(1, "It broke"));
    for (request, expected) in [
        (post(), StatusCode::UNAUTHORIZED),
        (post().header("cookie", cookie), StatusCode::UNAUTHORIZED),
        (post().bearer_auth("ff_made_up"), StatusCode::UNAUTHORIZED),
        (post().header("authorization", "DSN nonsense"), StatusCode::UNAUTHORIZED),
        (
            post().header("authorization", format!("DSN {}", at.dsn().replace(&at.public_key, &"0".repeat(32)))),
            StatusCode::FORBIDDEN,
        ),
    ] {
        assert_eq!(sent(request).await.status(), expected);
    }
    assert_eq!(at.list("feedback").await.len(), 0);
}
