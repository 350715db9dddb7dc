//! What members say about issues: Markdown, mentions, and finding it again.

use fieldfare::search::follower;
use fieldfare_app::api::Role;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Page, Person};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    a_comment_is_said_changed_and_deleted,
    the_page_works_without_javascript,
    a_comment_is_changed_by_its_author_only,
    wrong_comments_are_refused,
    nothing_in_a_comment_becomes_markup,
    whoever_is_mentioned_is_told_once,
    comments_are_paged,
    comments_are_found,
    comments_follow_a_merge_and_come_back,
    comments_go_with_their_issue,
);

const COMMENTS: &str = "issues/SHOP-1/comments";
const PAGE: &str = "/issues/SHOP-1";

async fn with_issue(database: Database) -> Installation {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at
}

async fn ask(at: &Installation, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn say(at: &Installation, issue: &str, body: &str) -> Value {
    let (status, comment) = ask(at, Method::POST, &format!("issues/{issue}/comments"), json!({ "body": body })).await;
    assert_eq!(status, StatusCode::CREATED, "{comment}");
    comment
}

async fn say_as(at: &Installation, person: &Person, body: &str) -> Value {
    let answer = person.api(at, Method::POST, COMMENTS).json(&json!({ "body": body })).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.expect("JSON")
}

fn bodies(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["body"].as_str().expect("a body")).collect()
}

async fn a_comment_is_said_changed_and_deleted(database: Database) {
    let at = with_issue(database).await;
    let first = say(&at, "SHOP-1", "It is the **basket**.\r\nLook at `cart.py`.").await;
    assert_eq!(
        (&first["by"], &first["email"], &first["issue"]),
        (&json!("Ada"), &json!("ada@example.org"), &json!("SHOP-1"))
    );
    assert_eq!(first["body"], "It is the **basket**.\nLook at `cart.py`.");
    let html = "<p>It is the <strong>basket</strong>.<br>\nLook at <code>cart.py</code>.</p>";
    assert_eq!((&first["html"], &first["edited_at"]), (&json!(html), &Value::Null));
    say(&at, "SHOP-1", "Second").await;
    let path = format!("{COMMENTS}/{}", first["id"]);
    let (status, changed) = ask(&at, Method::PATCH, &path, json!({"body": "It was the basket."})).await;
    assert_eq!((status, &changed["body"]), (StatusCode::OK, &json!("It was the basket.")));
    assert!(changed["edited_at"].is_string() && changed["created_at"] == first["created_at"]);
    assert_eq!(bodies(&at.list(COMMENTS).await), ["Second", "It was the basket."], "newest first");
    assert_eq!(ask(&at, Method::DELETE, &path, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&at, Method::DELETE, &path, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(bodies(&at.list(COMMENTS).await), ["Second"]);
}

async fn the_page_works_without_javascript(database: Database) {
    let at = with_issue(database).await;
    let cookie = at.sign_in().await;
    let submit = async |function: &str, form: &[(&str, &str)]| -> Page {
        let form = [&[("short_id", "SHOP-1")], form].concat();
        at.submit(PAGE, function, &form, &cookie).await
    };
    let page = submit("add_comment", &[("body", "See **this**, @ada")]).await;
    assert!(page.html.contains("See <strong>this</strong>, <span class=\"mention\">@ada</span>"), "{}", page.html);
    assert!(page.text().contains("You follow this issue: you commented on it. One member does."), "{}", page.text());
    let id = at.list(COMMENTS).await[0]["id"].to_string();
    assert!(page.html.contains(&format!("id=\"comment-{id}\"")), "it can be linked to");
    let page = submit("edit_comment", &[("comment", &id), ("body", "See <that>")]).await;
    assert!(page.text().contains("See <that>") && page.text().contains("edited"), "{}", page.text());
    assert!(page.html.contains(">See &lt;that&gt;</textarea>"), "and can be changed again");
    let page = submit("edit_comment", &[("comment", &id), ("body", "  ")]).await;
    assert!(page.text().contains("body: must not be empty"), "{}", page.text());
    let page = submit("subscribe_to_issue", &[("on", "false")]).await;
    assert!(page.text().contains("You do not follow this issue. Nobody does."), "{}", page.text());
    let page = submit("delete_comment", &[("comment", &id)]).await;
    assert!(!page.text().contains("See <that>"), "{}", page.text());
}

async fn a_comment_is_changed_by_its_author_only(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (at.member("Bo", Role::Developer).await, at.member("Cy", Role::Developer).await);
    let viewer = at.member("Vi", Role::Viewer).await;
    let id = say_as(&at, &bo, "Mine").await["id"].to_string();
    let path = format!("{COMMENTS}/{id}");
    let attempt = async |who: &Person, method: Method| {
        let request = who.api(&at, method, &path).json(&json!({"body": "Not mine"}));
        request.send().await.expect("an answer").status()
    };
    for method in [Method::PATCH, Method::DELETE] {
        assert_eq!(attempt(&cy, method.clone()).await, StatusCode::FORBIDDEN);
        assert_eq!(attempt(&viewer, method).await, StatusCode::FORBIDDEN);
    }
    let refused = viewer.api(&at, Method::POST, COMMENTS).json(&json!({"body": "x"})).send().await;
    assert_eq!(refused.expect("an answer").status(), StatusCode::FORBIDDEN, "viewers look");
    assert!(!at.see(PAGE, &viewer.cookie).await.html.contains("add_comment"));
    assert_eq!(
        ask(&at, Method::PATCH, &path, json!({"body": "x"})).await.0,
        StatusCode::FORBIDDEN,
        "not even the owner"
    );
    let (seen, own) = (at.see(PAGE, &cy.cookie).await.html, at.see(PAGE, &bo.cookie).await.html);
    assert!(own.contains("edit_comment") && !seen.contains("edit_comment") && !seen.contains("delete_comment"));
    assert_eq!(ask(&at, Method::DELETE, &path, json!({})).await.0, StatusCode::NO_CONTENT, "but leads take away");
}

async fn wrong_comments_are_refused(database: Database) {
    let at = with_issue(database).await;
    for body in [json!({"body": " \n "}), json!({"body": "x".repeat(10_001)}), json!({"body": 7}), json!({})] {
        let (status, problem) = ask(&at, Method::POST, COMMENTS, body).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("body")), "{problem}");
    }
    let (status, _) = ask(&at, Method::POST, "issues/SHOP-9/comments", json!({"body": "x"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    let id = say(&at, "SHOP-1", "Here").await["id"].to_string();
    for path in [format!("issues/SHOP-2/comments/{id}"), format!("{COMMENTS}/999"), format!("{COMMENTS}/one")] {
        let (status, _) = ask(&at, Method::PATCH, &path, json!({"body": "x"})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = at.api(Method::GET, &format!("{COMMENTS}?cursor=x")).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn nothing_in_a_comment_becomes_markup(database: Database) {
    let at = with_issue(database).await;
    let cookie = at.sign_in().await;
    let evil = "<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n[click](javascript:alert(3))\n\n\
                ![pixel](https://evil.example/p.png)\n\n[ok](https://good.example \"t\")\n\n</textarea><b>x</b>";
    say(&at, "SHOP-1", evil).await;
    let page = at.see(PAGE, &cookie).await;
    for markup in ["<script>alert", "<img src=x", "href=\"javascript", "<img src=\"https://evil", "</textarea><b>"] {
        assert!(!page.html.contains(markup), "{markup}: {}", page.html);
    }
    assert!(page.text().contains("<script>alert(1)</script>"), "shown as it was typed: {}", page.text());
    assert!(page.html.contains("<a href=\"https://good.example\" rel=\"nofollow noopener\">ok</a>"));
    assert!(page.html.contains("<a href=\"https://evil.example/p.png\" rel=\"nofollow noopener\">pixel</a>"));
}

async fn whoever_is_mentioned_is_told_once(database: Database) {
    let at = with_issue(database).await;
    let (bo, cy) = (at.member("Bo", Role::Developer).await, at.member("Cy", Role::Developer).await);
    let dee = at.member("Dee", Role::Developer).await;
    ask(&at, Method::POST, "teams", json!({"name": "Web", "members": ["bo@example.org", "cy@example.org"]})).await;
    for person in [&bo, &cy, &dee] {
        at.submit("/settings", "save_mail_preferences", &[("followed", "on"), ("mention", "on")], &person.cookie).await;
    }
    let id = say(&at, "SHOP-1", "@Bo and #web: `@dee`, look. @ada, @nobody").await["id"].to_string();
    assert_eq!(at.told(&bo.email).await, ["mention"], "named twice, told once");
    assert_eq!(at.told(&cy.email).await, ["mention"], "as one of the team");
    assert!(at.told(&dee.email).await.is_empty(), "code names nobody");
    assert_eq!(at.told("ada@example.org").await, ["new_issue"], "not of her own doing");
    let mails = at.mails().await;
    let mail = mails.iter().find(|mail| mail.to == bo.email).expect("a mail");
    for fact in
        ["[shop] Ada mentioned you: KeyError: order 1 failed (SHOP-1)", "> @Bo and #web", "because you were mentioned"]
    {
        assert!(mail.text.contains(fact), "{fact}: {}", mail.text);
    }
    assert!(mail.text.contains(&format!("/issues/SHOP-1#comment-{id}")), "{}", mail.text);
    // A change tells those it names now and did not before.
    ask(&at, Method::PATCH, &format!("{COMMENTS}/{id}"), json!({"body": "@Bo, @dee@example.org: look."})).await;
    assert_eq!((at.told(&bo.email).await.len(), at.told(&dee.email).await), (1, vec!["mention".to_owned()]));
    // All three follow it now, and hear of what is said.
    say(&at, "SHOP-1", "And?").await;
    for person in [&bo, &cy, &dee] {
        assert_eq!(at.told(&person.email).await, ["comment", "mention"]);
    }
    at.submit("/settings", "save_mail_preferences", &[("followed", "on")], &bo.cookie).await;
    say(&at, "SHOP-1", "@bo!").await;
    assert_eq!(
        at.told(&bo.email).await,
        ["comment", "comment", "mention"],
        "without mentions it is a comment like any other"
    );
}

async fn comments_are_paged(database: Database) {
    let at = with_issue(database).await;
    for number in 0..120 {
        say(&at, "SHOP-1", &format!("Comment {number}")).await;
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = at.get(&format!("{COMMENTS}?cursor={cursor}")).await;
        seen.extend(page["data"].as_array().expect("rows").iter().map(|row| row["body"].clone()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        cursor = fieldfare_app::routes::encode(next);
    }
    let expected: Vec<Value> = (0..120).rev().map(|number| json!(format!("Comment {number}"))).collect();
    assert_eq!((seen, pages), (expected, 3));
}

async fn found(at: &Installation, query: &str) -> Vec<(String, String, String)> {
    at.indexed().await;
    let hits = at.get(&format!("search?query={query}")).await;
    let text = |hit: &Value, field: &str| hit[field].as_str().unwrap_or_default().to_owned();
    let hits = hits["data"].as_array().expect("hits");
    hits.iter().map(|hit| (text(hit, "kind"), text(hit, "id"), text(hit, "issue"))).collect()
}

async fn comments_are_found(database: Database) {
    let at = with_issue(database).await;
    let id = say(&at, "SHOP-1", "Probably the flux capacitor").await["id"].to_string();
    let hit = ("comment".to_owned(), id.clone(), "SHOP-1".to_owned());
    assert_eq!(found(&at, "capacitor").await, std::slice::from_ref(&hit));
    assert_eq!(at.list("issues?query=capacitor").await[0]["short_id"], "SHOP-1", "in the inbox, too");
    let page = at.see("/search?query=capacitor", &at.sign_in().await).await;
    assert!(page.html.contains(&format!("/issues/SHOP-1#comment-{id}")), "{}", page.html);
    let counts = follower::reindex(&at.state().search, &at.state().store).await.expect("a new index");
    assert_eq!(counts.comments, 1);
    assert_eq!(found(&at, "capacitor").await, [hit]);
    ask(&at, Method::PATCH, &format!("{COMMENTS}/{id}"), json!({"body": "Probably the resistor"})).await;
    assert!(found(&at, "capacitor").await.is_empty());
    assert_eq!(found(&at, "resistor").await.len(), 1);
    ask(&at, Method::DELETE, &format!("{COMMENTS}/{id}"), json!({})).await;
    assert!(found(&at, "resistor").await.is_empty());
}

async fn comments_follow_a_merge_and_come_back(database: Database) {
    let at = with_issue(database).await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    at.report(&error(3, "EvilError", "shop@1.0.0")).await;
    say(&at, "SHOP-1", "About the first").await;
    say(&at, "SHOP-3", "About the third, a flywheel").await;
    ask(&at, Method::POST, "issues/SHOP-2/merge", json!({"issues": ["SHOP-3"]})).await;
    ask(&at, Method::POST, "issues/SHOP-1/merge", json!({"issues": ["SHOP-2"]})).await;
    let rows = at.list(COMMENTS).await;
    assert_eq!(bodies(&rows), ["About the third, a flywheel", "About the first"]);
    assert_eq!(rows[0]["issue"], "SHOP-3", "it says where it was written");
    assert_eq!(found(&at, "flywheel").await[0].2, "SHOP-1");
    let page = at.see(PAGE, &at.sign_in().await).await;
    assert!(page.text().contains("on SHOP-3"), "{}", page.text());
    let id = rows[0]["id"].to_string();
    let (status, _) = ask(&at, Method::PATCH, &format!("{COMMENTS}/{id}"), json!({"body": "A flywheel"})).await;
    assert_eq!(status, StatusCode::OK);
    let grouping = at.get("issues/SHOP-1/grouping").await;
    let third = grouping["hashes"].as_array().expect("hashes").iter().find(|hash| hash["merged_from"] == "SHOP-3");
    let body = json!({"hashes": [third.expect("a hash")["hash"]]});
    assert_eq!(ask(&at, Method::POST, "issues/SHOP-1/unmerge", body).await.0, StatusCode::OK);
    assert_eq!(bodies(&at.list(COMMENTS).await), ["About the first"]);
    assert_eq!(bodies(&at.list("issues/SHOP-3/comments").await), ["A flywheel"]);
    assert_eq!(found(&at, "flywheel").await[0].2, "SHOP-3");
}

async fn comments_go_with_their_issue(database: Database) {
    let at = with_issue(database).await;
    at.report(&error(2, "OSError", "shop@1.0.0")).await;
    say(&at, "SHOP-1", "One flywheel").await;
    say(&at, "SHOP-2", "Another flywheel").await;
    ask(&at, Method::POST, "issues/SHOP-1/merge", json!({"issues": ["SHOP-2"]})).await;
    assert_eq!(found(&at, "flywheel").await.len(), 1, "one issue, one group of hits");
    assert_eq!(ask(&at, Method::DELETE, "issues/SHOP-1", json!({})).await.0, StatusCode::NO_CONTENT);
    assert!(found(&at, "flywheel").await.is_empty());
    assert_eq!(ask(&at, Method::GET, COMMENTS, json!({})).await.0, StatusCode::NOT_FOUND);
}
