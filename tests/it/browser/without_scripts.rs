//! The same triage in a browser that runs no scripts.

use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::{Database, Envelope, Installation, Scripts, Tab, browser, traffic};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issue_is_triaged_without_scripts() {
    let at = Installation::on(Database::Sqlite).await;
    for number in 0..2 {
        let event = traffic::event(number, number);
        at.send(Envelope::of(&traffic::event_id(number)).item("event", &event)).await;
    }
    browser::with_tab(Scripts::Off, async |tab| {
        sign_in(tab, &at).await;
        resolve(tab).await;
        assign(tab).await;
        run_an_incident(tab).await;
        assert_eq!(tab.complaints().await, [""; 0]);
    })
    .await;
    assert_eq!(at.get("incidents/1").await["status"], "resolved");
}

/// By way of the page that was asked for.
async fn sign_in(tab: &Tab, at: &Installation) {
    tab.open(&format!("{}/issues", at.url)).await;
    tab.heading("Sign in").await;
    tab.fill("E-mail", OWNER).await;
    tab.fill("Password", PASSWORD).await;
    tab.press("Sign in").await;
    tab.heading("Issues").await;
    assert_eq!(tab.path().await, "/issues");
}

async fn resolve(tab: &Tab) {
    tab.link("Step0Error").await;
    tab.fill("Query", "is:unresolved step_1").await;
    tab.press("Filter").await;
    tab.text("1 issue").await;
    tab.follow("Step1Error").await;
    tab.press("Resolve").await;
    tab.button("Unresolve").await;
    tab.follow("Issues").await;
    tab.text("1 issue").await;
    tab.follow("Resolved").await;
    tab.link("Step1Error").await;
    assert!(tab.path().await.starts_with("/issues?query=is%3Aresolved"), "{}", tab.path().await);
}

async fn assign(tab: &Tab) {
    tab.follow("Unresolved").await;
    tab.follow("Step0Error").await;
    tab.choose("Assigned to", "Ada").await;
    tab.press("Assign").await;
    tab.find("//section[h2 = 'Timeline']//li[contains(., 'Ada took this')]").await;
    tab.find("//select[@aria-label = 'Assigned to']//option[@selected][. = 'Ada']").await;
}

async fn run_an_incident(tab: &Tab) {
    tab.follow("Declare an incident").await;
    tab.fill("What is wrong", "Orders fail").await;
    tab.press("Declare incident").await;
    tab.heading("Orders fail").await;
    tab.link("SHOP-1").await;
    tab.fill("Note", "The database was full.").await;
    tab.press("Update incident").await;
    tab.text("The database was full.").await;
    tab.choose("Status", "Resolved").await;
    tab.press("Update incident").await;
    tab.heading("Add to it, or open it again").await;
    tab.follow("Incidents").await;
    tab.heading("Resolved").await;
}
