//! Every page as HTML, for an installation with something of everything and for an empty one.

use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Page};
use reqwest::{Method, StatusCode};
use serde_json::json;

crate::on_each_database!(
    every_page_shows_what_there_is,
    every_page_says_when_there_is_nothing,
    every_page_of_settings_is_headed_by_the_projects_name,
    what_does_not_exist_is_not_found,
    pages_allow_only_what_is_ours,
    operations_are_open_and_tell_nothing,
    the_script_is_there_when_it_was_built,
    a_new_project_waits_for_its_first_event,
);

fn assert_page(path: &str, page: &Page) {
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert!(page.header("content-type").starts_with("text/html"), "{path}");
    assert_eq!(page.count("h1"), 1, "{path} has one heading: {}", page.html);
    assert_eq!(page.count("title"), 1, "{path}");
    assert!(page.title().ends_with(" · Fieldfare") && page.title().len() > 12, "{path}: {}", page.title());
    assert_eq!(page.count("main"), 1, "{path}");
    assert!(!page.text().contains("Loading…"), "{path} is whole");
    assert!(!page.html.contains(" style="), "{path} has no inline style");
    assert!(!page.html.contains(" onclick="), "{path} has no inline script");
}

async fn fill(at: &Installation) {
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "ValueError", "shop@1.1.0")).await;
    at.report(&feedback(3, "The cart is empty", "shop@1.1.0")).await;
    at.session(1, "exited", "shop@1.1.0").await;
    let incident = json!({"title": "Checkout is down", "severity": "major", "note": "Since noon.", "issue": "SHOP-1"});
    let answer = at.api(Method::POST, "incidents").json(&incident).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    for (path, body) in [
        ("teams", json!({"name": "Payments", "members": ["ada@example.org"], "projects": ["shop"]})),
        ("issues/SHOP-1/comments", json!({"body": "It is the *basket*."})),
    ] {
        let answer = at.api(Method::POST, path).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{path}");
    }
    at.indexed().await;
}

async fn every_page_shows_what_there_is(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let cookie = at.sign_in().await;
    let id = at.list("feedback").await[0]["id"].to_string();
    let written = format!("/feedback/{id}");
    for (path, title, facts) in [
        ("/", "Overview", &["Checkout is down", "KeyError", "The cart is empty", "shop"][..]),
        ("/issues", "Issues", &["KeyError", "ValueError", "The cart is empty", "SHOP-1", "3 issues"]),
        ("/issues/SHOP-1", "SHOP-1", &["KeyError", "order 1 failed", "do_KeyError", "1.0.0", "#1 Checkout is down"]),
        (
            "/issues/SHOP-1#timeline",
            "SHOP-1",
            &["It is the basket.", "Unfollow", "Payments", "linked this to incident #1"],
        ),
        ("/issues/SHOP-3", "SHOP-3", &["The cart is empty", "Bo"]),
        ("/issues/SHOP-1?event=oldest", "SHOP-1", &["KeyError"]),
        ("/feedback", "Feedback", &["The cart is empty", "Bo"]),
        (&written, "Feedback from Bo", &["The cart is empty", "bo@example.org", "1.1.0"]),
        ("/releases", "Releases", &["1.0.0", "1.1.0"]),
        ("/releases/shop/shop@1.1.0", "shop@1.1.0", &["ValueError", "The cart is empty"]),
        ("/incidents", "Incidents", &["Checkout is down", "SHOP-1"]),
        ("/incidents/new", "Declare incident", &[]),
        ("/incidents/1", "#1 Checkout is down", &["Since noon.", "KeyError", "Ada"]),
        ("/search", "Search", &[]),
        ("/search?query=KeyError", "KeyError · Search", &["SHOP-1"]),
        ("/search?query=basket", "basket · Search", &["SHOP-1", "It is the"]),
        ("/settings", "Settings", &["ada@example.org", "New issues", "shop"]),
        ("/settings/teams", "Teams", &["Payments", "#payments", "Looks after shop"]),
        ("/projects/new", "New project", &[]),
        ("/projects/shop/settings", "Settings of shop", &[&*at.public_key]),
        ("/projects/shop/start", "Set up", &[&*at.public_key, "fieldfare.js", "KeyError"]),
    ] {
        let page = at.see(path, &cookie).await;
        assert_page(path, &page);
        assert!(page.title().contains(title), "{path}: {}", page.title());
        for fact in facts {
            assert!(page.text().contains(fact), "{path} shows {fact}: {}", page.text());
        }
    }
}

async fn every_page_says_when_there_is_nothing(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    for (path, says) in [
        ("/", "shop"),
        ("/issues", "Nothing has arrived yet"),
        ("/feedback", "No feedback yet"),
        ("/releases", "No releases yet"),
        ("/incidents", "No incidents"),
        ("/incidents/new", "Declare incident"),
        ("/search", "Search"),
        ("/search?query=anything", "anything"),
        ("/settings", "Settings"),
        ("/settings/teams", "No teams yet"),
        ("/projects/new", "New project"),
        ("/projects/shop/settings", "Project settings"),
        ("/projects/shop/start", "Set up"),
    ] {
        let page = at.see(path, &cookie).await;
        assert_page(path, &page);
        assert!(page.html.contains(says), "{path} says {says}: {}", page.text());
    }
    assert_page("/login", &at.see("/login", "").await);
    let untouched = Installation::untouched(database).await;
    let setup = untouched.running.setup_url.as_deref().expect("a link").replace(&untouched.url, "");
    assert_page("/setup", &untouched.see(&setup, "").await);
    let door = untouched.see("/issues", "").await;
    assert!(door.header("location").starts_with("/login?error="), "{}", door.header("location"));
    assert_page("/login", &untouched.see(door.header("location"), "").await);
}

async fn every_page_of_settings_is_headed_by_the_projects_name(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let form = [("slug", "shop"), ("name", "Corner shop"), ("platform", "python"), ("origins", "")];
    at.submit("/projects/shop/settings", "save_project", &form, &cookie).await;
    for (section, tab, says) in [
        ("", "General", "Allowed origins"),
        ("/privacy", "Privacy", "Secrets"),
        ("/grouping", "Grouping", "one fingerprint are one issue"),
        ("/ownership", "Ownership", "last"),
        ("/limits", "Limits", "What may arrive in a minute"),
        ("/source-maps", "Source maps", "No source maps yet"),
        ("/monitors", "Monitors", "No job checks in yet"),
    ] {
        let path = format!("/projects/shop/settings{section}");
        let page = at.see(&path, &cookie).await;
        assert_page(&path, &page);
        assert!(page.html.contains("<h1>Corner shop</h1>"), "{path}: {}", page.html);
        assert!(page.title().contains("Corner shop"), "{path}: {}", page.title());
        assert!(page.html.contains(&format!("aria-current=\"page\">{tab}")), "{path} says where one is");
        assert!(page.text().contains(says), "{path} says {says}: {}", page.text());
    }
    let commands = at.see("/projects/shop/settings/source-maps", &cookie).await.text();
    let expected = format!("export SENTRY_URL='{}' export SENTRY_ORG='", at.url);
    assert!(commands.contains(&expected) && commands.contains("export SENTRY_PROJECT='shop'"), "{commands}");
}

async fn what_does_not_exist_is_not_found(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    for path in [
        "/nothing",
        "/nothing/at/all",
        "/issues/SHOP-1",
        "/issues/nonsense",
        "/issues/MOON-1",
        "/feedback/1",
        "/feedback/one",
        "/releases/shop/1.0.0",
        "/releases/moon/1.0.0",
        "/incidents/1",
        "/incidents/one",
        "/projects/moon/settings",
        "/projects/moon/start",
        "/projects/moon/settings/ownership",
        "/unsubscribe/nonsense",
    ] {
        let page = at.see(path, &cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.text());
        assert_eq!(page.count("h1"), 1, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
    }
    assert_eq!(at.see("/fn/nothing", &cookie).await.status, StatusCode::NOT_FOUND);
}

async fn pages_allow_only_what_is_ours(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let mut nonces = Vec::new();
    for (path, cookie) in [("/", &*cookie), ("/issues", &*cookie), ("/nothing", &*cookie), ("/login", "")] {
        let page = at.see(path, cookie).await;
        let policy = page.header("content-security-policy").to_owned();
        for part in [
            "default-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "style-src 'self';",
        ] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"), ("x-frame-options", "DENY")]
        {
            assert_eq!(page.header(name), value, "{path}");
        }
        assert_eq!(page.header("strict-transport-security"), "", "not over plain HTTP");
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
        for script in page.html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&nonce) || tag.contains("application/json"), "{path}: <script{tag}>");
        }
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 4, "a nonce is used once");
    let api = at.api(Method::GET, "issues").send().await.expect("an answer");
    assert_eq!(api.headers()["x-content-type-options"], "nosniff");
    let secure = Installation::with(database, &[("public_url", "https://fare.example.org")]).await;
    let door = secure.see("/login", "").await;
    assert!(door.header("strict-transport-security").contains("max-age="));
    let form = [("email", fieldfare_tests::installation::OWNER), ("password", fieldfare_tests::installation::PASSWORD)];
    let page = Page::of(secure.post_form("/login", &form, "").await).await;
    assert!(page.header("set-cookie").contains("Secure"), "{}", page.header("set-cookie"));
}

async fn operations_are_open_and_tell_nothing(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    for (path, says) in [("/health/live", "live"), ("/health/ready", "ready")] {
        let page = at.see(path, "").await;
        assert_eq!((page.status, page.html.as_str()), (StatusCode::OK, says));
    }
    for path in ["rules", "rules/", "secret-plans"] {
        at.see(&format!("/api/0/projects/fernbrook/shop/{path}"), "").await;
    }
    let metrics = at.see("/metrics", "").await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    assert!(metrics.html.contains("\nfieldfare_ingest_requests_total 1\n"), "{}", metrics.html);
    for line in metrics.html.lines().filter(|line| !line.starts_with('#')) {
        let (what, value) = line.rsplit_once(' ').expect("a name and a value");
        let name = what.split('{').next().unwrap_or_default();
        assert!(name.starts_with("fieldfare_") && value.parse::<f64>().is_ok(), "{line}");
        assert!(metrics.html.contains(&format!("# TYPE {name} ")), "{line} has a type");
    }
    for (call, times) in [("GET /projects/*/*/rules", 2), ("GET /projects/*/*/*", 1)] {
        let line = format!("\nfieldfare_unknown_calls_total{{call=\"{call}\"}} {times}\n");
        assert!(metrics.html.contains(&line), "{}", metrics.html);
    }
    assert!(!metrics.html.contains("shop") && !metrics.html.contains("KeyError"));
}

async fn the_script_is_there_when_it_was_built(database: Database) {
    let at = Installation::on(database).await;
    let page = at.see("/fieldfare.js", "").await;
    if page.status == StatusCode::NOT_FOUND {
        return;
    }
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/javascript"), "{}", page.header("content-type"));
    assert_eq!(page.header("access-control-allow-origin"), "*");
    assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
    let etag = page.header("etag").to_owned();
    let again = at.client.get(format!("{}/fieldfare.js", at.url)).header("if-none-match", etag);
    assert_eq!(again.send().await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
}

async fn a_new_project_waits_for_its_first_event(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let form = [("name", "Mobile App"), ("platform", "javascript")];
    let page = at.submit("/projects/new", "create_project", &form, &cookie).await;
    assert_page("/projects/mobile-app/start", &page);
    assert!(page.text().contains("data-dsn"), "a snippet to paste: {}", page.text());
    let form = [("name", " "), ("platform", "javascript")];
    let refused = at.submit("/projects/new", "create_project", &form, &cookie).await;
    assert_eq!(refused.count("h1"), 1);
    assert_eq!(at.list("projects").await.len(), 2, "nothing without a name");

    let waiting = at.see("/projects/shop/start", &cookie).await.text();
    assert!(!waiting.contains("SHOP-1"), "{waiting}");
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let arrived = at.see("/projects/shop/start", &cookie).await.text();
    assert!(arrived.contains("SHOP-1") && arrived.contains("KeyError"), "{arrived}");
}
