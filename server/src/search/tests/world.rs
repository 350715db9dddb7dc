//! Rows to search in, and the questions tests ask.

use fieldfare_app::api::{Hit, Role, SearchResults, Viewer};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use tempfile::TempDir;

use super::super::query::parse;
use super::super::{Asker, Search, follower};
use crate::ids::random_uuid;
use crate::store::changes::Change;
use crate::store::entities::{
    environment, event, feedback, incident, incident_entry, issue, organization, project, release,
};
use crate::store::{Store, changes, connect, payload};

/// An exception raised in the program's own code.
pub(super) const FRAMES: &str = r#"{"exception": {"values": [{"type": "TypeError", "value": "x is undefined",
    "stacktrace": {"frames": [{"function": "findUserById", "filename": "app/users.py", "in_app": true}]}}]}}"#;

/// When tests ask.
const NOW: i64 = 1_000;

fn viewer() -> Viewer {
    Viewer {
        member_id: 1,
        name: "Ada".to_owned(),
        email: "ada@acme.com".to_owned(),
        role: Role::Viewer,
        organization: "acme".to_owned(),
    }
}

/// One project, one release, one environment.
pub(super) struct World {
    data: TempDir,
    pub(super) store: Store,
    pub(super) search: Search,
}

impl World {
    pub(super) async fn new() -> Self {
        let data = TempDir::new().unwrap();
        let store = connect::open(data.path(), None).await.unwrap();
        connect::migrate(&store).await.unwrap();
        let search = Search::open(data.path()).unwrap();
        let world = Self { data, store, search };
        world.fill().await;
        world
    }

    async fn fill(&self) {
        let text = |text: &str| Set(text.to_owned());
        let db = self.store.writer();
        let org = organization::ActiveModel { id: NotSet, slug: text("acme"), name: text("Acme"), created_at: Set(0) };
        org.insert(db).await.unwrap();
        let project = project::ActiveModel {
            id: NotSet,
            organization_id: Set(1),
            slug: text("shop"),
            name: text("Shop"),
            platform: text("python"),
            allowed_origins: text("*"),
            issue_count: Set(0),
            created_at: Set(0),
        };
        project.insert(db).await.unwrap();
        let release = release::ActiveModel {
            id: NotSet,
            project_id: Set(1),
            version: text("shop@2.4.0"),
            sort_key: Set(crate::releases::order::sort_key("shop@2.4.0")),
            first_seen: Set(0),
            last_seen: Set(0),
            released_at: Set(None),
            archived_at: Set(None),
        };
        release.insert(db).await.unwrap();
        let environment = environment::ActiveModel { id: NotSet, project_id: Set(1), name: text("production") };
        environment.insert(db).await.unwrap();
    }

    /// Issues are numbered from 1, and seen in the order they are made.
    pub(super) async fn issue(&self, kind: &str, title: &str) -> i64 {
        let number = issue::Entity::find().all(self.store.reader()).await.unwrap().len() as i64 + 1;
        let row = issue::ActiveModel {
            id: NotSet,
            project_id: Set(1),
            number: Set(number),
            kind: Set(kind.to_owned()),
            title: Set(title.to_owned()),
            culprit: Set(None),
            level: Set("error".to_owned()),
            status: Set("unresolved".to_owned()),
            substatus: Set(None),
            status_reason: Set(None),
            priority: Set("medium".to_owned()),
            assignee_id: Set(None),
            team_id: Set(None),
            first_seen: Set(number),
            last_seen: Set(number),
            events: Set(0),
            users: Set(0),
            first_release_id: Set(0),
            last_release_id: Set(0),
            ..Default::default()
        };
        let issue_id = row.insert(self.store.writer()).await.unwrap().id;
        self.changed(Change::Issue { project_id: 1, issue_id }).await;
        issue_id
    }

    pub(super) async fn event(&self, issue_id: i64, title: &str, json: &str) {
        let event_id = random_uuid();
        let row = event::ActiveModel {
            project_id: Set(1),
            event_id: Set(event_id),
            issue_id: Set(issue_id),
            hash: Set(event_id),
            level: Set("error".to_owned()),
            title: Set(title.to_owned()),
            happened_at: Set(issue_id),
            received_at: Set(issue_id),
            release_id: Set(1),
            environment_id: Set(1),
            user_key: Set(None),
            payload: Set(payload::pack(json.as_bytes()).unwrap()),
        };
        row.insert(self.store.writer()).await.unwrap();
        self.changed(Change::Event { project_id: 1, event_id }).await;
    }

    pub(super) async fn feedback(&self, issue_id: i64, message: &str, email: &str) -> i64 {
        let row = feedback::ActiveModel {
            id: NotSet,
            project_id: Set(1),
            event_id: Set(random_uuid()),
            issue_id: Set(issue_id),
            message: Set(message.to_owned()),
            name: Set(None),
            email: Set(Some(email.to_owned())),
            url: Set(None),
            source: Set(None),
            kind: Set("bug".to_owned()),
            rating: Set(None),
            release_id: Set(1),
            environment_id: Set(1),
            associated_event_id: Set(Some(random_uuid())),
            signature: Set(0),
            created_at: Set(1),
            payload: Set(payload::pack(b"{}").unwrap()),
        };
        let feedback_id = row.insert(self.store.writer()).await.unwrap().id;
        self.changed(Change::Feedback { project_id: 1, feedback_id }).await;
        feedback_id
    }

    pub(super) async fn incident(&self, title: &str, note: &str) {
        let row = incident::ActiveModel {
            id: NotSet,
            organization_id: Set(1),
            number: Set(1),
            title: Set(title.to_owned()),
            severity: Set("major".to_owned()),
            status: Set("investigating".to_owned()),
            declared_by: Set(None),
            declared_at: Set(1),
            resolved_at: Set(None),
        };
        let incident_id = row.insert(self.store.writer()).await.unwrap().id;
        let line = incident_entry::ActiveModel {
            id: NotSet,
            incident_id: Set(incident_id),
            member_id: Set(None),
            happened_at: Set(1),
            kind: Set("note".to_owned()),
            text: Set(note.to_owned()),
        };
        line.insert(self.store.writer()).await.unwrap();
        self.changed(Change::Incident { incident_id }).await;
    }

    pub(super) async fn rename(&self, issue_id: i64, title: &str) {
        let row = issue::ActiveModel { id: Set(issue_id), title: Set(title.to_owned()), ..Default::default() };
        row.update(self.store.writer()).await.unwrap();
        self.changed(Change::Issue { project_id: 1, issue_id }).await;
    }

    pub(super) async fn delete(&self, issue_id: i64) {
        issue::Entity::delete_by_id(issue_id).exec(self.store.writer()).await.unwrap();
        self.changed(Change::Issue { project_id: 1, issue_id }).await;
    }

    async fn changed(&self, change: Change) {
        let tx = self.store.begin().await.unwrap();
        changes::record(&tx, &[change]).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn index(&self) {
        while follower::catch_up(&self.search, &self.store).await.unwrap() > 0 {}
    }

    /// The issues that a query asks for, seen last first.
    pub(super) async fn issues(&self, query: &str) -> Vec<i64> {
        self.issues_of(query, None).await.0
    }

    /// The issues that a query asks for, as far as the index looks in these projects, and the hints.
    pub(super) async fn issues_of(&self, query: &str, projects: Option<&[i64]>) -> (Vec<i64>, Vec<String>) {
        let (db, viewer) = (self.store.reader(), viewer());
        let asker = Asker { viewer: &viewer, now: NOW };
        let asked = self.search.on_issues(db, asker, &parse(query), projects).await.unwrap();
        let select = issue::Entity::find().select_only().column(issue::Column::Id).filter(asked.condition);
        let found = select.order_by_desc(issue::Column::LastSeen).into_tuple().all(db).await.unwrap();
        (found, asked.hints)
    }

    /// How SQLite carries out the first page of an inbox with a query.
    pub(super) async fn plan(&self, query: &str) -> Vec<String> {
        let (db, viewer) = (self.store.reader(), viewer());
        let asker = Asker { viewer: &viewer, now: NOW };
        let asked = self.search.on_issues(db, asker, &parse(query), None).await.unwrap();
        let select = issue::Entity::find().select_only().column(issue::Column::Id).filter(asked.condition);
        let select =
            select.filter(issue::Column::Status.eq("unresolved")).order_by_desc(issue::Column::LastSeen).limit(51);
        let mut statement = select.build(db.get_database_backend());
        statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let steps = db.query_all_raw(statement).await.unwrap();
        steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect()
    }

    pub(super) async fn feedback_of(&self, query: &str) -> Vec<i64> {
        let (db, viewer) = (self.store.reader(), viewer());
        let asker = Asker { viewer: &viewer, now: NOW };
        let asked = self.search.on_feedback(db, asker, &parse(query), None).await.unwrap();
        let select = feedback::Entity::find().select_only().column(feedback::Column::Id).filter(asked.condition);
        select.into_tuple().all(db).await.unwrap()
    }

    pub(super) async fn results(&self, query: &str, cursor: Option<&str>) -> SearchResults {
        let viewer = viewer();
        let asker = Asker { viewer: &viewer, now: NOW };
        self.search.search(&self.store, asker, &parse(query), cursor).await.unwrap()
    }

    pub(super) async fn hits(&self, query: &str) -> Vec<Hit> {
        self.results(query, None).await.data
    }

    pub(super) fn reopen(&mut self) {
        self.close();
        self.search = Search::open(self.data.path()).unwrap();
    }

    /// Breaks the index on disk and opens what is left.
    pub(super) fn damage(&mut self) {
        self.close();
        std::fs::write(self.data.path().join("search/v1/meta.json"), "no index").unwrap();
        self.search = Search::open(self.data.path()).unwrap();
    }

    /// Lets go of the index, which only one handle may write.
    fn close(&mut self) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.search = Search::open(elsewhere.path()).unwrap();
    }
}
