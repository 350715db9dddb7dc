//! Every page, with something on it: it runs in the browser without a complaint, and fits on a phone.

use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::{Database, Envelope, Installation, Scripts, Tab, browser, traffic};
use reqwest::Method;
use serde_json::json;

/// The narrowest phone that is asked of us, in CSS pixels.
const PHONE: (u32, u32) = (375, 800);
const DESK: (u32, u32) = (1280, 900);
/// What leads to a page, whatever it has to show.
const PAGES: [&str; 30] = [
    "/",
    "/issues",
    "/issues?query=kind%3Afeedback",
    "/issues?query=nothing-has-this-word",
    "/issues/SHOP-1",
    "/issues/SHOP-1?event=oldest",
    "/feedback",
    "/feedback?query=nothing-has-this-word",
    "/releases",
    "/releases/shop/shop%402.0.0",
    "/incidents",
    "/incidents/new",
    "/incidents/new?issue=SHOP-1",
    "/incidents/1",
    "/search",
    "/search?query=order",
    "/search?query=nothing-has-this-word",
    "/settings",
    "/projects/new",
    "/projects/shop/settings",
    "/projects/shop/start",
    "/projects/shop/settings/stats",
    "/projects/shop/settings/privacy",
    "/projects/shop/settings/grouping",
    "/projects/shop/settings/ownership",
    "/projects/shop/settings/limits",
    "/projects/shop/settings/source-maps",
    "/projects/shop/settings/monitors",
    "/settings/teams",
    "/issues?query=users%3A%3E10%20OR%20%28level%3Aerror%20-is%3Aresolved%29",
];
const MISSING: [&str; 4] = ["/issues/NONE-1", "/releases/shop/none", "/incidents/99", "/nowhere"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_runs_without_complaint_and_fits_on_a_phone() {
    let at = Installation::on(Database::Sqlite).await;
    fill(&at).await;
    let paths = paths(&at).await;
    browser::with_tab(Scripts::On, async |tab| {
        tab.open(&format!("{}/login", at.url)).await;
        tab.fill("E-mail", OWNER).await;
        tab.fill("Password", PASSWORD).await;
        tab.press("Sign in").await;
        tab.heading("Overview").await;
        let mut wrong = Vec::new();
        for size in [DESK, PHONE] {
            for path in &paths {
                wrong.extend(look(tab, &at, path, size).await);
            }
        }
        assert_eq!(wrong, [""; 0]);
    })
    .await;
}

/// Leptos asks for a page's title when the page may be gone already.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn titles_are_written_however_late() {
    const PAGES_EACH: usize = 60;
    let at = Installation::on(Database::Sqlite).await;
    let cookie = at.sign_in().await;
    for (path, title) in [("/search?query=order", "order · Search"), ("/issues/NONE-1", "Issue")] {
        let pages = (0..PAGES_EACH).map(async |_| at.page(path, &cookie).await.text().await.expect("a page"));
        for page in futures::future::join_all(pages).await {
            assert!(page.contains(&format!("<title>{title} · Fieldfare</title>")), "{path}: {page:.200}");
        }
    }
}

/// What is wrong with a page at this size.
async fn look(tab: &Tab, at: &Installation, path: &str, size: (u32, u32)) -> Vec<String> {
    tab.resize(size).await;
    tab.open(&format!("{}{path}", at.url)).await;
    // Chromium logs every 404, that of the page itself too.
    let missing = MISSING.contains(&path).then(|| format!("{path} - Failed to load resource"));
    let is_missing = |complaint: &String| missing.as_ref().is_some_and(|missing| complaint.contains(missing));
    let mut wrong: Vec<_> = tab.complaints().await.into_iter().filter(|complaint| !is_missing(complaint)).collect();
    let width: u32 = tab.ask("return document.documentElement.scrollWidth").await;
    if width > size.0 {
        wrong.push(format!("{width} pixels wide"));
    }
    if tab.ask("return document.querySelectorAll('h1').length !== 1").await {
        wrong.push("not one h1".to_owned());
    }
    wrong.into_iter().map(|complaint| format!("{path} {size:?}: {complaint}")).collect()
}

pub(super) async fn fill(at: &Installation) {
    for number in 0..6 {
        let event = traffic::event(number, number % 4);
        at.send(Envelope::of(&traffic::event_id(number)).item("event", &event)).await;
    }
    let feedback = json!({
        "event_id": traffic::event_id(99), "type": "feedback", "release": "shop@2.0.0", "environment": "production",
        "contexts": {"feedback": {
            "message": "Averyveryverylongwordwithoutanyspacesthatdoesnotfitonaphoneatallwhateveryoudo is broken",
            "contact_email": "ada@example.org", "name": "Ada", "url": "https://shop.example.org/cart",
            "associated_event_id": traffic::event_id(0),
        }},
    });
    at.send(Envelope::of(&traffic::event_id(99)).item("feedback", &feedback)).await;
    let attrs = json!({"release": "shop@2.0.0", "environment": "production"});
    let sums = json!({"attrs": attrs, "aggregates": [{"exited": 10, "errored": 2, "crashed": 1}]});
    at.send(Envelope::new(&json!({})).item("sessions", &sums)).await;
    let incident =
        json!({"title": "Orders fail", "severity": "major", "note": "Seen since noon.", "issues": ["SHOP-1"]});
    let declared = at.api(Method::POST, "incidents").json(&incident).send().await.expect("an answer");
    assert!(declared.status().is_success(), "{}", declared.text().await.expect("text"));
    at.indexed().await;
}

/// Every kind of page there is, and those with nothing to show.
pub(super) async fn paths(at: &Installation) -> Vec<String> {
    let feedback = at.list("feedback").await;
    let issue = feedback[0]["issue"].as_str().expect("an issue");
    let of_feedback = [format!("/feedback/{}", feedback[0]["id"]), format!("/issues/{issue}")];
    PAGES.iter().chain(&MISSING).map(|&path| path.to_owned()).chain(of_feedback).collect()
}
