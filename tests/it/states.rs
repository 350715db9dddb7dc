//! The states of issues: how each is entered, and what ends it.

use fieldfare::clock::{DAY_MS, HOUR_MS};
use fieldfare::issues::Timekeeper;
use fieldfare::store::changes;
use fieldfare_app::api::Timestamp;
use fieldfare_tests::report::{error, feedback};
use fieldfare_tests::{Database, Installation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    an_archived_issue_waits_for_events,
    an_archived_issue_waits_for_users,
    an_archive_ends_on_its_day,
    a_year_that_never_was_ends_nothing,
    what_is_no_news_any_more_is_ongoing,
    what_came_back_is_ongoing_a_week_later,
    an_issue_is_resolved_in_a_named_release,
    an_issue_waits_for_the_release_that_holds_its_commit,
    a_commit_that_is_released_already_is_found,
    an_issue_seen_after_its_commit_was_released_comes_back,
    answered_feedback_comes_back_when_somebody_writes_again,
    nobody_hears_of_what_is_archived,
    a_merge_does_not_end_an_archive,
    every_menu_works_without_javascript,
    what_cannot_be_is_refused_beside_the_form,
);

/// Some morning, at the beginning of a minute.
const BEGINNING: i64 = 1_795_000_020_000;
const ISSUE: &str = "/issues/SHOP-1";

async fn one_more(at: &Installation, number: usize) {
    at.report(&error(number, "KeyError", "shop@2.4.0")).await;
}

fn of_user(number: usize, user: &str) -> Value {
    let mut event = error(number, "KeyError", "shop@2.4.0");
    event["user"] = json!({"id": user});
    event
}

fn words(status: &str, substatus: &str, reason: &str) -> (String, String, String) {
    (status.to_owned(), substatus.to_owned(), reason.to_owned())
}

async fn an_archived_issue_waits_for_events(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    let archived = at.decide("SHOP-1", json!({"archive": {"events": 3}})).await;
    let state = &archived["state"];
    assert_eq!((&state["how"], &state["by"], &state["awaited"]), (&json!("events"), &json!("Ada"), &json!(3)));
    for (number, arrived) in [(2, 1), (3, 2)] {
        one_more(&at, number).await;
        one_more(&at, number).await;
        let issue = at.get("issues/SHOP-1").await;
        assert_eq!((&issue["status"], &issue["state"]["arrived"]), (&json!("archived"), &json!(arrived)));
    }
    assert_eq!(at.standing("SHOP-1").await, words("archived", "", "Archived by Ada until 3 more events"));
    one_more(&at, 4).await;
    let back = "3 more events since it was archived";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "ongoing", back));
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["state"]["how"], &issue["state"]["by"]), (&Value::Null, &Value::Null));
    assert_eq!(
        at.said("SHOP-1").await,
        [format!("Fieldfare reopened this: {back}"), "Ada archived this until 3 more events".to_owned()]
    );
    at.indexed().await;
    assert_eq!(at.list("search?query=is:ongoing%20KeyError").await.len(), 1);
}

async fn an_archived_issue_waits_for_users(database: Database) {
    let at = Installation::on(database).await;
    at.report(&of_user(1, "ida")).await;
    at.decide("SHOP-1", json!({"status": "archived", "archive": {"users": 2}})).await;
    for (number, user, status) in [
        (2, "ida", "archived"),
        (3, "bo", "archived"),
        (4, "bo", "archived"),
        (5, "ida", "archived"),
        (6, "eve", "unresolved"),
    ] {
        at.report(&of_user(number, user)).await;
        assert_eq!(at.standing("SHOP-1").await.0, status, "after {user}");
    }
    assert_eq!(at.standing("SHOP-1").await.2, "2 more users since it was archived");
}

/// The clock goes on, with the timekeeper's eye on it.
async fn go_on(at: &Installation, keeper: &Timekeeper, hours: i64) {
    const STEP_HOURS: i64 = 12;
    for begun in (0..hours).step_by(12) {
        at.state().clock.advance(STEP_HOURS.min(hours - begun) * HOUR_MS);
        keeper.round().await.expect("a round");
    }
}

async fn an_archive_ends_on_its_day(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    keeper.round().await.expect("a round");
    one_more(&at, 1).await;
    let day = Timestamp(BEGINNING + 3 * DAY_MS).date();
    let archived = at.decide("SHOP-1", json!({"archive": {"date": day}})).await;
    assert_eq!(archived["status_reason"], format!("Archived by Ada until {day} 00:00 UTC"));
    assert_eq!(archived["state"]["until"], format!("{day}T00:00:00.000Z"));
    let before = Timestamp::read(&day).expect("a day").0 - BEGINNING - HOUR_MS;
    go_on(&at, &keeper, before / HOUR_MS).await;
    one_more(&at, 2).await;
    assert_eq!(at.standing("SHOP-1").await.0, "archived", "an hour before");
    go_on(&at, &keeper, 2).await;
    let reason = format!("Archived until {day} 00:00 UTC, which has passed");
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "ongoing", &reason));
    let said = format!("Fieldfare reopened this, archived until {day} 00:00 UTC");
    assert_eq!(at.said("SHOP-1").await[0], said);
}

async fn a_year_that_never_was_ends_nothing(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    one_more(&at, 1).await;
    at.report(&error(2, "ValueError", "shop@2.4.0")).await;
    let day = Timestamp(BEGINNING + 3 * DAY_MS).date();
    at.decide("SHOP-1", json!({"archive": {"date": day}})).await;
    go_on(&at, &keeper, 12).await;
    for (jump, why) in
        [(365 * DAY_MS, "a year ahead"), (60_000, "a minute later it still is"), (-365 * DAY_MS, "and back")]
    {
        at.state().clock.advance(jump);
        keeper.round().await.expect("a round");
        assert_eq!(at.standing("SHOP-1").await.0, "archived", "{why}");
        assert_eq!(at.standing("SHOP-2").await.1, "new", "{why}");
    }
    go_on(&at, &keeper, 8 * 24).await;
    assert_eq!(at.standing("SHOP-1").await.0, "unresolved");
    assert_eq!(at.standing("SHOP-2").await.1, "ongoing");
}

async fn what_is_no_news_any_more_is_ongoing(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    keeper.round().await.expect("a round");
    one_more(&at, 1).await;
    at.report(&error(2, "ValueError", "shop@2.4.0")).await;
    at.decide("SHOP-2", json!({"status": "resolved"})).await;
    go_on(&at, &keeper, 7 * 24 - 1).await;
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "new", ""));
    assert_eq!(at.get("issues/SHOP-1").await["state"], Value::Null);
    let changes = async || changes::latest(at.state().store.reader()).await.expect("the change sequence");
    let before = changes().await;
    go_on(&at, &keeper, 2).await;
    assert_eq!(changes().await, before + 1, "search is told");
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "ongoing", "No longer new, after a week"));
    assert_eq!(at.said("SHOP-1").await, ["Fieldfare called this ongoing, after a week of being new"]);
    assert_eq!(at.list("issues?query=is:ongoing").await.len(), 1);
    assert_eq!(at.standing("SHOP-2").await.0, "resolved", "what is settled stays so");
    go_on(&at, &keeper, 24).await;
    assert_eq!(at.said("SHOP-1").await.len(), 1, "said once");
}

async fn what_came_back_is_ongoing_a_week_later(database: Database) {
    let at = Installation::at_time(database, BEGINNING).await;
    let keeper = at.timekeeper();
    keeper.round().await.expect("a round");
    one_more(&at, 1).await;
    at.decide("SHOP-1", json!({"resolution": "release"})).await;
    go_on(&at, &keeper, 24).await;
    at.report(&error(2, "KeyError", "shop@2.5.0")).await;
    let reason = "Seen in shop@2.5.0, which is later than shop@2.4.0 (shop@2.5.0 > shop@2.4.0, semver)";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "regressed", reason));
    go_on(&at, &keeper, 7 * 24 - 1).await;
    assert_eq!(at.standing("SHOP-1").await.1, "regressed");
    go_on(&at, &keeper, 2).await;
    assert_eq!(
        at.standing("SHOP-1").await,
        words("unresolved", "ongoing", &format!("Came back a week before. {reason}"))
    );
}

async fn an_issue_is_resolved_in_a_named_release(database: Database) {
    let at = Installation::on(database).await;
    for (number, release) in [(1, "shop@2.3.0"), (2, "shop@2.4.0"), (3, "shop@2.5.0")] {
        at.report(&error(number, "KeyError", release)).await;
    }
    let refused = at.refused("SHOP-1", json!({"release": "shop@9.9.9"})).await;
    assert_eq!(refused, ("release".to_owned(), "release: there is no release “shop@9.9.9” in this project".to_owned()));
    let resolved = at.decide("SHOP-1", json!({"release": "shop@2.4.0"})).await;
    assert_eq!(resolved["status_reason"], "Resolved in shop@2.4.0 by Ada");
    assert_eq!((&resolved["state"]["how"], &resolved["state"]["release"]), (&json!("release"), &json!("shop@2.4.0")));
    at.report(&error(4, "KeyError", "shop@2.3.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "resolved", "an event of an older release never reopens");
    at.report(&error(5, "KeyError", "shop@2.5.0")).await;
    let reason = "Seen in shop@2.5.0, which is later than shop@2.4.0 (shop@2.5.0 > shop@2.4.0, semver)";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "regressed", reason));
    assert_eq!(at.owed().await, ["new_issue", "regression"]);
}

/// Says which commits a release holds, as `sentry-cli releases set-commits` does.
async fn set_commits(at: &Installation, release: &str, commits: &[&str]) {
    let commits: Vec<Value> = commits.iter().map(|id| json!({"id": id, "repository": "fernbrook/shop"})).collect();
    let path = format!("projects/fernbrook/shop/releases/{}/", fieldfare_app::routes::encode(release));
    let answer = at.tool(Method::PUT, &path).json(&json!({"commits": commits})).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
}

const FIX: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
const OTHER: &str = "ffffffffffffffffffffffffffffffffffffffff";

async fn an_issue_waits_for_the_release_that_holds_its_commit(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    let refused = at.refused("SHOP-1", json!({"commit": "the last one"})).await;
    assert_eq!(refused.0, "commit");
    let resolved = at.decide("SHOP-1", json!({"commit": "1A2B3C4D"})).await;
    assert_eq!(resolved["status_reason"], "Resolved in commit 1a2b3c4d by Ada");
    assert_eq!((&resolved["state"]["commit"], &resolved["state"]["release"]), (&json!("1a2b3c4d"), &Value::Null));
    for (number, release) in [(2, "shop@2.4.0"), (3, "shop@2.5.0")] {
        at.report(&error(number, "KeyError", release)).await;
        assert_eq!(at.standing("SHOP-1").await.0, "resolved", "nothing says that {release} holds the commit");
    }
    set_commits(&at, "shop@2.5.0", &[OTHER]).await;
    assert_eq!(at.get("issues/SHOP-1").await["state"]["release"], Value::Null);

    set_commits(&at, "shop@2.6.0", &[OTHER, FIX]).await;
    let settled = at.get("issues/SHOP-1").await;
    assert_eq!(settled["status_reason"], "Resolved in commit 1a2b3c4d (shop@2.6.0) by Ada");
    assert_eq!((&settled["status"], &settled["state"]["release"]), (&json!("resolved"), &json!("shop@2.6.0")));
    assert_eq!(
        at.said("SHOP-1").await,
        ["Fieldfare found commit 1a2b3c4d in shop@2.6.0", "Ada resolved this in commit 1a2b3c4d"]
    );
    at.report(&error(4, "KeyError", "shop@2.5.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "resolved", "an event of an older release never reopens");
    at.report(&error(5, "KeyError", "shop@2.6.1")).await;
    let reason = "Seen in shop@2.6.1, which is later than shop@2.6.0 (shop@2.6.1 > shop@2.6.0, semver)";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "regressed", reason));
}

async fn a_commit_that_is_released_already_is_found(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    set_commits(&at, "shop@2.6.0", &[FIX]).await;
    set_commits(&at, "shop@2.5.0", &[OTHER, FIX]).await;
    let resolved = at.decide("SHOP-1", json!({"commit": "1a2b3c4"})).await;
    assert_eq!(resolved["status_reason"], "Resolved in commit 1a2b3c4 (shop@2.5.0) by Ada", "the first that holds it");
    at.report(&error(2, "KeyError", "shop@2.4.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "resolved");
    at.report(&error(3, "KeyError", "shop@2.6.0")).await;
    assert_eq!(at.standing("SHOP-1").await.1, "regressed");
}

async fn an_issue_seen_after_its_commit_was_released_comes_back(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    at.decide("SHOP-1", json!({"commit": FIX})).await;
    at.report(&error(2, "KeyError", "shop@2.7.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "resolved");
    set_commits(&at, "shop@2.6.0", &[FIX]).await;
    let reason = "Seen in shop@2.7.0, which is later than shop@2.6.0 (shop@2.7.0 > shop@2.6.0, semver)";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "regressed", reason));
    assert_eq!(at.get("releases/shop%402.7.0?project=shop").await["regressed_issues"], 1);
    assert_eq!(at.owed().await, ["new_issue", "regression"]);
}

async fn answered_feedback_comes_back_when_somebody_writes_again(database: Database) {
    let at = Installation::on(database).await;
    at.report(&feedback(1, "The cart is empty", "shop@2.4.0")).await;
    at.report(&error(2, "KeyError", "shop@2.4.0")).await;
    let refused = at.refused("SHOP-2", json!({"status": "answered"})).await;
    assert_eq!(refused, ("status".to_owned(), "status: can be answered for feedback only".to_owned()));
    let answered = at.decide("SHOP-1", json!({"status": "answered"})).await;
    assert_eq!((&answered["status"], &answered["status_reason"]), (&json!("answered"), &json!("Answered by Ada")));
    at.indexed().await;
    for (query, expected) in
        [("is:answered", 1), ("-is:answered", 1), ("is:unresolved", 1), ("is:answered kind:error", 0)]
    {
        let path = format!("issues?query={}", fieldfare_app::routes::encode(query));
        assert_eq!(at.list(&path).await.len(), expected, "{query}");
    }
    assert_eq!(at.list("search?query=is:answered%20cart").await.len(), 1);
    at.report(&feedback(1, "The cart is empty", "shop@2.4.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "answered", "the same piece again is none");
    at.report(&feedback(3, "the cart is EMPTY!", "shop@2.3.0")).await;
    let reason = "Somebody wrote again after it was answered";
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "ongoing", reason));
    assert_eq!(at.said("SHOP-1").await, ["Fieldfare reopened this: somebody wrote again", "Ada answered this"]);
    assert_eq!(at.owed().await, ["new_feedback", "new_issue", "new_feedback"]);
}

/// Long enough to have near copies.
const HANGS: &str = "Since the update last Tuesday the checkout page hangs whenever I try to pay with my saved credit card, \
    the spinner keeps turning and after about a minute I am sent back to the basket without any message, which means \
    that I cannot buy anything from your shop on my phone or on my laptop any more";

async fn nobody_hears_of_what_is_archived(database: Database) {
    let at = Installation::on(database).await;
    at.report(&feedback(1, HANGS, "shop@2.4.0")).await;
    at.report(&error(2, "KeyError", "shop@2.4.0")).await;
    at.decide("SHOP-1", json!({"archive": {"events": 3}})).await;
    at.decide("SHOP-2", json!({"status": "archived"})).await;
    for number in 3..5 {
        at.report(&feedback(number, HANGS, "shop@2.4.0")).await;
        at.report(&error(number + 10, "KeyError", "shop@9.0.0")).await;
    }
    assert_eq!(at.standing("SHOP-2").await, words("archived", "", "Archived by Ada"));
    assert_eq!(at.owed().await, ["new_feedback", "new_issue"]);
    at.report(&feedback(5, &format!("{HANGS} please"), "shop@2.4.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "unresolved", "in other words, which join it");
    assert_eq!(at.owed().await, ["new_feedback", "new_issue", "new_feedback"], "what brought it back is told");
}

async fn a_merge_does_not_end_an_archive(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    for number in 2..12 {
        at.report(&error(number, "ValueError", "shop@2.4.0")).await;
    }
    at.decide("SHOP-1", json!({"archive": {"events": 2}})).await;
    let merge = json!({"issues": ["SHOP-2"]});
    let merged = at.api(Method::POST, "issues/SHOP-1/merge").json(&merge).send().await.expect("an answer");
    assert!(merged.status().is_success(), "{}", merged.status());
    let issue = at.get("issues/SHOP-1").await;
    assert_eq!((&issue["events"], &issue["state"]["arrived"]), (&json!(11), &json!(0)));
    at.report(&error(20, "ValueError", "shop@2.4.0")).await;
    assert_eq!(at.standing("SHOP-1").await.0, "archived");
    one_more(&at, 21).await;
    assert_eq!(at.standing("SHOP-1").await.2, "2 more events since it was archived");
}

async fn every_menu_works_without_javascript(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    at.report(&error(2, "ValueError", "shop@2.3.0")).await;
    let cookie = at.sign_in().await;
    let page = at.see(ISSUE, &cookie).await;
    for offered in ["Until it escalates", "Until so many more users", "In the latest release (shop@2.4.0)", "Commit"] {
        assert!(page.text().contains(offered), "{offered}: {}", page.text());
    }
    assert!(page.html.contains("<option value=\"shop@2.3.0\""), "releases are proposed");
    let day = Timestamp(at.state().clock.now() + 30 * DAY_MS).date();
    for (button, with, reason) in [
        ("archive_until_escalating", "", "Archived by Ada until it escalates".to_owned()),
        ("unresolve", "", "Reopened by Ada".to_owned()),
        ("archive_until_events", "100", "Archived by Ada until 100 more events".to_owned()),
        ("archive_until_users", "10", "Archived by Ada until 10 more users".to_owned()),
        ("archive_until_date", &day, format!("Archived by Ada until {day} 00:00 UTC")),
        ("resolve_in_release", "shop@2.3.0", "Resolved in shop@2.3.0 by Ada".to_owned()),
        ("resolve_in_commit", FIX, "Resolved in commit 1a2b3c4d5e6f by Ada".to_owned()),
    ] {
        let form = [("short_id", "SHOP-1"), ("triage", button), ("with", with)];
        let page = at.submit(ISSUE, "triage_issue", &form, &cookie).await;
        assert!(page.text().contains(&reason), "{button}: {}", page.text());
        assert_eq!(at.standing("SHOP-1").await.2, reason, "{button}");
    }
    at.decide("SHOP-1", json!({"archive": {"events": 1_000}})).await;
    one_more(&at, 3).await;
    assert!(at.see(ISSUE, &cookie).await.text().contains("1 of 1,000 so far"));
    at.report(&feedback(4, "The cart is empty", "shop@2.4.0")).await;
    assert!(at.see("/issues/SHOP-3", &cookie).await.html.contains(">Answered</button>"));
    assert!(!at.see(ISSUE, &cookie).await.html.contains(">Answered</button>"), "an error asks nothing");
    let form = [("short_id", "SHOP-3"), ("triage", "answer")];
    let page = at.submit("/issues/SHOP-3", "triage_issue", &form, &cookie).await;
    assert!(page.text().contains("Answered by Ada") && page.text().contains("Unresolve"), "{}", page.text());
    assert!(at.see("/issues?query=is%3Aanswered", &cookie).await.text().contains("The cart is empty"));
}

async fn what_cannot_be_is_refused_beside_the_form(database: Database) {
    let at = Installation::on(database).await;
    one_more(&at, 1).await;
    let cookie = at.sign_in().await;
    for (button, with, says) in [
        ("archive_until_events", "many", "events: “many” is not a whole number"),
        ("archive_until_events", "0", "events: must be at least one more"),
        ("archive_until_users", "-3", "users: “-3” is not a whole number"),
        ("archive_until_date", "soon", "date: “soon” is not a day, as in 2026-12-24"),
        ("archive_until_date", "1999-12-31", "date: 1999-12-31 00:00 UTC has passed already"),
        ("archive_until_date", "9999-12-31", "date: is more than ten years away"),
        ("resolve_in_release", "shop@9.9.9", "release: there is no release “shop@9.9.9” in this project"),
        ("resolve_in_commit", "HEAD", "commit: is no commit: 7 to 64 hexadecimal digits"),
        ("answer", "", "status: can be answered for feedback only"),
    ] {
        let form = [("short_id", "SHOP-1"), ("triage", button), ("with", with)];
        let page = at.submit(ISSUE, "triage_issue", &form, &cookie).await;
        assert!(page.text().contains(says), "{button} {with}: {}", page.text());
    }
    assert_eq!(at.standing("SHOP-1").await, words("unresolved", "new", ""), "nothing happened");
    assert!(at.said("SHOP-1").await.is_empty());
    for (body, field) in [
        (json!({"archive": {"events": 1, "users": 1}}), "archive"),
        (json!({"archive": {"weeks": 1}}), "body"),
        (json!({"status": "unresolved", "archive": {}}), "archive"),
        (json!({"priority": "urgent"}), "body"),
    ] {
        assert_eq!(at.refused("SHOP-1", body.clone()).await.0, field, "{body}");
    }
}
