//! Every figure leads to what it counts: the list behind it has exactly as many.

use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation, Page};
use reqwest::{Method, StatusCode};
use serde_json::json;

crate::on_each_database!(figures_of_the_overview, figures_of_releases, figures_of_an_issue);

/// New and old issues, one that came back, one that was merged, and feedback, in two releases of which one is called as the
/// other is without its package.
async fn fill(at: &Installation) {
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "OldError", "shop@1.0.0")).await;
    at.report(&error(3, "OldError", "1.0.0")).await;
    resolve(at, "SHOP-1").await;
    at.report(&error(4, "KeyError", "shop@1.1.0")).await;
    at.report(&error(5, "KeyError", "shop@1.1.0")).await;
    at.report(&error(6, "NewError", "shop@1.1.0")).await;
    at.report(&error(7, "TwinError", "shop@1.1.0")).await;
    at.report(&feedback(8, "The cart is empty", "shop@1.1.0")).await;
    at.report(&feedback(9, "Where did my order go?", "shop@1.1.0")).await;
    let merge = json!({"issues": ["SHOP-4"]});
    let answer = at.api(Method::POST, "issues/SHOP-3/merge").json(&merge).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    resolve(at, "SHOP-2").await;
    at.indexed().await;
}

async fn resolve(at: &Installation, issue: &str) {
    let body = json!({"status": "resolved", "resolution": "release"});
    let answer = at.api(Method::PATCH, &format!("issues/{issue}")).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
}

/// Where the links lead whose text begins with a number, with that number.
fn figures(page: &Page) -> Vec<(u64, String)> {
    let links = page.html.split("<a ").skip(1).filter_map(|rest| {
        let (tag, inner) = rest.split_once('>')?;
        let href = tag.split_once("href=\"")?.1.split_once('"')?.0.replace("&amp;", "&");
        let title = inner.strip_prefix("<span")?.split_once("title=\"")?.1.split_once('"')?.0;
        Some((title.replace(',', "").parse().ok()?, href))
    });
    links.collect()
}

/// How many the list at an address says it has.
async fn listed(at: &Installation, address: &str, cookie: &str) -> u64 {
    let page = at.see(address, cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{address}");
    if address.starts_with("/feedback") {
        return page.html.matches("class=\"feedback-card\"").count() as u64;
    }
    let unit = if address.starts_with("/search") { " hit" } else { " issue" };
    let texts = page.html.split('>');
    texts.filter_map(|text| text.split_once(unit)?.0.parse().ok()).next().unwrap_or(0)
}

async fn figures_of_the_overview(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let cookie = at.sign_in().await;
    let page = at.see("/", &cookie).await;
    let figures = figures(&page);
    assert_eq!(figures.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [4, 5], "{figures:?}");
    for (count, address) in figures {
        assert_eq!(listed(&at, &address, &cookie).await, count, "{address}");
    }
    let fresh = page.html.split("href=\"").find(|rest| rest.contains("All that are new or came back")).expect("a link");
    let fresh = fresh.split('"').next().unwrap_or_default().replace("&amp;", "&");
    assert_eq!(listed(&at, &fresh, &cookie).await, 4, "{fresh}");
    assert!(
        page.html.contains("query=kind%3Aerror%20last_seen%3A%3E%3D20"),
        "the chart leads to its issues: {}",
        page.html
    );
}

async fn figures_of_releases(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let cookie = at.sign_in().await;
    for (path, shown) in [
        // New, regressed, events, feedback of 1.1.0, of shop@1.0.0 and of 1.0.0.
        ("/releases?project=shop", &[3, 1, 4, 2, 2, 0, 2, 0, 0, 0, 1, 0][..]),
        ("/releases/shop/shop@1.1.0", &[3, 1, 4, 2]),
        ("/releases/shop/1.0.0", &[0, 0, 1, 0]),
    ] {
        let figures = figures(&at.see(path, &cookie).await);
        let mut counts: Vec<u64> = figures.iter().map(|(count, _)| *count).take(shown.len()).collect();
        assert_eq!(counts.len(), shown.len(), "{path}: {figures:?}");
        let mut expected = shown.to_vec();
        if path.contains('?') {
            // Which of the two 1.0.0 stands first is not said here.
            counts.sort_unstable();
            expected.sort_unstable();
        }
        assert_eq!(counts, expected, "{path}");
        for (count, address) in figures.iter().filter(|(_, address)| !address.contains("kind%3Aerror")) {
            assert_eq!(listed(&at, address, &cookie).await, *count, "{path}: {address}");
        }
    }
    let page = at.see("/releases/shop/shop@1.1.0", &cookie).await;
    let all = page.html.split("href=\"").filter(|rest| rest.contains("All of these in the inbox"));
    let addresses: Vec<String> =
        all.map(|rest| rest.split('"').next().unwrap_or_default().replace("&amp;", "&")).collect();
    let mut found = Vec::new();
    for address in &addresses {
        found.push(listed(&at, address, &cookie).await);
    }
    assert_eq!(found, [3, 1], "new and came back; nothing is ongoing: {addresses:?}");
}

async fn figures_of_an_issue(database: Database) {
    let at = Installation::on(database).await;
    fill(&at).await;
    let cookie = at.sign_in().await;
    for (path, shown) in [("/issues/SHOP-1", &[3, 2, 1][..]), ("/issues/SHOP-2", &[2]), ("/issues/SHOP-5", &[1, 1])] {
        let figures = figures(&at.see(path, &cookie).await);
        assert!(figures.len() >= shown.len(), "{path}: {figures:?}");
        for ((count, address), expected) in figures.iter().zip(shown) {
            assert_eq!(count, expected, "{path}: {figures:?}");
            assert_eq!(listed(&at, address, &cookie).await, *count, "{path}: {address}");
        }
    }
}
