//! Mail that is owed: to whom, how often, and what becomes of it. Without a mail server it is written to files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Person, eventually};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    whoever_wants_it_is_told_once,
    mails_say_what_happened,
    an_incident_is_told_from_beginning_to_end,
    what_is_owed_survives_a_restart,
    the_settings_say_where_mail_goes,
);

/// Name and content of every mail on disk.
fn files(data: &Path) -> BTreeMap<PathBuf, String> {
    let Ok(entries) = std::fs::read_dir(data.join("mail")) else { return BTreeMap::new() };
    let whole = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.extension().is_some());
    let whole = whole.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    whole.map(|path| (path.clone(), std::fs::read_to_string(path).expect("text"))).collect()
}

/// Recipient and kind of each mail, once nothing is waiting any more.
async fn delivered(at: &Installation) -> Vec<(String, String)> {
    eventually("all mail has left", async || {
        let rows = at.list("notifications").await;
        rows.iter().all(|row| row["state"] != "waiting").then_some(())
    })
    .await;
    let header = |mail: &str, name: &str| {
        let line = mail.lines().find_map(|line| line.strip_prefix(name)).expect("a header");
        line.trim_start_matches(": ").to_owned()
    };
    let mut all: Vec<_> =
        files(at.data.path()).values().map(|mail| (header(mail, "To"), header(mail, "X-Fieldfare-Kind"))).collect();
    all.sort();
    all
}

fn to<'a>(all: &'a [(String, String)], address: &str) -> Vec<&'a str> {
    all.iter().filter(|(to, _)| to.contains(address)).map(|(_, kind)| kind.as_str()).collect()
}

/// Switches on only these mails, as the settings page does.
async fn want(at: &Installation, person: &Person, kinds: &[&str]) {
    let form: Vec<(&str, &str)> = kinds.iter().map(|kind| (*kind, "on")).collect();
    let page = at.submit("/settings", "save_mail_preferences", &form, &person.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
}

async fn ask(at: &Installation, method: Method, path: &str, body: Value) {
    let answer = at.api(method, path).json(&body).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.expect("a body"));
}

/// An error that comes back, and a piece of feedback.
async fn happenings(at: &Installation) {
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "KeyError", "shop@1.0.0")).await;
    ask(at, Method::PATCH, "issues/SHOP-1", json!({"resolution": "release"})).await;
    at.report(&error(3, "KeyError", "shop@1.1.0")).await;
    at.report(&error(3, "KeyError", "shop@1.1.0")).await;
    at.report(&feedback(4, "The cart is empty", "shop@1.1.0")).await;
}

async fn whoever_wants_it_is_told_once(database: Database) {
    let at = Installation::on(database).await;
    let (all, some, none) = (
        at.member("Ida", Role::Viewer).await,
        at.member("Bo", Role::Developer).await,
        at.member("Nils", Role::Developer).await,
    );
    want(&at, &some, &["regression"]).await;
    want(&at, &none, &[]).await;
    happenings(&at).await;
    let mails = delivered(&at).await;
    let everything = ["new_feedback", "new_issue", "regression"];
    assert_eq!(to(&mails, "ada@example.org"), everything);
    assert_eq!(to(&mails, &all.email), everything);
    assert_eq!(to(&mails, &some.email), ["regression"]);
    assert!(to(&mails, &none.email).is_empty());
    assert_eq!(mails.len(), 7, "{mails:?}");
}

async fn mails_say_what_happened(database: Database) {
    let at = Installation::with(
        database,
        &[("public_url", "https://fare.example.org"), ("mail_from", "Fare <fare@example.org>")],
    )
    .await;
    happenings(&at).await;
    delivered(&at).await;
    let mails = files(at.data.path());
    let mail = |kind: &str| {
        let found = mails.values().find(|mail| mail.contains(&format!("X-Fieldfare-Kind: {kind}"))).expect(kind);
        found.replace("=\r\n", "").replace("=3D", "=")
    };
    for (kind, facts) in [
        ("new_issue", &["Subject: [shop] New in shop@1.0.0: KeyError", "https://fare.example.org/issues/SHOP-1"][..]),
        ("regression", &["Subject: [shop] Back in shop@1.1.0: KeyError", "which is later than shop@1.0.0"]),
        ("new_feedback", &["The cart is empty", "bo@example.org"]),
    ] {
        let mail = mail(kind);
        for fact in [&["From: Fare <fare@example.org>", "text/plain", "text/html", "List-Unsubscribe"], facts].concat()
        {
            assert!(mail.contains(fact), "{kind} says {fact}: {mail}");
        }
    }
}

async fn an_incident_is_told_from_beginning_to_end(database: Database) {
    let at = Installation::on(database).await;
    let quiet = at.member("Nils", Role::Developer).await;
    want(&at, &quiet, &["new_issue", "regression", "feedback"]).await;
    ask(&at, Method::POST, "incidents", json!({"title": "Checkout is down", "severity": "critical"})).await;
    ask(&at, Method::POST, "incidents/1/updates", json!({"note": "A full disk."})).await;
    ask(&at, Method::PATCH, "incidents/1", json!({"status": "resolved", "note": "Emptied it."})).await;
    let mails = delivered(&at).await;
    assert_eq!(to(&mails, "ada@example.org"), ["incident_declared", "incident_resolved", "incident_updated"]);
    assert!(to(&mails, &quiet.email).is_empty());
    let said = files(at.data.path()).into_values().collect::<String>();
    for fact in ["Checkout is down", "A full disk.", "Emptied it."] {
        assert!(said.contains(fact), "{fact}");
    }
}

async fn what_is_owed_survives_a_restart(database: Database) {
    let at = Installation::on(database).await;
    happenings(&at).await;
    let at = at.restart().await;
    let mails = delivered(&at).await;
    assert_eq!(to(&mails, "ada@example.org"), ["new_feedback", "new_issue", "regression"]);
    let before = files(at.data.path());
    for (path, _) in &before {
        std::fs::remove_file(path).expect("a mail that somebody read");
    }
    let at = at.restart().await;
    ask(&at, Method::POST, "incidents", json!({"title": "Another", "severity": "minor"})).await;
    assert_eq!(delivered(&at).await.len(), 1, "only what is new, not what was told before");
    let rows = at.list("notifications").await;
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row["state"] == "delivered" && row["attempts"] == 1), "{rows:?}");
}

async fn the_settings_say_where_mail_goes(database: Database) {
    let at = Installation::on(database).await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    delivered(&at).await;
    let cookie = at.sign_in().await;
    let text = at.see("/settings", &cookie).await.text();
    let directory = at.data.path().join("mail");
    assert!(text.contains(directory.to_str().expect("UTF-8")), "{text}");
    let at = Installation::with(database, &[("smtp_url", "smtp://ada:geheim@mail.example.org:2525")]).await;
    let text = at.see("/settings", &at.sign_in().await).await.text();
    assert!(text.contains("mail.example.org:2525") && !text.contains("geheim"), "{text}");
}
