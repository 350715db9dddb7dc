//! What happens elsewhere appears on open pages, without moving them.

use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Scripts, browser};
use reqwest::Method;
use serde_json::json;

use super::keyboard::sign_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_browsers_see_what_arrives_and_what_the_other_does() {
    let at = Installation::on(Database::Sqlite).await;
    at.report(&error(1, "AlphaError", "shop@1.0.0")).await;
    browser::with_tab(Scripts::On, async |inbox| {
        browser::with_tab(Scripts::On, async |issue| {
            sign_in(inbox, &at).await;
            inbox.open(&format!("{}/issues", at.url)).await;
            sign_in(issue, &at).await;
            issue.open(&format!("{}/issues/SHOP-1", at.url)).await;

            at.report(&error(2, "AlphaError", "shop@1.0.0")).await;
            at.report(&error(3, "BetaError", "shop@1.0.0")).await;
            let counted = "return document.querySelector('[data-live=\"SHOP-1 events\"]').textContent.trim() === '2'";
            inbox.until("the count rises where it stands", counted).await;
            inbox.button("1 new · Show").await;
            let moved = "return document.querySelectorAll('.issue-table tbody tr').length";
            assert_eq!(inbox.ask::<usize>(moved).await, 1, "nothing moves before it is asked for");
            inbox.press("1 new · Show").await;
            inbox.link("BetaError").await;

            let resolved = at.api(Method::PATCH, "issues/SHOP-1").json(&json!({"status": "resolved"})).send().await;
            assert!(resolved.expect("an answer").status().is_success());
            let events = "return document.querySelector('[data-live=figures] dd').textContent.trim() === '2'";
            issue.until("the figures of the issue follow", events).await;
            let state = "return document.querySelector('[data-live=where]').textContent.includes('resolved')";
            issue.until("its state follows", state).await;
            for tab in [inbox, issue] {
                assert_eq!(tab.complaints().await, [""; 0]);
            }
        })
        .await;
    })
    .await;
}
