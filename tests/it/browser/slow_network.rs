//! A page is used before it runs in the browser.

use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::{Database, Envelope, Installation, Scripts, browser, traffic};

/// The bundle takes seconds to arrive, the page itself does not.
const BYTES_PER_SECOND: u32 = 60_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_before_the_page_runs_stays() {
    let at = Installation::on(Database::Sqlite).await;
    at.send(Envelope::of(&traffic::event_id(1)).item("event", &traffic::event(1, 1))).await;
    browser::with_tab(Scripts::On, async |tab| {
        tab.throttle(BYTES_PER_SECOND).await;
        tab.driver.goto(format!("{}/login", at.url)).await.expect("the page loads");
        tab.fill("E-mail", OWNER).await;
        tab.fill("Password", PASSWORD).await;
        assert!(!tab.runs().await, "the bundle came too soon to test anything");
        tab.hydrated().await;
        let typed: Vec<String> = tab.ask("return [email.value, password.value]").await;
        assert_eq!(typed, [OWNER, PASSWORD]);
        tab.press("Sign in").await;
        tab.heading("Overview").await;

        tab.driver.goto(format!("{}/issues/SHOP-1", at.url)).await.expect("the page loads");
        tab.choose("Assigned to", "Ada").await;
        assert!(!tab.runs().await, "the bundle came too soon to test anything");
        tab.hydrated().await;
        let chosen: String = tab.ask("return document.querySelector('select[name=assignee]').value").await;
        assert_eq!(chosen, OWNER);

        tab.driver.goto(format!("{}/incidents/new", at.url)).await.expect("the page loads");
        tab.fill("What is wrong", "Nobody can pay").await;
        tab.fill("First note", "Since noon.").await;
        tab.choose("Severity", "Minor").await;
        assert!(!tab.runs().await, "the bundle came too soon to test anything");
        tab.hydrated().await;
        let typed: Vec<String> = tab.ask("return [title.value, note.value, severity.value]").await;
        assert_eq!(typed, ["Nobody can pay", "Since noon.", "minor"]);
    })
    .await;
}
