//! A database with one member who hears of everything and one project.

use std::path::{Path, PathBuf};

use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::jobs::outbox::{self, Message};
use crate::notify::{MailSettings, Mailer, UnsubscribeKey, deliver_due};
use crate::store::entities::{environment, issue, issue_environment, member, notification};
use crate::store::entities::{organization, project, release};
use crate::store::{Store, connect};

pub(super) const NOW: i64 = 1_795_395_723_000;

pub(super) struct World {
    pub(super) data: TempDir,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) mailer: Mailer,
    pub(super) settings: MailSettings,
}

impl World {
    /// A member who hears of everything, one project, mails as files.
    pub(super) async fn new() -> Self {
        Self::with_smtp(None).await
    }

    pub(super) async fn with_smtp(smtp_url: Option<String>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = connect::open(data.path(), None).await.unwrap();
        connect::migrate(&store).await.unwrap();
        let settings = MailSettings {
            smtp_url,
            from: "Fieldfare <mail@example.org>".to_owned(),
            directory: data.path().join("mail"),
            public_url: "https://fare.example.org/".to_owned(),
            unsubscribe_key: UnsubscribeKey::default(),
        };
        let mailer = Mailer::new(&settings).unwrap();
        let world = Self { data, store, clock: Clock::manual(NOW), mailer, settings };
        world.people_and_project().await;
        world
    }

    pub(super) async fn people_and_project(&self) {
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
            role: Set("owner".into()),
            mail_new_issue: Set(true),
            mail_regression: Set(true),
            mail_feedback: Set(true),
            mail_incident: Set(true),
            mail_followed: Set(true),
            mail_mention: Set(true),
            created_at: Set(0),
        };
        member::Entity::insert(ada).exec(db).await.unwrap();
        let shop = project::ActiveModel {
            id: Set(1),
            organization_id: Set(1),
            slug: Set("shop".into()),
            name: Set("Shop".into()),
            platform: Set("javascript".into()),
            allowed_origins: Set(String::new()),
            issue_count: Set(12),
            created_at: Set(0),
        };
        project::Entity::insert(shop).exec(db).await.unwrap();
        for (id, version) in [(1, "2.4.0"), (2, "2.5.0")] {
            let row = release::ActiveModel {
                id: Set(id),
                project_id: Set(1),
                version: Set(version.into()),
                sort_key: Set(Some(version.into())),
                first_seen: Set(id),
                last_seen: Set(id),
                released_at: Set(None),
                archived_at: Set(None),
            };
            release::Entity::insert(row).exec(db).await.unwrap();
        }
    }

    pub(super) async fn issue(&self, number: i64, title: &str) {
        let row = issue::ActiveModel {
            id: Set(number),
            project_id: Set(1),
            number: Set(number),
            kind: Set("error".into()),
            title: Set(title.into()),
            culprit: Set(Some("checkout.js in pay".into())),
            level: Set("error".into()),
            status: Set("unresolved".into()),
            substatus: Set(None),
            status_reason: Set(None),
            priority: Set("high".into()),
            assignee_id: Set(None),
            team_id: Set(None),
            first_seen: Set(NOW),
            last_seen: Set(NOW),
            events: Set(3),
            users: Set(1),
            first_release_id: Set(1),
            last_release_id: Set(1),
            ..Default::default()
        };
        let db = self.store.writer();
        issue::Entity::insert(row).exec(db).await.unwrap();
        let production =
            environment::ActiveModel { id: NotSet, project_id: Set(1), name: Set(format!("live{number}")) };
        let environment_id = environment::Entity::insert(production).exec(db).await.unwrap().last_insert_id;
        let seen = issue_environment::ActiveModel {
            project_id: Set(1),
            issue_id: Set(number),
            environment_id: Set(environment_id),
            last_seen: Set(NOW),
        };
        issue_environment::Entity::insert(seen).exec(db).await.unwrap();
    }

    pub(super) async fn owe(&self, message: Message) {
        let tx = self.store.begin().await.unwrap();
        outbox::enqueue(&tx, self.clock.now(), &message).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn deliver(&self) -> u64 {
        deliver_due(&self.store, &self.clock, &self.mailer, &CancellationToken::new()).await.unwrap()
    }

    pub(super) async fn rows(&self) -> Vec<notification::Model> {
        notification::Entity::find().all(self.store.reader()).await.unwrap()
    }

    pub(super) fn mails(&self) -> Vec<PathBuf> {
        files(&self.data.path().join("mail"))
    }

    /// The only mail there is, decoded as far as reading it needs.
    pub(super) fn mail(&self) -> String {
        let mails = self.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        readable(&std::fs::read_to_string(&mails[0]).unwrap())
    }
}

pub(super) fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Undoes folded headers and soft line breaks.
fn readable(mail: &str) -> String {
    let (headers, body) = mail.split_once("\r\n\r\n").unwrap();
    let body = body.replace("=\r\n", "").replace("=3D", "=");
    format!("{}\n\n{body}", headers.replace("\r\n ", " ")).replace("\r\n", "\n")
}
