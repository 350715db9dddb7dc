//! What is indexed, as the tables have it now. Follower and hits read the same, so a hit shows what was searched.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::comments;
use super::document::{Document, Key, Kind};
use super::event_text::EventText;
use crate::error::Result;
use crate::protocol::normalise::{self, Arrival};
use crate::store::entities::{attachment, environment, event, feedback, incident, incident_entry, issue, release};
use crate::store::payload;

/// Rows of one query by id; far below SQLite's limit of 32,766 variables, and payloads of as many events fit in memory.
const ROWS_PER_QUERY: usize = 500;

/// Words of events that need not be read, by project and event.
pub(super) type Texts = HashMap<(i64, Uuid), EventText>;

/// The documents of these keys, as far as their rows exist, in any order. Words that are not among `texts` are read.
///
/// # Errors
/// When the database fails.
pub(super) async fn load(db: &impl ConnectionTrait, keys: &[Key], mut texts: Texts) -> Result<Vec<Document>> {
    let mut documents = Vec::with_capacity(keys.len());
    for (project_id, ids) in events_by_project(keys) {
        for ids in ids.chunks(ROWS_PER_QUERY) {
            documents.extend(events(db, project_id, ids, &mut texts).await?);
        }
    }
    for ids in ids(keys, |key| if let Key::Feedback(id) = key { Some(id) } else { None }).chunks(ROWS_PER_QUERY) {
        let rows = feedback::Entity::find().filter(feedback::Column::Id.is_in(ids.to_vec())).all(db).await?;
        documents.extend(of_feedback(db, rows).await?);
    }
    for ids in ids(keys, |key| if let Key::Issue(id) = key { Some(id) } else { None }).chunks(ROWS_PER_QUERY) {
        // An issue that was merged into another one is found under that one only.
        let rows = issue::Entity::find()
            .filter(issue::Column::Id.is_in(ids.to_vec()))
            .filter(issue::Column::Status.ne("merged"))
            .all(db)
            .await?;
        documents.extend(rows.into_iter().map(of_issue));
    }
    for ids in ids(keys, |key| if let Key::Comment(id) = key { Some(id) } else { None }).chunks(ROWS_PER_QUERY) {
        documents.extend(comments::load(db, ids).await?);
    }
    for ids in ids(keys, |key| if let Key::Incident(id) = key { Some(id) } else { None }).chunks(ROWS_PER_QUERY) {
        documents.extend(incidents(db, ids).await?);
    }
    Ok(documents)
}

/// The keys of a page of events, in the order of their primary key, after the last one of the page before.
///
/// # Errors
/// When the database fails.
pub(super) async fn event_keys_after(db: &impl ConnectionTrait, after: Option<Key>, limit: u64) -> Result<Vec<Key>> {
    let mut query = event::Entity::find().select_only().columns([event::Column::ProjectId, event::Column::EventId]);
    if let Some(Key::Event { project_id, event_id }) = after {
        let same = event::Column::ProjectId.eq(project_id).and(event::Column::EventId.gt(event_id));
        query = query.filter(event::Column::ProjectId.gt(project_id).or(same));
    }
    let ordered = query.order_by_asc(event::Column::ProjectId).order_by_asc(event::Column::EventId);
    let rows: Vec<(i64, Uuid)> = ordered.limit(limit).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(project_id, event_id)| Key::Event { project_id, event_id }).collect())
}

fn events_by_project(keys: &[Key]) -> HashMap<i64, Vec<Uuid>> {
    keys.iter().fold(HashMap::new(), |mut projects, key| {
        if let Key::Event { project_id, event_id } = key {
            projects.entry(*project_id).or_insert_with(Vec::new).push(*event_id);
        }
        projects
    })
}

fn ids(keys: &[Key], id_of: impl Fn(Key) -> Option<i64>) -> Vec<i64> {
    keys.iter().filter_map(|key| id_of(*key)).collect()
}

/// The columns of an event that are searched, without its payload.
#[derive(FromQueryResult)]
struct EventRow {
    project_id: i64,
    event_id: Uuid,
    issue_id: i64,
    level: String,
    title: String,
    happened_at: i64,
    release_id: i64,
    environment_id: i64,
}

const EVENT_COLUMNS: [event::Column; 8] = [
    event::Column::ProjectId,
    event::Column::EventId,
    event::Column::IssueId,
    event::Column::Level,
    event::Column::Title,
    event::Column::HappenedAt,
    event::Column::ReleaseId,
    event::Column::EnvironmentId,
];

async fn events(db: &impl ConnectionTrait, project_id: i64, ids: &[Uuid], texts: &mut Texts) -> Result<Vec<Document>> {
    let rows: Vec<EventRow> = event::Entity::find()
        .select_only()
        .columns(EVENT_COLUMNS)
        .filter(event::Column::ProjectId.eq(project_id))
        .filter(event::Column::EventId.is_in(ids.to_vec()))
        .into_model()
        .all(db)
        .await?;
    let mut names = Names::load(db, rows.iter().map(|row| (row.release_id, row.environment_id))).await?;
    names.attachments = attachments(db, project_id, ids).await?;
    let missing: Vec<Uuid> = ids.iter().filter(|id| !texts.contains_key(&(project_id, **id))).copied().collect();
    texts.extend(stored_texts(db, project_id, &missing).await?);
    Ok(rows.into_iter().map(|row| of_event(row, texts, &names)).collect())
}

/// The words of events as their payloads have them.
async fn stored_texts(db: &impl ConnectionTrait, project_id: i64, ids: &[Uuid]) -> Result<Texts> {
    if ids.is_empty() {
        return Ok(Texts::new());
    }
    let rows: Vec<(Uuid, Vec<u8>)> = event::Entity::find()
        .select_only()
        .columns([event::Column::EventId, event::Column::Payload])
        .filter(event::Column::ProjectId.eq(project_id))
        .filter(event::Column::EventId.is_in(ids.to_vec()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(event_id, column)| ((project_id, event_id), stored_text(event_id, &column))).collect())
}

fn of_event(row: EventRow, texts: &mut Texts, names: &Names) -> Document {
    let key = Key::Event { project_id: row.project_id, event_id: row.event_id };
    let mut document = Document::new(key, Kind::Event, row.project_id, row.issue_id, row.happened_at);
    add_text(&mut document, texts.remove(&(row.project_id, row.event_id)).unwrap_or_default());
    names.add_to(&mut document, row.release_id, row.environment_id, row.event_id);
    document.title = row.title;
    document.level = Some(row.level);
    document
}

/// A payload that cannot be read leaves the columns, which are searched all the same.
fn stored_text(event_id: Uuid, column: &[u8]) -> EventText {
    match payload::unpack(column) {
        // Times and addresses are not searched, so it does not matter when and from where it arrived.
        Ok(value) => EventText::of(&normalise::event(value, &Arrival { event_id, received_at: 0, client_ip: None })),
        Err(error) => {
            tracing::warn!(%event_id, error = format!("{error:#}"), "a payload was indexed without its text");
            EventText::default()
        }
    }
}

fn add_text(document: &mut Document, text: EventText) {
    document.has.extend(text.tags.iter().map(|(key, _)| key.clone()));
    document.has.extend(text.has_stacktrace.then(|| "stacktrace".to_owned()));
    document.has.extend((!text.people.is_empty()).then(|| "user".to_owned()));
    document.body = text.body;
    document.rest = text.code;
    document.people = text.people;
    document.tags = text.tags;
}

async fn of_feedback(db: &impl ConnectionTrait, rows: Vec<feedback::Model>) -> Result<Vec<Document>> {
    let mut names = Names::load(db, rows.iter().map(|row| (row.release_id, row.environment_id))).await?;
    let by_project: HashMap<i64, Vec<Uuid>> = rows.iter().fold(HashMap::new(), |mut projects, row| {
        projects.entry(row.project_id).or_insert_with(Vec::new).push(row.event_id);
        projects
    });
    for (project_id, ids) in by_project {
        names.attachments.extend(attachments(db, project_id, &ids).await?);
    }
    Ok(rows.into_iter().map(|row| one_feedback(row, &names)).collect())
}

fn one_feedback(row: feedback::Model, names: &Names) -> Document {
    let key = Key::Feedback(row.id);
    let mut document = Document::new(key, Kind::Feedback, row.project_id, row.issue_id, row.created_at);
    add_text(&mut document, stored_text(row.event_id, &row.payload));
    names.add_to(&mut document, row.release_id, row.environment_id, row.event_id);
    document.body = row.message;
    document.rest.extend(row.url);
    for person in [row.name, row.email].into_iter().flatten() {
        if !document.people.contains(&person) {
            document.people.push(person);
        }
    }
    document.tags.push(("type".to_owned(), row.kind));
    document.tags.extend(row.source.map(|source| ("source".to_owned(), source)));
    document.tags.extend(row.rating.map(|rating| ("rating".to_owned(), rating.to_string())));
    document.has.extend(row.associated_event_id.map(|_| "error".to_owned()));
    document
}

fn of_issue(row: issue::Model) -> Document {
    let kind = if row.kind == "feedback" { Kind::FeedbackIssue } else { Kind::ErrorIssue };
    let mut document = Document::new(Key::Issue(row.id), kind, row.project_id, row.id, row.last_seen);
    document.title = row.title;
    document.rest.extend(row.culprit);
    document.level = Some(row.level);
    document
}

async fn incidents(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Document>> {
    let rows = incident::Entity::find().filter(incident::Column::Id.is_in(ids.to_vec())).all(db).await?;
    let lines = incident_entry::Entity::find()
        .filter(incident_entry::Column::IncidentId.is_in(ids.to_vec()))
        .order_by_asc(incident_entry::Column::Id)
        .all(db)
        .await?;
    let mut timelines: HashMap<i64, Vec<String>> = HashMap::new();
    for line in lines {
        timelines.entry(line.incident_id).or_default().push(line.text);
    }
    Ok(rows.into_iter().map(|row| of_incident(row, &timelines)).collect())
}

fn of_incident(row: incident::Model, timelines: &HashMap<i64, Vec<String>>) -> Document {
    let mut document = Document::new(Key::Incident(row.id), Kind::Incident, 0, 0, row.declared_at);
    document.title = row.title;
    document.body = timelines.get(&row.id).map(|lines| lines.join("\n")).unwrap_or_default();
    document
}

/// What rows name by id.
#[derive(Default)]
struct Names {
    releases: HashMap<i64, String>,
    environments: HashMap<i64, String>,
    /// Words for what came with an event or a piece of feedback.
    attachments: HashMap<Uuid, HashSet<&'static str>>,
}

impl Names {
    async fn load(db: &impl ConnectionTrait, ids: impl Iterator<Item = (i64, i64)>) -> Result<Self> {
        let (releases, environments): (HashSet<i64>, HashSet<i64>) = ids.unzip();
        let releases = release::Entity::find().filter(release::Column::Id.is_in(releases)).all(db).await?;
        let environments =
            environment::Entity::find().filter(environment::Column::Id.is_in(environments)).all(db).await?;
        Ok(Self {
            releases: releases.into_iter().map(|row| (row.id, row.version)).collect(),
            environments: environments.into_iter().map(|row| (row.id, row.name)).collect(),
            attachments: HashMap::new(),
        })
    }

    fn add_to(&self, document: &mut Document, release_id: i64, environment_id: i64, event_id: Uuid) {
        document.release = self.releases.get(&release_id).cloned();
        document.environment = self.environments.get(&environment_id).cloned();
        document.has.extend(document.release.is_some().then(|| "release".to_owned()));
        document.has.extend(document.environment.is_some().then(|| "environment".to_owned()));
        let attached = self.attachments.get(&event_id).into_iter().flatten();
        document.has.extend(attached.map(|word| (*word).to_owned()));
    }
}

async fn attachments(
    db: &impl ConnectionTrait,
    project_id: i64,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, HashSet<&'static str>>> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::ProjectId.eq(project_id))
        .filter(attachment::Column::EventId.is_in(ids.to_vec()))
        .all(db)
        .await?;
    let mut words: HashMap<Uuid, HashSet<&'static str>> = HashMap::new();
    for row in rows {
        let words = words.entry(row.event_id).or_default();
        words.insert("attachment");
        if row.content_type.starts_with("image/") {
            words.insert("screenshot");
        }
    }
    Ok(words)
}
