//! The whole way: from an empty installation to the mail about an incident.

use fieldfare::cli::serve::Running;
use fieldfare_tests::site::{File, Site};
use fieldfare_tests::smtp::MailServer;
use fieldfare_tests::{Database, Scripts, Tab, browser, clients, installation};
use thirtyfour::prelude::*;

/// As strict as the script allows (`app/widget/README.md`).
fn policy(ours: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {ours}; connect-src {ours}; img-src blob:; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_setup_to_the_mail_about_an_incident() {
    let mails = MailServer::start().await;
    let (running, _data) = installation::new_and_empty(Database::Sqlite, &[("smtp_url", &mails.url)]).await;
    browser::with_tab(Scripts::On, async |tab| {
        set_up(tab, &running).await;
        let waiting = tab.driver.window().await.expect("a window");
        let shop = shop(&script_tag(tab).await, &format!("http://{}", running.addr)).await;
        assert_eq!(tab.complaints().await, [""; 0]);

        let other = tab.driver.new_tab().await.expect("a second tab");
        tab.driver.switch_to_window(other).await.expect("there");
        break_the_shop(tab, &shop).await;
        write_feedback(tab).await;
        tab.driver.switch_to_window(waiting).await.expect("back");

        triage(tab).await;
        declare_an_incident(tab).await;
        assert_eq!(tab.complaints().await, [""; 0]);
    })
    .await;

    let mail = mails.mail_with(&["Nobody can pay", "Payments are refused"]).await;
    assert_eq!(mail.to, ["ada@example.org"]);
    mails.mail_with(&["Paying does nothing"]).await;
    running.shutdown().await;
}

/// Follows the link that the command prints and fills the form in; ends on the new project's first page.
async fn set_up(tab: &Tab, running: &Running) {
    tab.open(running.setup_url.as_deref().expect("nobody was here yet")).await;
    tab.heading("Set up this installation").await;
    let fields = [("Organization", "Fernbrook"), ("Your name", "Ada"), ("E-mail", "ada@example.org")];
    for (label, text) in fields {
        tab.fill(label, text).await;
    }
    tab.fill("Password", "correct horse battery").await;
    tab.fill("Name", "Web shop").await;
    tab.choose("Platform", "Browser JavaScript").await;
    tab.press("Create and continue").await;
    tab.heading("Set up Web shop").await;
    tab.hydrated().await;
    tab.heading("Waiting for the first event").await;
    let dsn = tab.find("//section[h2 = 'DSN']//pre").await.text().await.expect("text");
    assert!(dsn.starts_with("http://") && dsn.ends_with(&format!("@{}/1", running.addr)), "{dsn}");
}

/// What the page tells people to paste.
async fn script_tag(tab: &Tab) -> String {
    let tag = tab.find("//pre[contains(., '<script src=')]").await.text().await.expect("text");
    assert!(tag.contains("data-release=\"web-shop@1.0.0\""), "{tag}");
    tag
}

/// Somebody else's page with the tag pasted in.
async fn shop(script_tag: &str, ours: &str) -> Site {
    let read = |name| std::fs::read_to_string(clients::tests_path(name)).expect("a page");
    let page = read("browser/page.html").replace("SCRIPT_TAG", script_tag);
    let page = File { path: "/", content_type: "text/html", content: page.into() };
    let script = File { path: "/shop.js", content_type: "text/javascript", content: read("browser/shop.js").into() };
    Site::serve(vec![page, script], &policy(ours)).await
}

/// Its one button fails, and nothing else complains.
async fn break_the_shop(tab: &Tab, shop: &Site) {
    tab.driver.goto(&shop.url).await.expect("the shop opens");
    tab.press("Pay").await;
    let complaints = tab.complaints().await;
    let ours: Vec<_> = complaints.iter().filter(|line| !line.contains("favicon.ico")).collect();
    assert!(matches!(ours.as_slice(), [only] if only.contains("Uncaught TypeError")), "{complaints:?}");
}

/// A customer tells, with a picture of it.
async fn write_feedback(tab: &Tab) {
    let widget = tab.driver.query(By::Tag("fieldfare-widget")).first().await.expect("the widget");
    let form = widget.get_shadow_root().await.expect("open");
    let at = async |css: &str| form.find(By::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    at("button[aria-haspopup=dialog]").await.click().await.expect("it opens");
    at("#message").await.send_keys("Paying does nothing. Größe egal!").await.expect("typed");
    at("#email").await.send_keys("grace@example.org").await.expect("typed");
    at("#name").await.send_keys("Grace").await.expect("typed");
    let picture = tempfile::Builder::new().suffix(".png").tempfile().expect("a file");
    tab.driver.screenshot(picture.path()).await.expect("a picture");
    at("input[type=file]").await.send_keys(picture.path().display().to_string()).await.expect("chosen");
    at("dialog img").await;
    at("form button.main").await.click().await.expect("it is sent");
    let thanks = "return document.querySelector('fieldfare-widget').shadowRoot.querySelector('[role=status]')\
                  .textContent === 'Thank you! Your feedback has arrived.'";
    tab.until("the feedback has arrived", thanks).await;
}

/// From the page that waited, through the inbox, to the issue and what was written about it.
async fn triage(tab: &Tab) {
    tab.heading("The first event has arrived").await;
    tab.follow("Issues").await;
    tab.heading("Issues").await;
    tab.link("Paying does nothing").await;
    tab.follow("TypeError: Cannot read properties of undefined").await;
    tab.heading("TypeError: Cannot read properties of undefined").await;
    tab.text("chargeCard").await;
    tab.follow("Paying does nothing").await;
    tab.heading("Feedback from Grace").await;
    tab.text("Paying does nothing. Größe egal!").await;
    let loaded = "return [...document.querySelectorAll('main img')].some(img => img.complete && img.naturalWidth > 0)";
    tab.until("the screenshot is shown", loaded).await;
    tab.follow("TypeError: Cannot read properties of undefined").await;
    tab.link("Declare an incident").await;
}

async fn declare_an_incident(tab: &Tab) {
    tab.follow("Declare an incident").await;
    tab.fill("What is wrong", "Nobody can pay").await;
    tab.choose("Severity", "Critical").await;
    tab.fill("First note", "Payments are refused since noon.").await;
    tab.press("Declare incident").await;
    tab.heading("Nobody can pay").await;
    tab.text("Payments are refused since noon.").await;
    assert_eq!(tab.path().await, "/incidents/1");
    tab.link("WEB-SHOP-").await;
}
