//! The events of an issue: a list of them, and one of them whole with its neighbours.

use fieldfare_app::api::{Attachment, Event, EventRow, IssueKind, Level, Page, Timestamp, Viewer};
use sea_orm::sea_query::Order;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::names::{self, Names};
use super::regrouping::GroupingOf;
use super::rows::{count, word};
use super::whole;
use crate::error::{Error, Result};
use crate::feedback;
use crate::protocol::mapped;
use crate::store::entities::{attachment, event, issue};
use crate::store::paging::PAGE_ROWS;
use crate::store::payload;

/// Attachments of one page of events or feedback: ten for each piece of a full page.
const ATTACHMENTS_MAX: u64 = 500;

/// The address under which an attachment is served.
pub(crate) fn attachment_url(id: i64) -> String {
    format!("/attachments/{id}")
}

/// One page of an issue's events, newest first.
///
/// # Errors
/// [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] for a cursor that is none.
pub async fn events(
    db: &impl ConnectionTrait,
    _viewer: &Viewer,
    issue: &str,
    cursor: Option<&str>,
) -> Result<Page<EventRow>> {
    let issue = names::issue(db, issue).await?;
    let mut select = placed(issue.id);
    if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
        select = select.filter(beyond(&read_cursor(cursor)?, Order::Desc));
    }
    let mut rows = in_order(select, Order::Desc).limit(PAGE_ROWS + 1).into_model::<Placed>().all(db).await?;
    let more = rows.len() > usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(Placed::cursor);
    Ok(Page { data: named(db, &issue, rows).await?, next })
}

/// One event of an issue: by id, or `latest` or `oldest`. `None` when the issue has no events.
///
/// # Errors
/// [`Error::NotFound`] for an unknown issue or an event that is not one of its.
pub async fn event_of(db: &impl ConnectionTrait, _viewer: &Viewer, issue: &str, which: &str) -> Result<Option<Event>> {
    let issue = names::issue(db, issue).await?;
    let of_issue = event::Entity::find().filter(event::Column::IssueId.eq(issue.id));
    let row = match which {
        "latest" | "" => in_order(of_issue, Order::Desc).one(db).await?,
        "oldest" => in_order(of_issue, Order::Asc).one(db).await?,
        id => Some(of_issue.filter(event::Column::EventId.eq(event_id(id)?)).one(db).await?.ok_or_else(missing)?),
    };
    match row {
        Some(row) => whole(db, issue, row).await.map(Some),
        None => Ok(None),
    }
}

/// One event by its id, in one project or wherever it is found first, with the payload as it was sent.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn event(db: &impl ConnectionTrait, _viewer: &Viewer, id: &str, project: Option<&str>) -> Result<Event> {
    let projects = match project {
        Some(slug) => vec![names::project(db, slug).await?.id],
        None => names::projects(db).await?.into_keys().collect(),
    };
    let row = event::Entity::find()
        .filter(event::Column::ProjectId.is_in(projects))
        .filter(event::Column::EventId.eq(event_id(id)?))
        .one(db)
        .await?
        .ok_or_else(missing)?;
    let issue = issue::Entity::find_by_id(row.issue_id).one(db).await?.ok_or_else(missing)?;
    let mut raw = payload::unpack(&row.payload)?;
    mapped::strip(&mut raw);
    Ok(Event { raw: Some(raw), ..whole(db, issue, row).await? })
}

/// The newest event of each of the issues of a project that were seen last, since a time.
///
/// # Errors
/// When the database fails.
pub async fn newest_of_each(db: &impl ConnectionTrait, project_id: i64, since: i64, limit: u64) -> Result<Vec<Event>> {
    let issues = issue::Entity::find()
        .filter(issue::Column::ProjectId.eq(project_id))
        .filter(issue::Column::Kind.eq(IssueKind::Error.as_str()))
        .filter(issue::Column::LastSeen.gte(since))
        .order_by_desc(issue::Column::LastSeen)
        .limit(limit)
        .all(db)
        .await?;
    let slug = names::projects(db).await?.remove(&project_id).unwrap_or_default();
    let rules = GroupingOf::load(db, project_id).await?.rules;
    let mut events = Vec::with_capacity(issues.len());
    for issue in issues {
        let of_issue = event::Entity::find().filter(event::Column::IssueId.eq(issue.id));
        let Some(row) = in_order(of_issue, Order::Desc).one(db).await? else { continue };
        let shown = whole::event(&row, payload::unpack(&row.payload)?, &rules);
        events.push(Event { issue: names::short_id(&slug, issue.number), ..shown });
    }
    Ok(events)
}

/// Attachments of events and feedback, with the event each belongs to.
///
/// # Errors
/// When the database fails.
pub(crate) async fn attachments(
    db: &impl ConnectionTrait,
    project_ids: impl IntoIterator<Item = i64>,
    event_ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Attachment)>> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::ProjectId.is_in(project_ids))
        .filter(attachment::Column::EventId.is_in(event_ids))
        .order_by_asc(attachment::Column::Id)
        .limit(ATTACHMENTS_MAX)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.event_id, shown(row))).collect())
}

/// Reads an event id as people and programs write it: 32 digits, with or without dashes.
pub(crate) fn event_id(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| missing())
}

fn missing() -> Error {
    Error::not_found("event")
}

fn shown(row: attachment::Model) -> Attachment {
    Attachment {
        url: attachment_url(row.id),
        id: row.id,
        name: row.name,
        content_type: row.content_type,
        bytes: count(row.bytes),
    }
}

async fn whole(db: &impl ConnectionTrait, issue: issue::Model, row: event::Model) -> Result<Event> {
    let slugs = names::projects(db).await?;
    let slug = slugs.get(&issue.project_id).cloned().unwrap_or_default();
    let attachments = attachments(db, [row.project_id], [row.event_id]).await?;
    let at = (row.happened_at, row.event_id);
    let previous = neighbour(db, issue.id, &at, Order::Desc).await?;
    let next = neighbour(db, issue.id, &at, Order::Asc).await?;
    let rules = GroupingOf::load(db, row.project_id).await?.rules;
    let shown = whole::event(&row, payload::unpack(&row.payload)?, &rules);
    Ok(Event {
        issue: names::short_id(&slug, issue.number),
        project: slug,
        culprit: shown.culprit.or(issue.culprit),
        attachments: attachments.into_iter().map(|(_, attachment)| attachment).collect(),
        feedback: feedback::about(db, row.project_id, row.event_id).await?,
        previous,
        next,
        ..shown
    })
}

/// Where an event stands among the events of its issue.
type Place = (i64, Uuid);

async fn neighbour(db: &impl ConnectionTrait, issue_id: i64, at: &Place, order: Order) -> Result<Option<String>> {
    let of_issue = event::Entity::find()
        .select_only()
        .column(event::Column::EventId)
        .filter(event::Column::IssueId.eq(issue_id))
        .filter(beyond(at, order.clone()));
    let found = in_order(of_issue, order).limit(1).into_tuple::<Uuid>().one(db).await?;
    Ok(found.map(|id| id.simple().to_string()))
}

fn in_order(select: Select<event::Entity>, order: Order) -> Select<event::Entity> {
    select.order_by(event::Column::HappenedAt, order.clone()).order_by(event::Column::EventId, order)
}

/// What comes after a place in an order. The range on the time alone is what lets the index be used.
fn beyond((happened_at, event_id): &Place, order: Order) -> Condition {
    use event::Column::{EventId, HappenedAt};
    match order {
        Order::Desc => Condition::all()
            .add(HappenedAt.lte(*happened_at))
            .add(Condition::any().add(HappenedAt.lt(*happened_at)).add(EventId.lt(*event_id))),
        _ => Condition::all()
            .add(HappenedAt.gte(*happened_at))
            .add(Condition::any().add(HappenedAt.gt(*happened_at)).add(EventId.gt(*event_id))),
    }
}

/// An event's row without its payload.
#[derive(FromQueryResult)]
struct Placed {
    event_id: Uuid,
    level: String,
    title: String,
    happened_at: i64,
    release_id: i64,
    environment_id: i64,
    user_key: Option<String>,
}

impl Placed {
    fn cursor(&self) -> String {
        format!("{}-{}", self.happened_at, self.event_id.simple())
    }
}

fn read_cursor(cursor: &str) -> Result<Place> {
    let read = || {
        let (happened_at, event_id) = cursor.rsplit_once('-')?;
        Some((happened_at.parse().ok()?, Uuid::try_parse(event_id).ok()?))
    };
    read().ok_or_else(|| Error::invalid("cursor", "is not a cursor of this list"))
}

fn placed(issue_id: i64) -> Select<event::Entity> {
    use event::Column as C;
    event::Entity::find()
        .select_only()
        .columns([C::EventId, C::Level, C::Title, C::HappenedAt, C::ReleaseId, C::EnvironmentId, C::UserKey])
        .filter(C::IssueId.eq(issue_id))
}

async fn named(db: &impl ConnectionTrait, issue: &issue::Model, rows: Vec<Placed>) -> Result<Vec<EventRow>> {
    let slug = names::projects(db).await?.remove(&issue.project_id).unwrap_or_default();
    let releases = names::releases(db, rows.iter().map(|row| row.release_id)).await?;
    let environments = names::environments(db, rows.iter().map(|row| row.environment_id)).await?;
    let short_id = names::short_id(&slug, issue.number);
    let name = |names: &Names, id: i64| names.get(&id).cloned();
    Ok(rows
        .into_iter()
        .map(|row| EventRow {
            event_id: row.event_id.simple().to_string(),
            issue: short_id.clone(),
            project: slug.clone(),
            level: word(&row.level, Level::Error),
            timestamp: Timestamp(row.happened_at),
            release: name(&releases, row.release_id),
            environment: name(&environments, row.environment_id),
            title: row.title,
            user: row.user_key,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let place = (-5, Uuid::from_u128(7));
        assert_eq!(read_cursor(&format!("-5-{}", place.1.simple())).unwrap(), place);
        for nonsense in ["", "-", "5", "x-0", "5-x"] {
            assert!(read_cursor(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn event_ids_are_read_with_and_without_dashes() {
        assert!(event_id("0123456789abcdef0123456789abcdef").is_ok());
        assert!(event_id("01234567-89ab-cdef-0123-456789abcdef").is_ok());
        assert!(event_id("latest!").is_err());
    }
}
