//! The story the tests read: rows as ingestion would have written them.

use fieldfare_app::api::{Role, Viewer};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::clock::{DAY_MS, HOUR_MS};
use crate::issues::Sources;
use crate::releases::order::sort_key;
use crate::search::Search;
use crate::store::entities::{
    attachment, environment, event, feedback, incident, incident_issue, issue, issue_environment, issue_hour,
    issue_release, issue_state, member, organization, project, regression, release, session_hour, session_user,
};
use crate::store::{Store, connect, payload};

/// Noon of a day.
pub(super) const NOW: i64 = 20_000 * DAY_MS + 12 * HOUR_MS;
/// Ids of the issues, which are their numbers too.
pub(super) const CRASH: i64 = 1;
const TYPO: i64 = 2;
const TIMEOUT: i64 = 3;
const HANGS: i64 = 4;
const OLD: i64 = 5;
const SHOP: i64 = 1;
const PRODUCTION: i64 = 1;
const STAGING: i64 = 2;
const RELEASES: [&str; 3] = ["2.3.0", "2.4.0", "2.10.0"];
const R23: i64 = 1;
const R24: i64 = 2;
const R210: i64 = 3;

pub(super) struct Story {
    pub(super) store: Store,
    pub(super) ada: Viewer,
    search: Search,
    _directory: TempDir,
}

/// The id of the n-th event, as the API writes it.
pub(super) fn event_id(n: u128) -> String {
    Uuid::from_u128(n).simple().to_string()
}

/// Inserts rows of one table.
macro_rules! insert {
    ($db:expr, $table:ident, [$($row:expr),+ $(,)?]) => {
        for row in [$($row),+] {
            $table::Entity::insert(row.into_active_model()).exec_without_returning($db).await.unwrap();
        }
    };
}

impl Story {
    pub(super) async fn begin() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = connect::open(directory.path(), None).await.unwrap();
        connect::migrate(&store).await.unwrap();
        let db = store.writer();
        people(db).await;
        places(db).await;
        issues(db).await;
        counters(db).await;
        events(db).await;
        pieces(db).await;
        sessions(db).await;
        let search = Search::open(directory.path()).unwrap();
        Self { store: store.clone(), ada: viewer(Role::Lead), search, _directory: directory }
    }

    pub(super) fn db(&self) -> &DatabaseConnection {
        self.store.reader()
    }

    pub(super) fn sources(&self) -> Sources<'_> {
        Sources { store: &self.store, search: &self.search }
    }

    /// Somebody who may only look.
    pub(super) fn guest(&self) -> Viewer {
        viewer(Role::Viewer)
    }

    /// Issues that are all alike, so that only their ids tell them apart.
    pub(super) async fn add_issues(&self, many: i64) {
        for number in 100..100 + many {
            insert!(self.store.writer(), issue, [issue_row(number, "alike", "error", (NOW, NOW), (R24, R24))]);
        }
    }

    pub(super) async fn resolutions(&self) -> Vec<(String, Option<i64>)> {
        let select = issue_state::Entity::find()
            .select_only()
            .columns([issue_state::Column::How, issue_state::Column::ReleaseId])
            .filter(issue_state::Column::How.is_not_null());
        select.into_tuple().all(self.db()).await.unwrap()
    }

    pub(super) async fn release_id(&self, version: &str) -> i64 {
        crate::releases::find(self.db(), Some("shop"), version).await.unwrap().id
    }
}

fn viewer(role: Role) -> Viewer {
    Viewer {
        member_id: 1,
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        role,
        organization: "Example".to_owned(),
    }
}

async fn people(db: &DatabaseConnection) {
    insert!(
        db,
        organization,
        [organization::Model { id: 1, slug: "example".into(), name: "Example".into(), created_at: 0 }]
    );
    insert!(
        db,
        member,
        [member::Model {
            id: 1,
            organization_id: 1,
            email: "ada@example.org".into(),
            name: "Ada".into(),
            password_hash: String::new(),
            role: "lead".into(),
            mail_new_issue: true,
            mail_regression: true,
            mail_feedback: true,
            mail_incident: true,
            mail_followed: true,
            mail_mention: true,
            created_at: 0,
        }]
    );
}

async fn places(db: &DatabaseConnection) {
    let row = |id, slug: &str| project::Model {
        id,
        organization_id: 1,
        slug: slug.into(),
        name: slug.into(),
        platform: "other".into(),
        allowed_origins: String::new(),
        issue_count: 5,
        created_at: 0,
    };
    insert!(db, project, [row(SHOP, "shop"), row(2, "other")]);
    for (id, version) in (1..).zip(RELEASES) {
        let seen = NOW - (10 - id) * DAY_MS;
        let row = release::Model {
            id,
            project_id: SHOP,
            version: version.into(),
            sort_key: sort_key(version),
            first_seen: seen,
            last_seen: seen,
            released_at: None,
            archived_at: None,
        };
        insert!(db, release, [row]);
    }
    let row = |id, name: &str| environment::Model { id, project_id: SHOP, name: name.into() };
    insert!(db, environment, [row(PRODUCTION, "production"), row(STAGING, "staging")]);
}

fn issue_row(number: i64, title: &str, kind: &str, (first, last): (i64, i64), (from, to): (i64, i64)) -> issue::Model {
    issue::Model {
        id: number,
        project_id: SHOP,
        number,
        kind: kind.into(),
        title: title.into(),
        culprit: None,
        level: "error".into(),
        status: "unresolved".into(),
        substatus: None,
        status_reason: None,
        priority: "medium".into(),
        assignee_id: None,
        team_id: None,
        first_seen: first,
        last_seen: last,
        events: 1,
        users: 1,
        first_release_id: from,
        last_release_id: to,
        start_priority: "medium".into(),
        priority_reason: "error".into(),
        priority_member_id: None,
    }
}

async fn issues(db: &DatabaseConnection) {
    let row = issue_row;
    let crash = issue::Model {
        level: "fatal".into(),
        assignee_id: Some(1),
        team_id: None,
        events: 10,
        ..row(CRASH, "crash", "error", (NOW - 9 * DAY_MS, NOW - 3), (R23, R24))
    };
    let timeout = issue::Model {
        substatus: Some("regressed".into()),
        events: 5,
        ..row(TIMEOUT, "timeout", "error", (NOW - 30 * DAY_MS, NOW - 1), (0, R210))
    };
    let typo = issue::Model {
        substatus: Some("new".into()),
        ..row(TYPO, "typo", "error", (NOW - 2 * HOUR_MS, NOW - 2), (R210, R210))
    };
    let hangs =
        issue::Model { events: 2, ..row(HANGS, "checkout hangs", "feedback", (NOW - DAY_MS, NOW - 4), (R24, R24)) };
    let old = issue::Model {
        status: "resolved".into(),
        ..row(OLD, "old", "error", (NOW - 20 * DAY_MS, NOW - 9 * DAY_MS), (R23, R23))
    };
    insert!(db, issue, [crash, typo, timeout, hangs, old]);
    let incident = incident::Model {
        id: 1,
        organization_id: 1,
        number: 1,
        title: "Checkout is down".into(),
        severity: "major".into(),
        status: "investigating".into(),
        declared_by: None,
        declared_at: NOW,
        resolved_at: None,
    };
    insert!(db, incident, [incident]);
    let link = incident_issue::Model { incident_id: 1, issue_id: CRASH, linked_by: None, linked_at: NOW };
    insert!(db, incident_issue, [link]);
}

async fn counters(db: &DatabaseConnection) {
    let seen = |issue_id, release_id, events| issue_release::Model {
        project_id: SHOP,
        issue_id,
        release_id,
        events,
        users: 1,
        first_seen: NOW,
        last_seen: NOW,
    };
    let rows = [seen(CRASH, R23, 7), seen(CRASH, R24, 3), seen(TYPO, R210, 1), seen(TIMEOUT, R210, 5)];
    insert!(db, issue_release, [rows[0].clone(), rows[1].clone(), rows[2].clone(), rows[3].clone()]);
    insert!(db, issue_release, [seen(HANGS, R24, 2), seen(OLD, R23, 1)]);
    let hour = |issue_id, hours_ago: i64, release_id, environment_id, events| issue_hour::Model {
        project_id: SHOP,
        issue_id,
        hour: NOW / HOUR_MS - hours_ago,
        release_id,
        environment_id,
        events,
    };
    insert!(db, issue_hour, [hour(CRASH, 24, R23, PRODUCTION, 7), hour(CRASH, 1, R24, PRODUCTION, 3)]);
    insert!(db, issue_hour, [hour(TYPO, 2, R210, STAGING, 1), hour(TIMEOUT, 0, R210, PRODUCTION, 5)]);
    insert!(db, issue_hour, [hour(HANGS, 0, R24, PRODUCTION, 2)]);
    let placed = |issue_id, environment_id| issue_environment::Model {
        project_id: SHOP,
        issue_id,
        environment_id,
        last_seen: NOW,
    };
    insert!(db, issue_environment, [placed(CRASH, PRODUCTION), placed(TIMEOUT, PRODUCTION), placed(TYPO, STAGING)]);
    let came_back = regression::Model {
        id: 1,
        project_id: SHOP,
        issue_id: TIMEOUT,
        release_id: R210,
        happened_at: NOW - HOUR_MS,
        reason: String::new(),
    };
    insert!(db, regression, [came_back]);
}

fn packed(payload: &Value) -> Vec<u8> {
    payload::pack(payload.to_string().as_bytes()).unwrap()
}

async fn events(db: &DatabaseConnection) {
    for (n, happened_at) in [(1, NOW - 10), (2, NOW - 5), (3, NOW - 5)] {
        let row = event::Model {
            project_id: SHOP,
            event_id: Uuid::from_u128(n),
            issue_id: CRASH,
            hash: Uuid::from_u128(9),
            level: "fatal".into(),
            title: "crash".into(),
            happened_at,
            received_at: NOW,
            release_id: R24,
            environment_id: PRODUCTION,
            user_key: Some("u1".into()),
            payload: packed(&json!({"message": "boom"})),
        };
        insert!(db, event, [row]);
    }
    let file = attachment::Model {
        id: 1,
        project_id: SHOP,
        event_id: Uuid::from_u128(2),
        name: "log.txt".into(),
        content_type: "text/plain".into(),
        kind: "event.attachment".into(),
        bytes: 3,
        blob: "abc".into(),
        created_at: NOW,
    };
    insert!(db, attachment, [file]);
}

async fn pieces(db: &DatabaseConnection) {
    let row = |id, message: &str, release_id, about: Option<u128>| feedback::Model {
        id,
        project_id: SHOP,
        event_id: Uuid::from_u128(100 + u128::from(id.unsigned_abs())),
        issue_id: HANGS,
        message: message.into(),
        name: None,
        email: None,
        url: None,
        source: None,
        kind: "bug".into(),
        rating: Some(2),
        release_id,
        environment_id: PRODUCTION,
        associated_event_id: about.map(Uuid::from_u128),
        signature: 0,
        created_at: NOW + id,
        payload: packed(&json!({"contexts": {"browser": {"name": "Firefox"}}})),
    };
    insert!(db, feedback, [row(1, "checkout hangs", R24, Some(2)), row(2, "checkout hangs forever", 0, None)]);
}

async fn sessions(db: &DatabaseConnection) {
    let hour = |release_id, environment_id, sessions, kinds: [i64; 4]| session_hour::Model {
        project_id: SHOP,
        release_id,
        environment_id,
        hour: NOW / HOUR_MS,
        sessions,
        errored: kinds[0],
        unhandled: kinds[1],
        crashed: kinds[2],
        abnormal: kinds[3],
    };
    insert!(db, session_hour, [hour(R210, PRODUCTION, 100, [10, 1, 3, 1]), hour(R210, STAGING, 10, [0; 4])]);
    insert!(db, session_hour, [hour(R24, PRODUCTION, 90, [0; 4])]);
    let user = |environment_id, user_hash, crashed| session_user::Model {
        project_id: SHOP,
        release_id: R210,
        environment_id,
        user_hash,
        crashed,
    };
    insert!(db, session_user, [user(PRODUCTION, 1, true), user(PRODUCTION, 2, false), user(STAGING, 2, false)]);
}
