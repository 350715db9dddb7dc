//! Every read of issues, feedback, releases and the overview against one small story in a real database.
//!
//! The shop has releases 2.3.0, 2.4.0 and 2.10.0. A crash is known since 2.3.0, a typo is new in 2.10.0, a timeout was
//! resolved and came back in 2.10.0, and two people wrote that checkout hangs, one of them about the crash.

mod story;

use fieldfare_app::api::{
    ArchivedUntil, Decision, FeedbackFilter, IssueFilter, IssueSort, ReleaseFilter, ResolvedIn, Status, Substatus,
};
use story::{CRASH, NOW, Story, event_id};

use crate::error::Error;
use crate::issues::{self, Change};
use crate::{feedback, overview, releases};

async fn found(story: &Story, query: &str) -> Vec<String> {
    let filter = IssueFilter { query: Some(query.to_owned()), ..IssueFilter::default() };
    let inbox = issues::inbox(story.sources(), NOW, &story.ada, &filter).await.unwrap();
    assert_eq!(inbox.total, inbox.issues.data.len() as u64, "{query}");
    inbox.issues.data.into_iter().map(|issue| issue.short_id).collect()
}

#[tokio::test]
async fn the_inbox_answers_every_term_that_is_not_the_indexs() {
    let story = Story::begin().await;
    #[rustfmt::skip]
    let table: [(&str, &[&str]); 20] = [
        ("",                                  &["SHOP-3", "SHOP-2", "SHOP-1", "SHOP-4"]),
        ("is:resolved",                       &["SHOP-5"]),
        ("-is:resolved kind:error",           &["SHOP-3", "SHOP-2", "SHOP-1"]),
        ("is:regressed",                      &["SHOP-3"]),
        ("-is:regressed is:unresolved",       &["SHOP-2", "SHOP-1", "SHOP-4"]),
        ("kind:feedback",                     &["SHOP-4"]),
        ("level:fatal",                       &["SHOP-1"]),
        ("assigned:me",                       &["SHOP-1"]),
        ("assigned:ada@example.org",          &["SHOP-1"]),
        ("-assigned:me kind:error is:unresolved", &["SHOP-3", "SHOP-2"]),
        ("is:unassigned kind:error is:unresolved", &["SHOP-3", "SHOP-2"]),
        ("release:2.3.0",                     &["SHOP-1", "SHOP-5"]),
        ("-release:2.3.0",                    &["SHOP-3", "SHOP-2", "SHOP-4"]),
        ("release:>=2.4.0",                   &["SHOP-3", "SHOP-2", "SHOP-1", "SHOP-4"]),
        ("release:<2.4.0",                    &["SHOP-1", "SHOP-5"]),
        ("release:2.1*",                      &["SHOP-3", "SHOP-2"]),
        ("release:latest",                    &["SHOP-3", "SHOP-2"]),
        ("environment:staging",               &["SHOP-2"]),
        ("project:shop is:linked",            &["SHOP-1"]),
        ("project:other",                     &[]),
    ];
    for (query, expected) in table {
        assert_eq!(found(&story, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn the_fields_of_the_inbox_narrow_and_sort_it() {
    let story = Story::begin().await;
    let filter = IssueFilter {
        project: Some("shop".to_owned()),
        release: Some("2.10.0".to_owned()),
        environment: Some("production".to_owned()),
        sort: Some(IssueSort::Events),
        ..IssueFilter::default()
    };
    let inbox = issues::inbox(story.sources(), NOW, &story.ada, &filter).await.unwrap();
    let ids: Vec<_> = inbox.issues.data.iter().map(|issue| issue.short_id.as_str()).collect();
    assert_eq!(ids, ["SHOP-3"]);
    assert_eq!(inbox.environments, ["production", "staging"]);
    assert_eq!(inbox.releases, ["2.10.0", "2.4.0", "2.3.0"]);
    assert!(inbox.anything);
    let missing = IssueFilter { project: Some("nowhere".to_owned()), ..IssueFilter::default() };
    let refused = issues::inbox(story.sources(), NOW, &story.ada, &missing).await;
    assert!(matches!(refused, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn cursors_lead_through_every_issue_once() {
    let story = Story::begin().await;
    story.add_issues(120).await;
    for sort in IssueSort::ALL {
        let mut filter = IssueFilter { sort: Some(*sort), ..IssueFilter::default() };
        let mut seen = Vec::new();
        loop {
            let page = issues::list(story.sources(), NOW, &story.ada, &filter).await.unwrap();
            seen.extend(page.data.into_iter().map(|issue| issue.id));
            filter.cursor = page.next;
            if filter.cursor.is_none() {
                break;
            }
        }
        let mut unique = seen.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!((seen.len(), unique.len()), (124, 124), "{sort}");
    }
}

#[tokio::test]
async fn an_issue_carries_its_releases_newest_first_and_its_trend() {
    let story = Story::begin().await;
    let detail = issues::get(story.db(), NOW, &story.ada, "shop-1").await.unwrap();
    let versions: Vec<_> = detail.issue.releases.iter().map(|seen| (seen.version.as_str(), seen.events)).collect();
    assert_eq!(versions, [("2.4.0", 3), ("2.3.0", 7)]);
    assert_eq!(
        (detail.issue.first_release.as_deref(), detail.issue.last_release.as_deref()),
        (Some("2.3.0"), Some("2.4.0"))
    );
    assert_eq!(detail.issue.assignee.as_deref(), Some("ada@example.org"));
    assert_eq!((detail.issue.trend[13], detail.issue.trend[12], detail.issue.trend[0]), (3, 7, 0));
    assert_eq!(detail.feedback.len(), 1, "the feedback about one of its events");
    assert_eq!((detail.incidents.len(), detail.open_incidents.len(), detail.members.len()), (1, 1, 1));
    let by_number = issues::get(story.db(), NOW, &story.ada, &CRASH.to_string()).await.unwrap();
    assert_eq!(by_number.issue, detail.issue);
    for missing in ["SHOP-99", "OTHER-1", "99", "SHOP", ""] {
        assert!(
            matches!(issues::get(story.db(), NOW, &story.ada, missing).await, Err(Error::NotFound(_))),
            "{missing}"
        );
    }
}

#[tokio::test]
async fn events_have_neighbours_even_within_one_millisecond() {
    let story = Story::begin().await;
    let event = async |which: &str| issues::event_of(story.db(), &story.ada, "SHOP-1", which).await.unwrap().unwrap();
    let latest = event("latest").await;
    assert_eq!((latest.event_id.as_str(), latest.next.clone()), (event_id(3).as_str(), None));
    let middle = event(&latest.previous.unwrap()).await;
    assert_eq!((middle.event_id.clone(), middle.next), (event_id(2), Some(event_id(3))));
    let oldest = event("oldest").await;
    assert_eq!((oldest.event_id, oldest.previous, oldest.next), (event_id(1), None, Some(event_id(2))));
    assert_eq!(middle.attachments.len(), 1);
    assert_eq!(middle.raw, None);

    let whole = issues::event(story.db(), &story.ada, &event_id(2), None).await.unwrap();
    assert_eq!((whole.issue.as_str(), whole.project.as_str()), ("SHOP-1", "shop"));
    assert_eq!(whole.raw.unwrap()["message"], "boom");
    let rows = issues::events(story.db(), &story.ada, "SHOP-1", None).await.unwrap();
    let ids: Vec<_> = rows.data.iter().map(|row| row.event_id.clone()).collect();
    assert_eq!(ids, [event_id(3), event_id(2), event_id(1)]);
    assert_eq!(rows.data[0].environment.as_deref(), Some("production"));
    assert_eq!(issues::event_of(story.db(), &story.ada, "SHOP-4", "latest").await.unwrap(), None);
}

#[tokio::test]
async fn triage_changes_the_issue_and_says_so() {
    let story = Story::begin().await;
    let decision = Some(Decision::Resolve(ResolvedIn::Release(None)));
    let change = Change { decision, assignee: Some(""), ..Change::default() };
    issues::change(&story.store, NOW, &story.ada, "SHOP-1", change).await.unwrap();
    let detail = issues::get(story.db(), NOW, &story.ada, "SHOP-1").await.unwrap();
    assert_eq!((detail.issue.status, detail.issue.assignee), (Status::Resolved, None));
    assert_eq!(detail.status_reason.as_deref(), Some("Resolved in 2.10.0 by Ada"));
    let said: Vec<_> = detail.activity.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(said, ["left this to nobody", "resolved this in 2.10.0"]);
    assert_eq!(story.resolutions().await, [("release".to_owned(), Some(story.release_id("2.10.0").await))]);

    for decision in [Decision::Resolve(ResolvedIn::Now), Decision::Unresolve] {
        let change = Change { decision: Some(decision), ..Change::default() };
        issues::change(&story.store, NOW, &story.ada, "SHOP-1", change).await.unwrap();
    }
    let detail = issues::get(story.db(), NOW, &story.ada, "SHOP-1").await.unwrap();
    assert_eq!((detail.issue.status, detail.issue.substatus), (Status::Unresolved, Some(Substatus::Ongoing)));
    assert_eq!(story.resolutions().await, []);
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let story = Story::begin().await;
    let decision = Some(Decision::Archive(ArchivedUntil::Forever));
    let change = Change { decision, assignee: Some("nobody@example.org"), ..Change::default() };
    let refused = issues::change(&story.store, NOW, &story.ada, "SHOP-1", change).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })));
    let refused = issues::change(&story.store, NOW, &story.guest(), "SHOP-1", Change::default()).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let issue = issues::get(story.db(), NOW, &story.ada, "SHOP-1").await.unwrap();
    assert_eq!((issue.issue.status, issue.activity.len()), (Status::Unresolved, 0));
}

#[tokio::test]
async fn feedback_knows_its_error_its_client_and_its_likes() {
    let story = Story::begin().await;
    let all = feedback::list(story.sources(), NOW, &story.ada, &FeedbackFilter::default()).await.unwrap();
    let said: Vec<_> = all.feedback.data.iter().map(|piece| piece.message.as_str()).collect();
    assert_eq!(said, ["checkout hangs forever", "checkout hangs"]);
    let detail = feedback::get(story.db(), &story.ada, all.feedback.data[1].id).await.unwrap();
    assert_eq!(detail.error.map(|error| (error.issue, error.event_id)), Some(("SHOP-1".to_owned(), event_id(2))));
    assert_eq!((detail.similar, detail.client.len()), (1, 1));
    assert_eq!(detail.feedback.issue, "SHOP-4");

    for (query, expected) in
        [("release:2.4.0", 1), ("is:unresolved", 2), ("-is:unresolved", 0), ("environment:staging", 0)]
    {
        let filter = FeedbackFilter { query: Some(query.to_owned()), ..FeedbackFilter::default() };
        let list = feedback::list(story.sources(), NOW, &story.ada, &filter).await.unwrap();
        assert_eq!(list.feedback.data.len(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_release_counts_what_happened_in_it() {
    let story = Story::begin().await;
    let filter = ReleaseFilter { project: Some("shop".to_owned()), ..ReleaseFilter::default() };
    let list = releases::list(story.db(), NOW, &story.ada, &filter).await.unwrap();
    let versions: Vec<_> = list.releases.data.iter().map(|release| release.version.as_str()).collect();
    assert_eq!(versions, ["2.10.0", "2.4.0", "2.3.0"]);
    let elsewhere = ReleaseFilter { environment: Some("staging".to_owned()), ..ReleaseFilter::default() };
    let staged = releases::list(story.db(), NOW, &story.ada, &elsewhere).await.unwrap();
    assert_eq!(staged.releases.data.len(), 1);

    let detail = releases::get(story.db(), NOW, &story.ada, Some("shop"), "2.10.0").await.unwrap();
    let counts = (detail.release.new_issues, detail.release.regressed_issues, detail.release.events);
    assert_eq!(counts, (1, 1, 6));
    assert_eq!(detail.previous.map(|release| release.version).as_deref(), Some("2.4.0"));
    assert_eq!(detail.new[0].short_id, "SHOP-2");
    assert_eq!(detail.regressed[0].short_id, "SHOP-3");
    assert!(detail.ongoing.is_empty());
    assert_eq!((detail.health.sessions, detail.health.healthy, detail.health.crashed), (110, 95, 3));
    assert_eq!((detail.health.users, detail.health.crash_free_users), (2, Some(0.5)));
    assert_eq!(detail.health.adoption, Some(0.55));
    let environments: Vec<_> =
        detail.environments.iter().map(|(name, health)| (name.as_str(), health.sessions)).collect();
    assert_eq!(environments, [("production", 100), ("staging", 10)]);
    let staging = releases::health(story.db(), NOW, None, "2.10.0", Some("staging")).await.unwrap();
    assert_eq!((staging.sessions, staging.users), (10, 1));
    assert!(matches!(releases::find(story.db(), None, "9.9.9").await, Err(Error::NotFound(_))));
    assert_eq!(releases::latest(story.db(), 1).await.unwrap().unwrap().version, "2.10.0");
}

#[tokio::test]
async fn the_overview_shows_what_needs_attention() {
    let story = Story::begin().await;
    let page = overview::overview(story.db(), NOW, &story.ada).await.unwrap();
    let shop = page.projects.iter().find(|of| of.project.slug == "shop").unwrap();
    assert_eq!((shop.unresolved, shop.new_today), (4, 1));
    assert_eq!(shop.latest.as_ref().map(|release| release.version.as_str()), Some("2.10.0"));
    assert_eq!(shop.trend[13], 3 + 6);
    let fresh: Vec<_> = page.issues.iter().map(|issue| issue.short_id.as_str()).collect();
    assert_eq!(fresh, ["SHOP-3", "SHOP-4", "SHOP-2"]);
    assert_eq!((page.feedback.len(), page.open_incidents.len()), (2, 1));
}
