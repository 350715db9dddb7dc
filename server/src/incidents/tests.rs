use fieldfare_app::api::{IncidentStatus, Role, Severity, Viewer};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use tempfile::TempDir;

use super::*;
use crate::store::entities::{activity, issue, issue_release, member, notification, organization, project, release};
use crate::store::{Store, connect};

struct World {
    _data: TempDir,
    store: Store,
    ada: Viewer,
}

impl World {
    /// One member who hears of incidents, one project with two issues, two releases.
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = connect::open(data.path(), None).await.unwrap();
        connect::migrate(&store).await.unwrap();
        let ada = Viewer {
            member_id: 1,
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role: Role::Developer,
            organization: "Acme".to_owned(),
        };
        let world = Self { _data: data, store, ada };
        world.people().await;
        world.project().await;
        world
    }

    async fn people(&self) {
        let db = self.store.writer();
        let acme = organization::ActiveModel {
            id: Set(1),
            slug: Set("acme".into()),
            name: Set("Acme".into()),
            created_at: Set(0),
        };
        organization::Entity::insert(acme).exec(db).await.unwrap();
        let ada = member::ActiveModel {
            id: Set(1),
            organization_id: Set(1),
            email: Set("ada@example.org".into()),
            name: Set("Ada".into()),
            password_hash: Set(String::new()),
            role: Set("developer".into()),
            mail_new_issue: Set(false),
            mail_regression: Set(false),
            mail_feedback: Set(false),
            mail_incident: Set(true),
            mail_followed: Set(true),
            mail_mention: Set(true),
            created_at: Set(0),
        };
        member::Entity::insert(ada).exec(db).await.unwrap();
    }

    async fn project(&self) {
        let db = self.store.writer();
        let shop = project::ActiveModel {
            id: Set(1),
            organization_id: Set(1),
            slug: Set("web-shop".into()),
            name: Set("Shop".into()),
            platform: Set("javascript".into()),
            allowed_origins: Set(String::new()),
            issue_count: Set(2),
            created_at: Set(0),
        };
        project::Entity::insert(shop).exec(db).await.unwrap();
        for number in [1, 2] {
            self.issue(number).await;
        }
        for (id, version) in [(1, "2.10.0"), (2, "2.9.0"), (3, "nightly")] {
            let row = release::ActiveModel {
                id: Set(id),
                project_id: Set(1),
                version: Set(version.into()),
                sort_key: Set(None),
                first_seen: Set(id),
                last_seen: Set(id),
                released_at: Set(None),
                archived_at: Set(None),
            };
            release::Entity::insert(row).exec(db).await.unwrap();
        }
        for (issue_id, release_id) in [(1, 1), (1, 2), (2, 2), (2, 3)] {
            let row = issue_release::ActiveModel {
                project_id: Set(1),
                issue_id: Set(issue_id),
                release_id: Set(release_id),
                events: Set(1),
                users: Set(0),
                first_seen: Set(0),
                last_seen: Set(0),
            };
            issue_release::Entity::insert(row).exec(db).await.unwrap();
        }
    }

    async fn issue(&self, number: i64) {
        let row = issue::ActiveModel {
            id: Set(number),
            project_id: Set(1),
            number: Set(number),
            kind: Set("error".into()),
            title: Set("TypeError".into()),
            culprit: Set(None),
            level: Set("error".into()),
            status: Set("unresolved".into()),
            substatus: Set(None),
            status_reason: Set(None),
            priority: Set("high".into()),
            assignee_id: Set(None),
            team_id: Set(None),
            first_seen: Set(0),
            last_seen: Set(0),
            events: Set(1),
            users: Set(0),
            first_release_id: Set(1),
            last_release_id: Set(1),
            ..Default::default()
        };
        issue::Entity::insert(row).exec(self.store.writer()).await.unwrap();
    }

    /// Runs one change as one transaction, as the edges do.
    async fn change<T>(&self, change: impl AsyncFnOnce(&Tx) -> Result<T>) -> Result<T> {
        let tx = self.store.begin().await?;
        let done = change(&tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn declare(&self, now: i64, title: &str, issue: &str) -> Result<i64> {
        let new = NewIncident { title, severity: Severity::Major, note: "It began at noon.", issue };
        self.change(async |tx| declare(tx, &self.ada, now, new).await).await
    }

    async fn update(&self, now: i64, number: i64, status: IncidentStatus, note: &str) -> Result<()> {
        let update = Update { status, severity: Severity::Major, note };
        self.change(async |tx| super::update(tx, &self.ada, now, number, update).await).await
    }

    async fn mails(&self) -> Vec<String> {
        let rows = notification::Entity::find().order_by_asc(notification::Column::Id);
        rows.all(self.store.reader()).await.unwrap().into_iter().map(|row| row.kind).collect()
    }

    async fn activity(&self, issue_id: i64) -> Vec<String> {
        let rows = activity::Entity::find().order_by_asc(activity::Column::Id).all(self.store.reader()).await.unwrap();
        rows.into_iter().filter(|row| row.issue_id == issue_id).map(|row| row.what).collect()
    }

    async fn timeline(&self, number: i64) -> Vec<(String, String)> {
        let detail = get(self.store.reader(), 100, number).await.unwrap();
        detail.incident.timeline.into_iter().map(|entry| (entry.kind, entry.text)).collect()
    }
}

fn lines(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned())).collect()
}

#[tokio::test]
async fn an_incident_runs_from_declared_to_resolved_and_may_open_again() {
    let world = World::new().await;
    assert_eq!(world.declare(10, " Checkout\r\n fails ", "web-shop-1").await.unwrap(), 1);
    world.update(20, 1, IncidentStatus::Identified, "It is the basket.").await.unwrap();
    world.update(30, 1, IncidentStatus::Resolved, "").await.unwrap();
    let incident = get(world.store.reader(), 100, 1).await.unwrap().incident;
    assert_eq!((incident.title.as_str(), incident.status), ("Checkout fails", IncidentStatus::Resolved));
    assert_eq!((incident.declared_at.0, incident.resolved_at.map(|at| at.0)), (10, Some(30)));
    assert_eq!((incident.declared_by.as_deref(), incident.issues), (Some("Ada"), vec!["WEB-SHOP-1".to_owned()]));
    assert_eq!(incident.releases, ["2.10.0", "2.9.0"]);
    world.update(40, 1, IncidentStatus::Resolved, "Post-mortem on Friday.").await.unwrap();
    assert_eq!(get(world.store.reader(), 100, 1).await.unwrap().incident.resolved_at.map(|at| at.0), Some(30));
    world.update(50, 1, IncidentStatus::Monitoring, "").await.unwrap();
    assert_eq!(get(world.store.reader(), 100, 1).await.unwrap().incident.resolved_at, None);
    let expected = lines(&[
        ("declared", "It began at noon."),
        ("linked", "WEB-SHOP-1"),
        ("status", "investigating → identified"),
        ("note", "It is the basket."),
        ("resolved", "identified → resolved"),
        ("note", "Post-mortem on Friday."),
        ("status", "resolved → monitoring"),
    ]);
    assert_eq!(world.timeline(1).await, expected);
    let expected =
        ["incident_declared", "incident_updated", "incident_resolved", "incident_updated", "incident_updated"];
    assert_eq!(world.mails().await, expected, "one mail an update");
    let expected = ["linked this to incident #1", "resolved incident #1", "opened incident #1 again"];
    assert_eq!(world.activity(1).await, expected);
    let changes = changes::after(world.store.reader(), 0, 100).await.unwrap();
    assert!(changes.iter().all(|(_, change)| *change == Change::Incident { incident_id: 1 }));
    assert_eq!(changes.len(), 5);
}

#[tokio::test]
async fn issues_are_linked_and_unlinked_in_both_timelines() {
    let world = World::new().await;
    let number = world.declare(10, "Checkout fails", "").await.unwrap();
    let link = async |issue: &str| world.change(async |tx| link(tx, &world.ada, 20, number, issue).await).await;
    let unlink = async |issue: &str| world.change(async |tx| unlink(tx, &world.ada, 30, number, issue).await).await;
    link("WEB-SHOP-1").await.unwrap();
    link("2").await.unwrap();
    assert!(matches!(link("WEB-SHOP-1").await, Err(Error::Conflict(_))));
    assert!(matches!(link("WEB-SHOP-9").await, Err(Error::Invalid { field, .. }) if field == "issue"));
    let incident = get(world.store.reader(), 100, number).await.unwrap().incident;
    assert_eq!(incident.issues, ["WEB-SHOP-1", "WEB-SHOP-2"]);
    assert_eq!(incident.releases, ["2.10.0", "2.9.0", "nightly"]);
    let linked = get(world.store.reader(), 100, number).await.unwrap().linked;
    assert_eq!(linked.iter().map(|issue| issue.id).collect::<Vec<_>>(), [1, 2]);
    let links = for_issue(world.store.reader(), 1).await.unwrap();
    assert_eq!(links.iter().map(|link| link.number).collect::<Vec<_>>(), [number]);
    unlink("WEB-SHOP-1").await.unwrap();
    assert!(matches!(unlink("WEB-SHOP-1").await, Err(Error::NotFound(_))));
    assert!(for_issue(world.store.reader(), 1).await.unwrap().is_empty());
    assert_eq!(world.activity(1).await, ["linked this to incident #1", "unlinked this from incident #1"]);
    let kinds: Vec<String> = world.timeline(number).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["declared", "linked", "linked", "unlinked"]);
    assert_eq!(world.mails().await, ["incident_declared"], "links owe no mail");
}

#[tokio::test]
async fn open_incidents_come_first_then_the_newest_over_all_pages() {
    let world = World::new().await;
    for number in 1..=60 {
        assert_eq!(world.declare(number, "x", "").await.unwrap(), number);
    }
    for number in [59, 60] {
        world.update(100, number, IncidentStatus::Resolved, "").await.unwrap();
    }
    let db = world.store.reader();
    let first = list(db, None).await.unwrap();
    let second = list(db, first.next.as_deref()).await.unwrap();
    assert_eq!((first.data.len(), second.next), (50, None));
    let numbers: Vec<i64> = first.data.iter().chain(&second.data).map(|incident| incident.number).collect();
    assert_eq!(numbers, (1..=58).rev().chain([60, 59]).collect::<Vec<_>>());
    assert_eq!(open(db).await.unwrap().first().map(|link| link.number), Some(58));
    assert!(list(db, Some("nonsense")).await.is_err());
}

#[tokio::test]
async fn what_is_wrong_changes_nothing_and_says_which_field() {
    let mut world = World::new().await;
    let long = "é".repeat(TITLE_CHARS_MAX + 1);
    for (title, issue, expected) in [(" \n ", "", "title"), (&long, "", "title"), ("x", "WEB-SHOP-9", "issue")] {
        let refused = world.declare(10, title, issue).await;
        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == expected));
    }
    assert!(world.declare(10, &long[2..], "").await.is_ok(), "characters are counted, not bytes");
    for note in ["", "  ", "x".repeat(NOTE_CHARS_MAX + 1).as_str()] {
        let refused = world.update(20, 1, IncidentStatus::Investigating, note).await;
        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "note"));
    }
    assert!(matches!(world.update(20, 9, IncidentStatus::Resolved, "").await, Err(Error::NotFound(_))));
    world.ada.role = Role::Viewer;
    assert!(matches!(world.declare(30, "x", "").await, Err(Error::Forbidden)));
    assert!(matches!(world.update(30, 1, IncidentStatus::Resolved, "").await, Err(Error::Forbidden)));
    assert_eq!(world.mails().await.len(), 1);
}
