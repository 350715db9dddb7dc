//! Who may come in, and what they may do there.

use fieldfare_app::api::Role;
use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Page};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    whoever_holds_the_link_sets_up_once,
    setting_up_says_which_field_is_wrong,
    the_form_lets_in_who_knows_the_password,
    a_login_ends_when_it_is_signed_out,
    strangers_are_sent_to_the_door,
    other_sites_cannot_change_anything,
    a_viewer_reads_and_does_not_decide,
    a_new_password_ends_the_other_logins,
    guessing_is_stopped,
);

fn location(page: &Page) -> &str {
    page.header("location")
}

async fn post(at: &Installation, path: &str, form: &[(&str, &str)], cookie: &str) -> Page {
    Page::of(at.post_form(path, form, cookie).await).await
}

fn setup_form(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("token", token),
        ("organization", "Fernbrook"),
        ("name", "Ada"),
        ("email", OWNER),
        ("password", PASSWORD),
        ("project", "Web Shop"),
        ("platform", "python"),
    ]
}

fn setup_token(at: &Installation) -> String {
    let url = at.running.setup_url.as_deref().expect("a new installation has a link");
    assert!(url.starts_with(&format!("{}/setup?token=", at.url)), "{url}");
    url.rsplit('=').next().expect("a token").to_owned()
}

async fn whoever_holds_the_link_sets_up_once(database: Database) {
    let at = Installation::untouched(database).await;
    let token = setup_token(&at);
    let page = at.see(&format!("/setup?token={token}"), "").await;
    assert_eq!((page.status, page.count("h1")), (StatusCode::OK, 1));
    assert!(page.html.contains(&token), "the form holds the token");

    for wrong in ["", "guessed"] {
        let page = post(&at, "/setup", &setup_form(wrong), "").await;
        assert!(location(&page).starts_with("/setup?") && location(&page).contains("error="), "{}", location(&page));
        assert_eq!(page.header("set-cookie"), "");
    }
    let page = post(&at, "/setup", &setup_form(&token), "").await;
    assert_eq!(location(&page), "/projects/web-shop/start");
    let cookie = page.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let start = at.see("/projects/web-shop/start", &cookie).await;
    assert_eq!(start.status, StatusCode::OK);
    assert!(start.text().contains("Set up Web Shop"), "{}", start.text());

    let again = post(&at, "/setup", &setup_form(&token), "").await;
    assert!(location(&again).contains("error="), "the token is worth nothing now: {}", location(&again));
    assert_eq!(location(&at.see(&format!("/setup?token={token}"), "").await), "/");
    let at = at.restart().await;
    assert_eq!(at.running.setup_url, None);
}

async fn setting_up_says_which_field_is_wrong(database: Database) {
    let at = Installation::untouched(database).await;
    let token = setup_token(&at);
    for (field, value) in
        [("organization", " "), ("email", "ada"), ("password", "short"), ("project", ""), ("name", "a\nb")]
    {
        let mut form = setup_form(&token);
        form.iter_mut().find(|(name, _)| *name == field).expect("a field").1 = value;
        let page = post(&at, "/setup", &form, "").await;
        assert!(location(&page).contains(&format!("field={field}")), "{field}: {}", location(&page));
        assert!(!location(&page).contains("password=short"), "no password in an address");
        let shown = at.see(location(&page), "").await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.html.contains("aria-invalid") || shown.html.contains("error"), "{field} is marked");
    }
    let page = post(&at, "/setup", &setup_form(&token), "").await;
    assert_eq!(location(&page), "/projects/web-shop/start", "nothing was kept of the wrong ones");
}

async fn the_form_lets_in_who_knows_the_password(database: Database) {
    let at = Installation::on(database).await;
    let right = [("email", " Ada@Example.org "), ("password", PASSWORD)];
    let page = post(&at, "/login", &right, "").await;
    assert_eq!((page.status, location(&page)), (StatusCode::SEE_OTHER, "/"));
    let cookie = page.header("set-cookie").to_owned();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{flag}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain HTTP a secure cookie would never come back");

    for (email, password) in [(OWNER, "wrong horse battery"), ("nobody@example.org", PASSWORD), ("", "")] {
        let form = [("email", email), ("password", password), ("next", "/feedback")];
        let page = post(&at, "/login", &form, "").await;
        assert!(location(&page).starts_with("/login?error="), "{}", location(&page));
        assert!(location(&page).ends_with("next=%2Ffeedback"), "{}", location(&page));
        assert_eq!(page.header("set-cookie"), "");
        let shown = at.see(location(&page), "").await;
        assert!(shown.html.contains(r#"role="alert""#) && shown.html.contains(r#"value="/feedback""#));
    }
    for (next, expected) in
        [("/issues?query=a%20b", "/issues?query=a%20b"), ("//evil.example", "/"), ("https://evil.example", "/")]
    {
        let form = [("email", OWNER), ("password", PASSWORD), ("next", next)];
        assert_eq!(location(&post(&at, "/login", &form, "").await), expected);
    }
}

async fn a_login_ends_when_it_is_signed_out(database: Database) {
    let at = Installation::on(database).await;
    let (one, other) = (at.sign_in().await, at.sign_in().await);
    assert_eq!(at.see("/issues", &one).await.status, StatusCode::OK);
    assert_eq!(location(&at.see("/login", &one).await), "/", "nobody signs in twice");
    let page = post(&at, "/logout", &[], &one).await;
    assert_eq!(location(&page), "/login");
    assert!(page.header("set-cookie").contains("Max-Age=0"), "{}", page.header("set-cookie"));
    assert_eq!(location(&at.see("/issues", &one).await), "/login?next=%2Fissues", "the token itself is worth nothing");
    assert_eq!(at.see("/issues", &other).await.status, StatusCode::OK);
    let at = at.restart().await;
    assert_eq!(at.see("/issues", &other).await.status, StatusCode::OK, "logins outlive the process");
}

async fn strangers_are_sent_to_the_door(database: Database) {
    let at = Installation::on(database).await;
    for (path, expected) in [
        ("/", "/login"),
        ("/issues?query=is%3Aresolved&sort=users", "/login?next=%2Fissues%3Fquery%3Dis%253Aresolved%26sort%3Dusers"),
        ("/issues/SHOP-1", "/login?next=%2Fissues%2FSHOP-1"),
        ("/settings", "/login?next=%2Fsettings"),
    ] {
        let page = at.see(path, "fieldfare_login=made-up").await;
        assert_eq!((page.status, location(&page)), (StatusCode::SEE_OTHER, expected));
    }
    assert_eq!(at.see("/login", "").await.status, StatusCode::OK);
    for path in ["issues", "issues/SHOP-1", "stats", "members", "search?query=x", "projects/shop/keys"] {
        for token in [None, Some("ff_made_up")] {
            let request = at.client.get(format!("{}/api/v1/{path}", at.url));
            let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
            let page = Page::of(request.send().await.expect("an answer")).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(page.header("content-type"), "application/problem+json");
            assert_eq!(page.header("www-authenticate"), "Bearer");
            let problem: Value = serde_json::from_str(&page.html).expect("JSON");
            assert_eq!((&problem["status"], &problem["title"]), (&json!(401), &json!("Unauthorized")));
        }
    }
    let forms = [("triage_issue", vec![("short_id", "SHOP-1"), ("triage", "resolve")]), ("overview", vec![])];
    for (function, form) in forms {
        let request = at.client.post(format!("{}/fn/{function}", at.url)).header("accept", "application/json");
        let body = form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED, "{function}");
    }
}

async fn other_sites_cannot_change_anything(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let cookie = at.sign_in().await;
    let foreign = |method: Method, path: &str, name: &'static str, value: &'static str| {
        let request = at.client.request(method, format!("{}{path}", at.url)).header("cookie", &cookie);
        request.header(name, value).header("content-type", "application/x-www-form-urlencoded")
    };
    for (path, body) in [
        ("/fn/triage_issue", "short_id=SHOP-1&triage=resolve"),
        ("/logout", ""),
        ("/login", "email=ada%40example.org&password=x"),
        ("/api/v1/incidents", "{}"),
    ] {
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answer = foreign(Method::POST, path, name, value).body(body).send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {name}");
        }
    }
    assert_eq!(at.get("issues/SHOP-1").await["status"], "unresolved");
    assert_eq!(at.see("/issues", &cookie).await.status, StatusCode::OK, "still signed in");
}

async fn a_viewer_reads_and_does_not_decide(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let vera = at.member("Vera", Role::Viewer).await;
    let page = at.see("/issues/SHOP-1", &vera.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("KeyError"));
    let read = vera.api(&at, Method::GET, "issues/SHOP-1").send().await.expect("an answer");
    assert_eq!(read.status(), StatusCode::OK);

    for (method, path, body) in [
        (Method::PATCH, "issues/SHOP-1", json!({"status": "resolved"})),
        (Method::PUT, "issues/SHOP-1", json!({"assignee": "me"})),
        (Method::POST, "incidents", json!({"title": "Down", "severity": "minor"})),
        (Method::POST, "projects/shop/keys", json!({"label": "mine"})),
        (Method::GET, "notifications", json!({})),
    ] {
        let answer = vera.api(&at, method, path).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    let form = [("short_id", "SHOP-1"), ("triage", "resolve")];
    let page = at.submit("/issues/SHOP-1", "triage_issue", &form, &vera.cookie).await;
    assert!(page.text().contains("Your role does not allow this."), "{}", page.text());
    let program = at.client.post(format!("{}/fn/triage_issue", at.url)).header("cookie", &vera.cookie);
    let program = program.header("accept", "application/json").header("sec-fetch-site", "same-origin");
    let program = program.header("content-type", "application/x-www-form-urlencoded");
    let answer = program.body("short_id=SHOP-1&triage=resolve").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(at.get("issues/SHOP-1").await["status"], "unresolved");
}

async fn a_new_password_ends_the_other_logins(database: Database) {
    let at = Installation::on(database).await;
    let (here, elsewhere) = (at.sign_in().await, at.sign_in().await);
    let change = async |current, new, cookie: &str| {
        at.submit("/settings", "change_password", &[("current", current), ("new", new)], cookie).await
    };
    let refused = change("not this", "a whole new password", &here).await;
    assert!(refused.text().contains("is not your password"), "{}", refused.text());
    let refused = change(PASSWORD, "short", &here).await;
    assert!(refused.text().contains("10"), "says how long it must be: {}", refused.text());

    change(PASSWORD, "a whole new password", &here).await;
    assert_eq!(at.see("/settings", &here).await.status, StatusCode::OK);
    assert_eq!(at.see("/settings", &elsewhere).await.status, StatusCode::SEE_OTHER);
    let old = post(&at, "/login", &[("email", OWNER), ("password", PASSWORD)], "").await;
    assert!(location(&old).contains("error="));
    let new = post(&at, "/login", &[("email", OWNER), ("password", "a whole new password")], "").await;
    assert_eq!(location(&new), "/");
}

async fn guessing_is_stopped(database: Database) {
    let at = Installation::on(database).await;
    let mut answers = Vec::new();
    for _ in 0..12 {
        let page = post(&at, "/login", &[("email", OWNER), ("password", "wrong horse battery")], "").await;
        answers.push(location(&page).to_owned());
    }
    assert_ne!(answers.first(), answers.last(), "at some point it says so");
    let page = post(&at, "/login", &[("email", OWNER), ("password", PASSWORD)], "").await;
    assert!(location(&page).contains("error="), "not even the right one is looked at now");
}
