//! Issues that happen far more often than usual, and the priorities that follow.

use fieldfare::clock::HOUR_MS;
use fieldfare_app::api::Role;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    an_issue_escalates_when_it_happens_far_more_often,
    an_archived_issue_returns_when_it_escalates,
    what_was_put_up_with_does_not_escalate,
    what_escalated_is_ongoing_a_week_later,
    a_priority_starts_from_the_first_event,
    a_priority_rises_with_users,
    a_priority_stays_where_somebody_sets_it,
);

/// Some morning, at the beginning of an hour.
const BEGINNING: i64 = 498_612 * HOUR_MS;
const ISSUE: &str = "/issues/SHOP-1";

struct Watched {
    at: Installation,
    keeper: fieldfare::issues::Timekeeper,
    events: usize,
}

impl Watched {
    async fn on(database: Database) -> Self {
        let at = Installation::at_time(database, BEGINNING).await;
        let keeper = at.timekeeper();
        keeper.round().await.expect("a round");
        Self { at, keeper, events: 0 }
    }

    /// So many hours pass, each with so many events.
    async fn hours(&mut self, hours: usize, events: usize) {
        for _ in 0..hours {
            self.events(events).await;
            self.at.state().clock.advance(HOUR_MS);
            self.keeper.round().await.expect("a round");
        }
    }

    async fn events(&mut self, events: usize) {
        for _ in 0..events {
            self.events += 1;
            self.at.report(&error(self.events, "KeyError", "shop@2.4.0")).await;
        }
    }

    async fn substatus(&self) -> String {
        self.at.standing("SHOP-1").await.1
    }
}

async fn an_issue_escalates_when_it_happens_far_more_often(database: Database) {
    let mut watched = Watched::on(database).await;
    watched.hours(40, 1).await;
    assert_eq!(watched.substatus().await, "new", "one an hour is usual");
    watched.events(30).await;
    watched.at.state().clock.advance(HOUR_MS / 2);
    watched.keeper.round().await.expect("a round");
    let reason = "30 events within an hour, where about 1 would be usual";
    let standing = watched.at.standing("SHOP-1").await;
    assert_eq!((&*standing.0, &*standing.1, &*standing.2), ("unresolved", "escalating", reason));
    let said = watched.at.said("SHOP-1").await;
    let raised = "Fieldfare raised the priority to high: error, escalating";
    assert_eq!(said, [raised.to_owned(), format!("Fieldfare called this escalating: {reason}")]);
    watched.at.indexed().await;
    assert_eq!(watched.at.list("issues?query=is:escalating").await.len(), 1);
    let hits = watched.at.list("search?query=is:escalating%20KeyError").await;
    assert_eq!(hits.len(), 1, "{hits:?}");
    let cookie = watched.at.sign_in().await;
    assert!(watched.at.see(ISSUE, &cookie).await.text().contains(reason));
    assert!(watched.at.see("/", &cookie).await.text().contains("KeyError"));
    watched.hours(3, 30).await;
    assert_eq!(watched.at.said("SHOP-1").await.len(), 2, "said once");
}

async fn an_archived_issue_returns_when_it_escalates(database: Database) {
    let mut watched = Watched::on(database).await;
    watched.hours(30, 1).await;
    watched.at.decide("SHOP-1", json!({"archive": {"escalating": true}})).await;
    watched.hours(6, 1).await;
    assert_eq!(watched.at.standing("SHOP-1").await.2, "Archived by Ada until it escalates");
    watched.hours(1, 40).await;
    let standing = watched.at.standing("SHOP-1").await;
    assert_eq!((&*standing.0, &*standing.1), ("unresolved", "escalating"));
    assert!(standing.2.starts_with("40 events within"), "{}", standing.2);
    let said = format!("Fieldfare reopened this, since it escalates: {}", standing.2);
    assert!(watched.at.said("SHOP-1").await.contains(&said));
    assert_eq!(watched.at.owed().await, ["new_issue", "issue_changed"], "who archived it follows it");

    watched.at.decide("SHOP-1", json!({"status": "archived"})).await;
    watched.hours(2, 200).await;
    assert_eq!(watched.at.standing("SHOP-1").await.0, "archived", "for good is for good");
}

async fn what_was_put_up_with_does_not_escalate(database: Database) {
    let mut watched = Watched::on(database).await;
    watched.hours(26, 1).await;
    watched.hours(2, 30).await;
    assert_eq!(watched.substatus().await, "escalating");
    watched.at.decide("SHOP-1", json!({"archive": {"escalating": true}})).await;
    watched.hours(5, 30).await;
    assert_eq!(watched.at.standing("SHOP-1").await.0, "archived", "it goes on as it was");
    watched.hours(2, 150).await;
    assert_eq!(watched.substatus().await, "escalating", "that is another matter");
}

async fn what_escalated_is_ongoing_a_week_later(database: Database) {
    let mut watched = Watched::on(database).await;
    watched.hours(26, 1).await;
    watched.hours(1, 30).await;
    let reason = watched.at.standing("SHOP-1").await.2;
    assert_eq!(watched.substatus().await, "escalating");
    watched.hours(7 * 24 - 1, 0).await;
    assert_eq!(watched.substatus().await, "escalating");
    watched.hours(2, 0).await;
    let standing = watched.at.standing("SHOP-1").await;
    assert_eq!((&*standing.1, standing.2), ("ongoing", format!("Escalated a week before. {reason}")));
    let issue = watched.at.get("issues/SHOP-1").await;
    assert_eq!((&issue["priority"], &issue["priority_reason"]), (&json!("medium"), &json!("error")));
    assert_eq!(watched.at.said("SHOP-1").await[0], "Fieldfare lowered the priority to medium: error");
}

/// Priority, reason, and whether Fieldfare finds it.
async fn priority(at: &Installation, issue: &str) -> (String, String, bool) {
    let issue = at.get(&format!("issues/{issue}")).await;
    let text = |field: &str| issue[field].as_str().unwrap_or_default().to_owned();
    (text("priority"), text("priority_reason"), issue["priority_is_automatic"] == true)
}

fn found(priority: &str, reason: &str) -> (String, String, bool) {
    (priority.to_owned(), reason.to_owned(), true)
}

async fn a_priority_starts_from_the_first_event(database: Database) {
    let at = Installation::on(database).await;
    let mut fatal = error(1, "FatalError", "shop@2.4.0");
    fatal["level"] = json!("fatal");
    let mut unhandled = error(2, "UnhandledError", "shop@2.4.0");
    unhandled["exception"]["values"][0]["mechanism"] = json!({"type": "generic", "handled": false});
    let mut warning = error(3, "SlowWarning", "shop@2.4.0");
    warning["level"] = json!("warning");
    for report in [fatal, unhandled, warning, error(4, "KeyError", "shop@2.4.0")] {
        at.report(&report).await;
    }
    at.report(&feedback(5, "The cart is empty", "shop@2.4.0")).await;
    for (issue, expected) in [
        ("SHOP-1", found("high", "fatal")),
        ("SHOP-2", found("high", "unhandled error")),
        ("SHOP-3", found("low", "warning")),
        ("SHOP-4", found("medium", "error")),
        ("SHOP-5", found("medium", "feedback")),
    ] {
        assert_eq!(priority(&at, issue).await, expected, "{issue}");
    }
    let cookie = at.sign_in().await;
    let inbox = at.see("/issues", &cookie).await;
    assert!(inbox.text().contains("High priority") && inbox.html.contains("unhandled error"), "{}", inbox.text());
    assert!(at.see("/issues/SHOP-2", &cookie).await.text().contains("High priority unhandled error"));
}

async fn hit(at: &Installation, users: std::ops::Range<usize>) {
    for number in users {
        let mut event = error(number, "SlowWarning", "shop@2.4.0");
        event["level"] = json!("warning");
        event["user"] = json!({"id": format!("user-{number}")});
        at.report(&event).await;
    }
}

async fn a_priority_rises_with_users(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    let round = async || keeper.round().await.expect("a round");
    hit(&at, 0..9).await;
    round().await;
    assert_eq!(priority(&at, "SHOP-1").await, found("low", "warning"));
    hit(&at, 9..12).await;
    round().await;
    assert_eq!(priority(&at, "SHOP-1").await, found("medium", "warning, 12 users in 24 h"));
    hit(&at, 12..100).await;
    round().await;
    assert_eq!(priority(&at, "SHOP-1").await, found("high", "warning, 100 users in 24 h"));
    assert_eq!(
        at.said("SHOP-1").await,
        [
            "Fieldfare raised the priority to high: warning, 100 users in 24 h",
            "Fieldfare raised the priority to medium: warning, 12 users in 24 h",
        ]
    );
    at.state().clock.advance(30 * HOUR_MS);
    hit(&at, 100..101).await;
    round().await;
    assert_eq!(priority(&at, "SHOP-1").await.0, "high", "it does not flicker");
}

async fn a_priority_stays_where_somebody_sets_it(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    hit(&at, 0..5).await;
    let cookie = at.sign_in().await;
    let set = async |priority: &str| {
        at.submit(ISSUE, "prioritise_issue", &[("short_id", "SHOP-1"), ("priority", priority)], &cookie).await
    };
    assert!(at.see(ISSUE, &cookie).await.text().contains("Automatic (low)"));
    let page = set("medium").await;
    assert!(page.text().contains("Medium priority set by Ada"), "{}", page.text());
    hit(&at, 5..120).await;
    keeper.round().await.expect("a round");
    assert_eq!(priority(&at, "SHOP-1").await, ("medium".to_owned(), "set by Ada".to_owned(), false));
    let odd = set("urgent").await;
    assert!(odd.text().contains("priority: “urgent” is none"), "{}", odd.text());

    let bo = at.member("Bo", Role::Developer).await;
    let answer = bo.api(&at, Method::PUT, "issues/SHOP-1").json(&json!({"priority": "low"})).send().await;
    assert_eq!(answer.expect("an answer").json::<Value>().await.expect("JSON")["priority_reason"], "set by Bo");
    let viewer = at.member("Ida", Role::Viewer).await;
    let refused = viewer.api(&at, Method::PATCH, "issues/SHOP-1").json(&json!({"priority": "high"})).send().await;
    assert_eq!(refused.expect("an answer").status(), StatusCode::FORBIDDEN);

    set("").await;
    assert_eq!(priority(&at, "SHOP-1").await, found("high", "warning, 120 users in 24 h"));
    assert_eq!(
        at.said("SHOP-1").await,
        [
            "Ada left the priority to Fieldfare: high, warning, 120 users in 24 h",
            "Bo set the priority to low",
            "Ada set the priority to medium",
        ]
    );
}
