//! What end users wrote: the list, one piece, and the files that came with it.

use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Envelope, Installation, Page, traffic};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    the_list_is_filtered,
    one_piece_says_all_about_itself,
    strangers_get_no_files,
    nothing_in_a_file_can_run,
    markup_in_a_message_is_text,
);

const PNG: [u8; 9] = [137, 80, 78, 71, 13, 10, 26, 10, 1];

async fn the_list_is_filtered(database: Database) {
    let at = Installation::on(database).await;
    at.report(&feedback(1, "The cart is empty", "shop@1.0.0")).await;
    let mut idea = feedback(2, "Please add dark colours", "shop@2.0.0");
    idea["environment"] = json!("staging");
    idea["contexts"]["feedback"]["contact_email"] = json!("ida@acme.com");
    idea["tags"] = json!({"feedback.type": "idea", "type": "idea"});
    at.report(&idea).await;
    at.report(&feedback(3, "Paying takes for ever", "shop@2.0.0")).await;
    at.indexed().await;
    for (address, expected) in [
        ("", &["Paying takes for ever", "Please add dark colours", "The cart is empty"][..]),
        ("project=shop", &["Paying takes for ever", "Please add dark colours", "The cart is empty"]),
        ("release=shop%401.0.0", &["The cart is empty"]),
        ("environment=staging", &["Please add dark colours"]),
        ("query=empty", &["The cart is empty"]),
        ("query=-empty", &["Paying takes for ever", "Please add dark colours"]),
        ("query=%22takes%20for%20ever%22", &["Paying takes for ever"]),
        ("query=release%3Alatest", &["Paying takes for ever", "Please add dark colours"]),
        ("query=user%3A*%40acme.com", &["Please add dark colours"]),
        ("query=nothing-like-this", &[]),
    ] {
        let rows = at.list(&format!("feedback?{address}")).await;
        let said: Vec<_> = rows.iter().filter_map(|row| row["message"].as_str()).collect();
        assert_eq!(said, expected, "{address}");
    }
    let cookie = at.sign_in().await;
    let text = at.see("/feedback?release=shop%401.0.0", &cookie).await.text();
    assert!(text.contains("The cart is empty") && !text.contains("Paying takes"), "{text}");
    assert!(at.see("/feedback?query=nothing-like-this", &cookie).await.text().contains("Nothing matches"));
    let wrong = at.api(Method::GET, "feedback?type=rant").send().await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn one_piece_says_all_about_itself(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    let mut said = feedback(2, "The cart is empty", "shop@1.0.0");
    said["contexts"]["feedback"]["associated_event_id"] = json!(traffic::event_id(1));
    said["contexts"]["browser"] = json!({"name": "Firefox", "version": "145.0"});
    said["tags"] = json!({"plan": "free"});
    at.report(&said).await;
    at.report(&feedback(3, "the cart is EMPTY", "shop@1.0.0")).await;
    let rows = at.list("feedback").await;
    let id = rows.iter().find(|row| row["event_id"] == traffic::event_id(2)).expect("a row")["id"].clone();
    let detail = at.get(&format!("feedback/{id}")).await;
    for (field, expected) in [
        ("message", json!("The cart is empty")),
        ("name", json!("Bo")),
        ("email", json!("bo@example.org")),
        ("url", json!("https://shop.example.org/cart")),
        ("release", json!("shop@1.0.0")),
        ("environment", json!("production")),
        ("similar", json!(1)),
        ("tags", json!({"plan": "free"})),
        ("error", json!({"issue": "SHOP-1", "title": detail["error"]["title"], "event_id": traffic::event_id(1)})),
    ] {
        assert_eq!(detail[field], expected, "{field}: {detail}");
    }
    assert!(detail["client"].to_string().contains("Firefox"), "{detail}");
    let cookie = at.sign_in().await;
    let text = at.see(&format!("/feedback/{id}"), &cookie).await.text();
    for fact in ["The cart is empty", "Bo", "bo@example.org", "KeyError", "Firefox"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    assert!(at.see("/issues/SHOP-1", &cookie).await.text().contains("The cart is empty"), "on the page of its error");
    for missing in ["feedback/999", "feedback/one"] {
        assert_eq!(at.api(Method::GET, missing).send().await.expect("an answer").status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(at.see("/feedback/999", &cookie).await.status, StatusCode::NOT_FOUND);
}

/// Sends feedback with one file and answers the file's address.
async fn attach(at: &Installation, number: usize, name: &str, kind: &str, content: &[u8]) -> String {
    let message = format!("See the file number {number}");
    let envelope = Envelope::of(&traffic::event_id(number))
        .item("feedback", &feedback(number, &message, "shop@1.0.0"))
        .attachment(name, kind, content);
    at.send(envelope).await;
    let rows = at.list("feedback").await;
    let row = rows.iter().find(|row| row["message"] == *message).expect("a row");
    let file = &row["attachments"][0];
    assert_eq!((&file["name"], &file["bytes"]), (&json!(name), &json!(content.len())));
    file["url"].as_str().expect("an address").to_owned()
}

async fn file(at: &Installation, url: &str, cookie: &str) -> Page {
    Page::of(at.client.get(format!("{}{url}", at.url)).header("cookie", cookie).send().await.expect("an answer")).await
}

async fn strangers_get_no_files(database: Database) {
    let at = Installation::on(database).await;
    let url = attach(&at, 1, "screen.png", "image/png", &PNG).await;
    for cookie in ["", "fieldfare_login=made-up"] {
        let page = file(&at, &url, cookie).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(!page.html.contains("PNG"));
    }
    let cookie = at.sign_in().await;
    let page = file(&at, &url, &cookie).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(page.header("content-disposition").starts_with("inline"));
    assert!(page.header("cache-control").contains("private"));
    assert_eq!(file(&at, "/attachments/999", &cookie).await.status, StatusCode::NOT_FOUND);
}

async fn nothing_in_a_file_can_run(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let script = b"<script>alert(1)</script>";
    let kinds = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf", "image/png; x"];
    for (number, kind) in kinds.into_iter().enumerate() {
        let url = attach(&at, number, "a\"b.html", kind, script).await;
        let page = file(&at, &url, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.html.as_bytes(), script, "as it was sent");
        assert_eq!(page.header("content-type"), "application/octet-stream", "{kind}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("content-disposition").starts_with("attachment"), "{kind}");
        assert!(page.header("content-security-policy").contains("sandbox"), "{kind}");
    }
}

async fn markup_in_a_message_is_text(database: Database) {
    let at = Installation::on(database).await;
    let mut said = feedback(1, "</title><script>alert('me')</script> & <b>bold</b>", "shop@1.0.0");
    said["contexts"]["feedback"]["name"] = json!("<img src=x onerror=alert(2)>");
    said["contexts"]["feedback"]["url"] = json!("javascript:alert(3)");
    at.report(&said).await;
    let rows: Vec<Value> = at.list("feedback").await;
    let (id, issue) = (rows[0]["id"].to_string(), rows[0]["issue"].as_str().expect("an issue").to_owned());
    let cookie = at.sign_in().await;
    for path in ["/", "/issues", &format!("/issues/{issue}"), "/feedback", &format!("/feedback/{id}")] {
        let page = at.see(path, &cookie).await;
        assert!(page.text().contains("<script>alert('me')</script>"), "{path}: {}", page.text());
        for raw in ["<script>alert", "<b>bold", "<img src=x", "href=\"javascript:"] {
            assert!(!page.html.contains(raw), "{path} holds {raw}");
        }
    }
}
