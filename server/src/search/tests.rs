//! The index over real tables in a directory of its own.

mod world;

use fieldfare_app::api::HitKind;

use super::follower::{self, Counts};
use world::World;

#[tokio::test]
async fn code_is_found_by_the_parts_of_its_names() {
    let world = World::new().await;
    let issue = world.issue("error", "TypeError: x is undefined").await;
    world.event(issue, "TypeError: x is undefined", world::FRAMES).await;
    world.index().await;
    for query in ["user", "findUserById", "finduserbyid", "\"find user\"", "users.py", "app/users.py", "find*"] {
        assert_eq!(world.issues(query).await, vec![issue], "{query}");
    }
    for query in ["\"user find\"", "finduser", "zebra", "find*zebra"] {
        assert_eq!(world.issues(query).await, Vec::<i64>::new(), "{query}");
    }
}

#[tokio::test]
async fn issues_are_named_by_words_tags_and_people() {
    let world = World::new().await;
    let (pro, free) = (world.issue("error", "Checkout hangs").await, world.issue("error", "Login hangs").await);
    world.event(pro, "Checkout hangs", r#"{"tags": {"plan": "Pro"}, "user": {"email": "Ada@acme.com"}}"#).await;
    world.event(free, "Login hangs", r#"{"tags": {"plan": "free"}, "user": {"id": 7, "ip_address": "::1"}}"#).await;
    world.index().await;
    for (query, expected) in [
        ("hang", vec![free, pro]),
        ("hanging checkout", vec![pro]),
        ("\"hang\"", vec![]),
        ("-checkout", vec![free]),
        ("hangs -plan:free", vec![pro]),
        ("plan:pro", vec![pro]),
        ("plan:p*", vec![pro]),
        ("plan:[pro,free]", vec![free, pro]),
        ("has:plan -user:7", vec![pro]),
        ("has:user", vec![free, pro]),
        ("has:screenshot", vec![]),
        ("user.email:*@acme.com", vec![pro]),
        ("user:ada@acme.com", vec![pro]),
        ("ada@acme.com", vec![pro]),
        ("user:\"*.com)(\"", vec![]),
        ("checkout OR plan:free", vec![free, pro]),
        ("hangs (checkout OR plan:pro)", vec![pro]),
        ("checkout plan:free", vec![]),
        ("-(checkout OR plan:free)", vec![]),
        ("is:resolved OR checkout", vec![pro]),
        ("is:unresolved (events:>5 OR plan:free)", vec![free]),
        ("-(is:unresolved plan:free)", vec![pro]),
        ("is:unresolved -(hangs -checkout)", vec![pro]),
    ] {
        assert_eq!(world.issues(query).await, expected, "{query}");
    }
    assert_eq!(world.issues_of("hangs", Some(&[99])).await.0, Vec::<i64>::new());
}

/// Tables that grow with events.
const LARGE: [&str; 6] = ["event", "feedback", "issue_release", "issue_environment", "issue_hour", "regression"];

#[tokio::test]
async fn a_list_never_reads_a_whole_table_of_counters() {
    let world = World::new().await;
    for query in [
        "release:2.4.0",
        "-release:>=2.4.0",
        "release:latest environment:production",
        "first_release:=2.4.0 OR last_release:2.*",
        "regressed_in:latest",
        "environment:prod* OR plan:pro",
        "checkout (linked:#1 OR issue:SHOP-1 OR assigned:me)",
        "first_seen:-7d users:>10",
    ] {
        let steps = world.plan(query).await;
        let whole = steps.iter().find(|step| {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            table.is_some_and(|table| LARGE.contains(&table))
                || (LARGE.iter().any(|table| step.starts_with(&format!("SEARCH {table} ")))
                    && step.ends_with("(project_id=?)"))
        });
        assert!(whole.is_none(), "{query}: {steps:#?}");
    }
    let lately = world.plan("first_seen:-7d users:>10").await;
    assert!(lately[0].contains("issue_by_last_seen (status=? AND last_seen>?)"), "{lately:#?}");
}

#[tokio::test]
async fn names_that_nobody_has_are_said() {
    let world = World::new().await;
    for (query, hint) in [
        ("project:moon", "There is no project “moon”."),
        ("assigned:somebody", "There is no member called “somebody”."),
        ("assigned:#night", "There is no team of the name “night”."),
        ("release:9.9", "There is no release “9.9”."),
        ("release:>=nightly", "“nightly” is not a version that others can be compared with, as 2.4.0 is."),
    ] {
        assert_eq!(world.issues_of(query, None).await.1, [hint], "{query}");
        assert_eq!(world.results(query, None).await.hints, [hint], "{query}");
    }
    for query in ["project:sh*p", "release:2.4.0", "release:shop*", "release:latest", "assigned:me"] {
        assert!(world.issues_of(query, None).await.1.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn feedback_is_found_by_what_it_says_and_who_wrote_it() {
    let world = World::new().await;
    let issue = world.issue("feedback", "The button does nothing").await;
    let feedback = world.feedback(issue, "The button does nothing 東京", "bob@example.com").await;
    world.index().await;
    for query in [
        "buttons",
        "東",
        "user:bob@example.com",
        "bob@example.com",
        "type:bug",
        "has:error -zebra",
        "zebra OR buttons is:unresolved",
    ] {
        assert_eq!(world.feedback_of(query).await, [feedback], "{query}");
    }
    let hits = world.hits("kind:feedback button").await;
    assert_eq!((hits[0].kind, hits[0].id.as_str(), hits[0].issue.as_str()), (HitKind::Feedback, "1", "SHOP-1"));
    assert!(world.hits("kind:error button").await.is_empty());
}

#[tokio::test]
async fn an_issue_is_one_hit_with_an_escaped_snippet() {
    let world = World::new().await;
    let issue = world.issue("error", "Broken page").await;
    for _ in 0..30 {
        let payload = r#"{"message": "see <script>alert('checkout')</script> & more"}"#;
        world.event(issue, "Broken page", payload).await;
    }
    world.index().await;
    let hits = world.hits("checkout").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (hits[0].kind, hits[0].issue.as_str(), hits[0].title.as_str()),
        (HitKind::Event, "SHOP-1", "Broken page")
    );
    assert_eq!((hits[0].release.as_deref(), hits[0].environment.as_deref()), (Some("shop@2.4.0"), Some("production")));
    let snippet = &hits[0].snippet;
    assert!(snippet.contains("<b>checkout</b>") && snippet.contains("&lt;script&gt;"), "{snippet}");
    let plain = &world.hits("is:unresolved").await[0].snippet;
    assert!(!plain.contains("<script>"), "{plain}");
}

#[tokio::test]
async fn hits_are_narrowed_by_what_the_tables_know() {
    let world = World::new().await;
    let issue = world.issue("error", "Checkout hangs").await;
    world.event(issue, "Checkout hangs", "{}").await;
    world.incident("Checkout is down", "Rolled back checkout").await;
    world.index().await;
    for (query, expected) in [
        ("checkout", 2),
        ("checkout is:unresolved", 1),
        ("checkout -is:unresolved", 0),
        ("checkout assigned:nobody", 1),
        ("checkout assigned:me", 0),
        ("is:linked", 0),
        ("release:2.4.0", 1),
        ("release:>=2.4 level:error environment:production project:shop", 1),
        ("release:>2.4", 0),
        ("release:latest", 1),
        ("checkout -level:error", 1),
        ("checkout -level:fatal", 2),
        ("project:nowhere", 0),
        ("kind:feedback", 0),
        ("rolled", 1),
        ("checkout (is:resolved OR level:error)", 1),
        ("is:resolved OR rolled", 1),
        ("rolled OR -is:unresolved", 1),
        ("checkout OR rolled", 2),
        ("issue:SHOP-1", 1),
        ("issue:SHOP-1 checkout OR rolled", 2),
        ("issue:SHOP-9", 0),
        ("release:=shop@2.4.0 first_seen:<2000-01-01", 1),
    ] {
        assert_eq!(world.hits(query).await.len(), expected, "{query}");
    }
    let incident = &world.hits("rolled").await[0];
    assert_eq!((incident.kind, incident.id.as_str(), incident.issue.as_str()), (HitKind::Incident, "1", ""));
    let unknown = world.results("project:nowhere", None).await;
    assert_eq!(unknown.hints, ["There is no project “nowhere”."]);
}

#[tokio::test]
async fn results_come_in_pages() {
    let world = World::new().await;
    for number in 0..30 {
        world.issue("error", &format!("Checkout {number}")).await;
    }
    world.index().await;
    let first = world.results("checkout", None).await;
    assert_eq!((first.data.len(), first.total, first.next.is_some()), (25, 30, true));
    let second = world.results("checkout", first.next.as_deref()).await;
    assert_eq!((second.data.len(), second.next), (5, None));
    assert!(first.data.iter().all(|hit| !second.data.contains(hit)));
}

#[tokio::test]
async fn what_the_tables_no_longer_hold_is_gone() {
    let world = World::new().await;
    let issue = world.issue("error", "Checkout hangs").await;
    world.index().await;
    world.rename(issue, "Payment hangs").await;
    assert_eq!(world.issues("checkout").await, vec![issue]);
    world.index().await;
    assert_eq!(world.issues("checkout").await, Vec::<i64>::new());
    assert_eq!(world.issues("payment").await, vec![issue]);
    world.delete(issue).await;
    assert!(world.hits("payment").await.is_empty());
    world.index().await;
    assert_eq!(world.issues("payment").await, Vec::<i64>::new());
}

#[tokio::test]
async fn a_reopened_index_knows_its_position_and_a_rebuilt_one_is_the_same() {
    let mut world = World::new().await;
    let issue = world.issue("error", "Checkout hangs").await;
    world.index().await;
    for number in 0..5 {
        world.event(issue, &format!("Checkout {number}"), world::FRAMES).await;
    }
    world.feedback(issue, "It hangs", "bob@example.com").await;
    world.incident("Down", "Now").await;
    world.index().await;
    let (position, documents) = (world.search.position(), world.search.documents());
    assert_eq!((position, documents), (Some(8), 8));

    world.reopen();
    assert_eq!((world.search.position(), world.search.documents()), (position, documents));
    assert_eq!(follower::catch_up(&world.search, &world.store).await.unwrap(), 0);
    let before = world.results("checkout hangs", None).await;
    let counts = follower::reindex(&world.search, &world.store).await.unwrap();
    assert_eq!(counts, Counts { events: 5, feedback: 1, issues: 1, comments: 0, incidents: 1 });
    assert_eq!((world.search.position(), world.search.documents()), (position, documents));
    assert_eq!(world.results("checkout hangs", None).await, before);
}

#[tokio::test]
async fn a_broken_index_is_made_anew() {
    let mut world = World::new().await;
    let issue = world.issue("error", "Checkout hangs").await;
    world.index().await;
    world.damage();
    assert_eq!(world.search.position(), None);
    world.index().await;
    assert_eq!(world.issues("checkout").await, vec![issue]);
}

#[tokio::test]
async fn the_follower_runs_until_it_is_stopped() {
    let world = World::new().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = follower::run(world.search.clone(), world.store.clone(), stop.clone());
    let work = async {
        let issue = world.issue("error", "Checkout hangs").await;
        world.search.wake();
        world.search.caught_up(1).await;
        stop.cancel();
        issue
    };
    let ((), issue) = tokio::join!(running, work);
    assert_eq!(world.issues("checkout").await, vec![issue]);
}
