//! What arrives for a project by day, and what its clients could do better.

use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation};
use serde_json::json;

/// 2026-11-23, at noon UTC.
const NOON: i64 = 1_795_435_200_000;

crate::on_each_database!(the_doctor_says_what_reports_lack, nothing_is_said_of_nothing);

async fn the_doctor_says_what_reports_lack(database: Database) {
    let at = Installation::at_time(database, NOON).await;
    let mut bare = error(1, "KeyError", "shop@1.0.0");
    for field in ["release", "environment"] {
        bare.as_object_mut().expect("an object").remove(field);
    }
    at.report(&bare).await;
    let mut foreign = error(2, "ValueError", "shop@1.0.0");
    for frame in foreign["exception"]["values"][0]["stacktrace"]["frames"].as_array_mut().expect("frames") {
        frame["in_app"] = json!(false);
    }
    at.report(&foreign).await;
    let page = at.see("/projects/shop/settings/stats", &at.sign_in().await).await;
    assert!(page.html.contains("<th scope=\"row\">2026-11-23</th>"), "{}", page.html);
    let page = page.text();
    for said in ["No release 1 of 2 events", "No environment 1 of 2 events", "No sessions", "No frames of your own"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("For example in SHOP-1"), "{page}");
}

async fn nothing_is_said_of_nothing(database: Database) {
    let at = Installation::on(database).await;
    let page = at.see("/projects/shop/settings/stats", &at.sign_in().await).await.text();
    assert!(page.contains("No errors in the last 7 days to look at."), "{page}");
    assert!(page.contains("Nothing has arrived in the last 30 days."), "{page}");
}
