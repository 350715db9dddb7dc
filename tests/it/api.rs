//! The JSON API as tools rely on it: shapes, lists, problems, and its own description.

use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Envelope, Installation, traffic};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    every_shape_holds_what_was_promised,
    every_list_has_the_same_shape,
    every_problem_is_a_problem_document,
    the_description_names_every_address,
    events_of_an_issue_are_paged,
    keys_are_made_and_revoked,
);

/// One of everything.
async fn fill(at: &Installation) {
    let mut event = error(1, "KeyError", "shop@1.0.0");
    event["user"] = json!({"id": "7"});
    event["request"] = json!({"url": "https://shop.example.org/cart", "method": "GET"});
    event["breadcrumbs"] = json!({"values": [{"message": "clicked"}]});
    event["contexts"] = json!({"os": {"name": "Linux"}});
    let envelope =
        Envelope::of(&traffic::event_id(1)).item("event", &event).attachment("log.txt", "text/plain", b"all");
    at.send(envelope).await;
    let mut said = feedback(2, "The cart is empty", "shop@1.0.0");
    said["contexts"]["feedback"]["associated_event_id"] = json!(traffic::event_id(1));
    at.report(&said).await;
    at.session(1, "exited", "shop@1.0.0").await;
    let incident = json!({"title": "Down", "severity": "minor", "issue": "SHOP-1"});
    for (path, body) in [
        ("incidents", incident),
        ("teams", json!({"name": "Payments", "projects": ["shop"]})),
        ("issues/SHOP-1/comments", json!({"body": "The basket."})),
    ] {
        let answer = at.api(Method::POST, path).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{path}");
    }
    at.indexed().await;
}

fn holds(what: &str, value: &Value, fields: &str) {
    for field in fields.split_whitespace() {
        assert!(value.get(field).is_some(), "{what} has {field}: {value}");
    }
}

async fn every_shape_holds_what_was_promised(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let issue_fields = "id short_id project kind title culprit level status substatus priority assignee first_seen \
                        last_seen events users first_release last_release releases";
    holds("an issue", &at.get("issues/SHOP-1").await, issue_fields);
    holds("an issue in a list", &at.list("issues").await[0], issue_fields);
    holds("a count", &at.get("issues/SHOP-1").await["releases"][0], "version events users");
    let event = at.get(&format!("events/{}", traffic::event_id(1))).await;
    holds(
        "an event",
        &event,
        "event_id issue project title culprit level platform timestamp received_at release environment user tags \
         exception breadcrumbs contexts request attachments grouping raw",
    );
    holds("a file", &event["attachments"][0], "id name content_type bytes url");
    holds("a grouping", &event["grouping"], "algorithm fingerprint explanation");
    assert_eq!(event["grouping"]["algorithm"], "ff-2");
    let feedback_fields = "id event_id issue project message name email url type rating release environment created_at \
                           associated_event_id attachments";
    let row = &at.list("feedback").await[0];
    holds("feedback in a list", row, feedback_fields);
    holds("feedback", &at.get(&format!("feedback/{}", row["id"])).await, feedback_fields);
    let release_fields = "version project first_seen last_seen released_at new_issues regressed_issues events feedback \
                          sessions";
    holds("a release in a list", &at.list("releases").await[0], release_fields);
    holds("a release", &at.get("releases/shop@1.0.0").await, release_fields);
    let health_fields = "sessions healthy errored unhandled crashed abnormal crash_free_sessions users crash_free_users \
                         adoption";
    holds("health", &at.get("releases/shop@1.0.0/health").await, health_fields);
    let incident_fields = "id number title severity status declared_at resolved_at issues releases timeline";
    holds("an incident in a list", &at.list("incidents").await[0], incident_fields);
    holds("an incident", &at.get("incidents/1").await, incident_fields);
    let stats = at.get("stats").await;
    holds("stats", &stats, "accepted dropped skipped");
    assert_eq!(stats["accepted"]["feedback"], 1, "{stats}");
    holds(
        "a hit",
        &at.get("search?query=KeyError").await["data"][0],
        "kind id issue title snippet release environment at",
    );
    holds("a project", &at.list("projects").await[0], "id slug name platform created_at");
    holds("a team", &at.list("teams").await[0], "id slug name members projects created_at");
    holds("rules", &at.get("projects/shop/ownership").await, "rules");
    let comment_fields = "id issue by email body html created_at edited_at may_edit may_delete";
    holds("a comment", &at.list("issues/SHOP-1/comments").await[0], comment_fields);
    holds("a moment", &at.list("issues/SHOP-1/timeline").await[0], "at kind by what release comment");
    holds("a suggestion", &at.list("issues/SHOP-1/suggestions").await[0], "assignee name reasons");
    holds("a subscription", &at.get("issues/SHOP-1/subscription").await, "subscribed reason subscribers");
    holds("a key", &at.list("projects/shop/keys").await[0], "id label public_key dsn created_at revoked_at");
}

async fn every_list_has_the_same_shape(database: Database) {
    let at = Installation::on(database).await;
    for empty in [true, false] {
        if !empty {
            fill(&at).await;
        }
        for path in [
            "projects",
            "projects/shop/keys",
            "issues",
            "feedback",
            "releases",
            "incidents",
            "notifications",
            "members",
            "teams",
            "search?query=cart",
        ] {
            let list = at.get(path).await;
            assert!(list["data"].is_array() && list.get("next").is_some_and(Value::is_null), "{path}: {list}");
        }
    }
    for part in ["events", "activity", "comments", "timeline", "suggestions"] {
        let path = &format!("issues/SHOP-1/{part}");
        let list = at.get(path).await;
        assert!(list["data"].is_array() && list.get("next").is_some_and(Value::is_null), "{path}: {list}");
    }
}

async fn every_problem_is_a_problem_document(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    for (method, path, body, status) in [
        (Method::GET, "nothing/here", "", 404),
        (Method::GET, "issues/SHOP-99", "", 404),
        (Method::GET, "issues/nonsense", "", 404),
        (Method::GET, "issues/99999999999999999999", "", 404),
        (Method::GET, "events/0123", "", 404),
        (Method::GET, "events/0123456789abcdef0123456789abcdef", "", 404),
        (Method::GET, "feedback/7", "", 404),
        (Method::GET, "releases/9.9.9", "", 404),
        (Method::GET, "incidents/7", "", 404),
        (Method::GET, "projects/moon", "", 404),
        (Method::GET, "teams/moon", "", 404),
        (Method::GET, "issues/SHOP-99/comments", "", 404),
        (Method::DELETE, "issues/SHOP-1/comments/7", "", 404),
        (Method::GET, "issues/SHOP-99/timeline", "", 404),
        (Method::GET, "projects/moon/ownership", "", 404),
        (Method::GET, "issues/SHOP-1/comments?cursor=x", "", 422),
        (Method::GET, "issues/SHOP-1/timeline?cursor=x", "", 422),
        (Method::GET, "projects/moon/keys", "", 404),
        (Method::GET, "stats?project=moon", "", 404),
        (Method::DELETE, "releases", "", 405),
        (Method::POST, "search", "", 405),
        (Method::PATCH, "issues/SHOP-1", "{not json", 422),
        (Method::PATCH, "issues/SHOP-1", "[]", 422),
        (Method::POST, "incidents", "{}", 422),
        (Method::GET, "issues?cursor=x", "", 422),
        (Method::GET, "feedback?cursor=x", "", 422),
        (Method::GET, "releases?cursor=x", "", 422),
        (Method::GET, "incidents?cursor=x", "", 422),
        (Method::GET, "notifications?cursor=x", "", 422),
        (Method::GET, "issues/SHOP-1/events?cursor=x", "", 422),
        (Method::GET, "search?query=a&cursor=x", "", 422),
    ] {
        let request = at.api(method.clone(), path).header("content-type", "application/json").body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{method} {path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{method} {path}");
        let problem: Value = answer.json().await.expect("JSON");
        assert_eq!(
            (&problem["status"], &problem["type"]),
            (&json!(status), &json!("about:blank")),
            "{path}: {problem}"
        );
        assert!(problem["title"].is_string() && problem["detail"].as_str().is_some_and(|detail| detail.len() > 5));
    }
    let long = json!({"title": "x".repeat(100_000), "severity": "minor"});
    let answer = at.api(Method::POST, "incidents").json(&long).send().await.expect("an answer");
    assert!(answer.status().is_client_error(), "{}", answer.status());
}

async fn the_description_names_every_address(database: Database) {
    let at = Installation::on(database).await;
    let answer = at.client.get(format!("{}/api/v1/openapi.json", at.url)).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "for anybody");
    let document: Value = answer.json().await.expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
    let paths = document["paths"].as_object().expect("paths");
    for path in [
        "/projects",
        "/projects/{slug}/keys",
        "/issues",
        "/issues/{id}",
        "/issues/{id}/events",
        "/issues/{id}/activity",
        "/issues/{id}/comments",
        "/issues/{id}/comments/{comment}",
        "/issues/{id}/timeline",
        "/issues/{id}/suggestions",
        "/issues/{id}/subscription",
        "/teams",
        "/teams/{slug}",
        "/projects/{slug}/ownership",
        "/projects/{slug}/ownership/trial",
        "/events/{event_id}",
        "/feedback",
        "/feedback/{id}",
        "/releases",
        "/releases/{version}",
        "/releases/{version}/health",
        "/incidents",
        "/incidents/{number}",
        "/incidents/{number}/updates",
        "/incidents/{number}/links",
        "/search",
        "/stats",
        "/notifications",
    ] {
        assert!(paths.contains_key(path), "{path} is described");
    }
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{method} {path}");
        }
    }
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is described");
    }
}

async fn events_of_an_issue_are_paged(database: Database) {
    const EVENTS: usize = 60;
    let at = Installation::on(database).await;
    for number in 1..=EVENTS {
        let mut event = error(number, "KeyError", "shop@1.0.0");
        event["timestamp"] = json!(format!("2026-11-20T10:00:{:02}Z", number / 4));
        at.report(&event).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = at.get(&format!("issues/SHOP-1/events?cursor={cursor}")).await;
        seen.extend(page["data"].as_array().expect("rows").iter().map(|row| row["event_id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = fieldfare_app::routes::encode(next);
    }
    assert_eq!(seen.len(), EVENTS);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), EVENTS, "no repeats");
    let (mut walked, mut event) = (1, at.get(&format!("events/{}", traffic::event_id(1))).await);
    while let Some(next) = event["next"].as_str().map(str::to_owned) {
        let following = at.get(&format!("events/{next}")).await;
        assert_eq!(following["previous"], event["event_id"], "there and back");
        (walked, event) = (walked + 1, following);
    }
    assert!(walked >= EVENTS - 3, "from the oldest moment to the newest: {walked}");
}

async fn keys_are_made_and_revoked(database: Database) {
    let at = Installation::on(database).await;
    let answer = at.api(Method::POST, "projects/shop/keys").json(&json!({"label": "phone"})).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let key: Value = answer.json().await.expect("JSON");
    let public = key["public_key"].as_str().expect("a key").to_owned();
    assert!(
        key["dsn"]
            .as_str()
            .is_some_and(|dsn| dsn.contains(&public) && dsn.contains(at.url.trim_start_matches("http://"))),
        "{key}"
    );
    let send = async |number: usize| {
        let url = at.endpoint().replace(&at.public_key, &public);
        let event = error(number, "KeyError", "shop@1.0.0");
        let body = Envelope::of(&traffic::event_id(number)).item("event", &event).into_bytes();
        at.client.post(url).body(body).send().await.expect("an answer").status()
    };
    assert_eq!(send(1).await, StatusCode::OK);
    let cookie = at.sign_in().await;
    let id = key["id"].to_string();
    let form = [("slug", "shop"), ("key", id.as_str())];
    let page = at.submit("/projects/shop/settings", "revoke_key", &form, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(send(2).await, StatusCode::FORBIDDEN, "at once");
    let keys = at.list("projects/shop/keys").await;
    assert!(keys.iter().any(|key| key["public_key"] == *public && key["revoked_at"].is_string()), "{keys:?}");
}
