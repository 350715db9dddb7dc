//! The cron monitors of a project, as people see them. What check-ins do to them is known to `ingest`.

use std::collections::HashMap;

use fieldfare_app::api::{CheckIn, CheckInStatus, Monitor, MonitorList, MonitorState, Page, Timestamp, Viewer};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::settings::led;
use super::{from_row, get, keys};
use crate::error::{Error, Result};
use crate::issues::names::{self, Names};
use crate::monitors::{Config, in_words, slug as normal_slug};
use crate::store::Tx;
use crate::store::entities::{check_in, group_hash, issue, monitor};
use crate::store::paging::PAGE_ROWS;
use crate::store::releases::find_environment;

/// Runs shown with each monitor; enough to see a rhythm.
const RECENT: u64 = 8;

/// The monitor of this slug and environment.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &impl ConnectionTrait,
    project_id: i64,
    (slug, environment): (&str, &str),
) -> Result<Option<monitor::Model>> {
    let Some(environment_id) = find_environment(db, project_id, environment).await? else {
        return Ok(None);
    };
    let found = monitor::Entity::find()
        .filter(monitor::Column::ProjectId.eq(project_id))
        .filter(monitor::Column::Slug.eq(slug))
        .filter(monitor::Column::EnvironmentId.eq(environment_id));
    Ok(found.one(db).await?)
}

/// The run of a monitor that began last and still goes on.
///
/// # Errors
/// When the database fails.
pub async fn latest_open(db: &impl ConnectionTrait, monitor: &monitor::Model) -> Result<Option<Uuid>> {
    let open = check_in::Entity::find()
        .filter(check_in::Column::ProjectId.eq(monitor.project_id))
        .filter(check_in::Column::MonitorId.eq(monitor.id))
        .filter(check_in::Column::DueAt.is_not_null())
        .order_by_desc(check_in::Column::StartedAt)
        .order_by_desc(check_in::Column::CheckInId);
    Ok(open.one(db).await?.map(|run| run.check_in_id))
}

/// Everything the page of a project's monitors shows.
///
/// # Errors
/// When there is no such project.
pub async fn page(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str, public_url: &str) -> Result<MonitorList> {
    let project = get(db, viewer, slug).await?;
    let keys = keys::list(db, project.id, public_url).await?;
    Ok(MonitorList {
        monitors: of_project(db, project.id, slug).await?,
        key: keys.into_iter().find(|key| key.revoked_at.is_none()),
        project: from_row(project),
        public_url: public_url.to_owned(),
    })
}

/// The monitors of a project, by name.
///
/// # Errors
/// When there is no such project.
pub async fn list(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str) -> Result<Vec<Monitor>> {
    let project = get(db, viewer, slug).await?;
    of_project(db, project.id, slug).await
}

async fn of_project(db: &impl ConnectionTrait, project_id: i64, slug: &str) -> Result<Vec<Monitor>> {
    let rows = monitor::Entity::find()
        .filter(monitor::Column::ProjectId.eq(project_id))
        .order_by_asc(monitor::Column::Slug)
        .order_by_asc(monitor::Column::EnvironmentId)
        .all(db)
        .await?;
    described(db, project_id, slug, rows).await
}

async fn described(
    db: &impl ConnectionTrait,
    project_id: i64,
    slug: &str,
    rows: Vec<monitor::Model>,
) -> Result<Vec<Monitor>> {
    let environments = names::environments(db, rows.iter().map(|row| row.environment_id)).await?;
    let issues = issues(db, slug, project_id, &rows).await?;
    let mut recent: HashMap<i64, Vec<CheckIn>> = HashMap::new();
    for row in &rows {
        recent.insert(row.id, named(db, runs(db, row, None, RECENT).await?).await?);
    }
    let monitor = |row: monitor::Model| {
        let issue = row.issue_hash.and_then(|hash| issues.get(&hash).cloned());
        let recent = recent.remove(&row.id).unwrap_or_default();
        shown(row, &environments, issue, recent)
    };
    Ok(rows.into_iter().map(monitor).collect())
}

/// Short ids of the monitors' issues, by the hash that leads to them.
async fn issues(
    db: &impl ConnectionTrait,
    slug: &str,
    project_id: i64,
    rows: &[monitor::Model],
) -> Result<HashMap<Uuid, String>> {
    let hashes = rows.iter().filter_map(|row| row.issue_hash);
    let leads = group_hash::Entity::find()
        .filter(group_hash::Column::ProjectId.eq(project_id))
        .filter(group_hash::Column::Hash.is_in(hashes))
        .all(db)
        .await?;
    let ids =
        issue::Entity::find().filter(issue::Column::Id.is_in(leads.iter().map(|lead| lead.issue_id))).all(db).await?;
    let numbers: HashMap<i64, i64> = ids.into_iter().map(|issue| (issue.id, issue.number)).collect();
    let short = |issue_id: i64| Some(names::short_id(slug, *numbers.get(&issue_id)?));
    Ok(leads.into_iter().filter_map(|lead| Some((lead.hash, short(lead.issue_id)?))).collect())
}

fn shown(row: monitor::Model, environments: &Names, issue: Option<String>, recent: Vec<CheckIn>) -> Monitor {
    let read = Config::from_stored(&row.config);
    let (words, written, timezone) = match &read {
        Some((config, schedule)) => (in_words(config, schedule), config.written(), config.timezone().to_owned()),
        None => ("cannot be read any more".to_owned(), row.config.clone(), String::new()),
    };
    let minutes = |of: fn(&Config) -> u32| read.as_ref().map_or(0, |(config, _)| of(config));
    Monitor {
        id: row.id,
        environment: environments.get(&row.environment_id).cloned().unwrap_or_default(),
        state: state(&row),
        muted: row.muted,
        schedule: words,
        schedule_text: written,
        timezone,
        checkin_margin: minutes(|config| config.checkin_margin),
        max_runtime: minutes(|config| config.max_runtime),
        failure_issue_threshold: minutes(|config| config.failure_issue_threshold),
        recovery_threshold: minutes(|config| config.recovery_threshold),
        last_check_in: row.last_check_in_at.map(Timestamp),
        next_expected: Timestamp(row.expected_at),
        recent,
        issue,
        slug: row.slug,
    }
}

fn state(row: &monitor::Model) -> MonitorState {
    match row.last_status.as_deref() {
        _ if row.failing || row.failures > 0 => MonitorState::Failing,
        None | Some("unknown") => MonitorState::Waiting,
        Some("in_progress") => MonitorState::Running,
        Some(_) => MonitorState::Ok,
    }
}

/// The runs of one monitor, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the project has no such monitor, [`Error::Invalid`] when the cursor is not one.
pub async fn check_ins(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    (slug, id): (&str, i64),
    cursor: Option<&str>,
) -> Result<Page<CheckIn>> {
    let project = get(db, viewer, slug).await?;
    let row = of(db, project.id, id).await?;
    let before = cursor.filter(|cursor| !cursor.is_empty()).map(read_cursor).transpose()?;
    let mut rows = runs(db, &row, before, PAGE_ROWS + 1).await?;
    let more = rows.len() > usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(|run| format!("{}-{}", run.started_at, run.check_in_id.simple()));
    Ok(Page { data: named(db, rows).await?, next })
}

fn read_cursor(cursor: &str) -> Result<(i64, Uuid)> {
    let parts = cursor.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, Uuid::try_parse(id).ok()?)));
    parts.ok_or_else(|| Error::invalid("cursor", "is not a cursor of this list"))
}

/// Runs of a monitor, newest first, beyond the one of this time and id.
async fn runs(
    db: &impl ConnectionTrait,
    monitor: &monitor::Model,
    cursor: Option<(i64, Uuid)>,
    limit: u64,
) -> Result<Vec<check_in::Model>> {
    use check_in::Column as C;
    let same_time = |at: i64, id: Uuid| Condition::all().add(C::StartedAt.eq(at)).add(C::CheckInId.lt(id));
    let before = cursor.map(|(at, id)| Condition::any().add(C::StartedAt.lt(at)).add(same_time(at, id)));
    let rows = check_in::Entity::find()
        .filter(check_in::Column::ProjectId.eq(monitor.project_id))
        .filter(check_in::Column::MonitorId.eq(monitor.id))
        .filter(Condition::all().add_option(before))
        .order_by_desc(check_in::Column::StartedAt)
        .order_by_desc(check_in::Column::CheckInId);
    Ok(rows.limit(limit).all(db).await?)
}

async fn named(db: &impl ConnectionTrait, runs: Vec<check_in::Model>) -> Result<Vec<CheckIn>> {
    let versions = names::releases(db, runs.iter().map(|run| run.release_id)).await?;
    let row = |run: check_in::Model| CheckIn {
        id: run.check_in_id.simple().to_string(),
        status: run.status.parse().unwrap_or(CheckInStatus::Unknown),
        started_at: Timestamp(run.started_at),
        finished_at: run.finished_at.map(Timestamp),
        duration_ms: run.duration_ms.and_then(|ms| u64::try_from(ms).ok()),
        expected_at: run.expected_at.map(Timestamp),
        release: versions.get(&run.release_id).cloned(),
    };
    Ok(runs.into_iter().map(row).collect())
}

async fn of(db: &impl ConnectionTrait, project_id: i64, id: i64) -> Result<monitor::Model> {
    let found = monitor::Entity::find_by_id(id).filter(monitor::Column::ProjectId.eq(project_id)).one(db).await?;
    found.ok_or_else(|| Error::not_found("monitor"))
}

/// One monitor.
///
/// # Errors
/// [`Error::NotFound`] when the project has no such monitor.
pub async fn one(db: &impl ConnectionTrait, viewer: &Viewer, (slug, id): (&str, i64)) -> Result<Monitor> {
    let project = get(db, viewer, slug).await?;
    let row = of(db, project.id, id).await?;
    described(db, project.id, slug, vec![row]).await?.pop().ok_or_else(|| Error::not_found("monitor"))
}

/// What people decide about a monitor; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// By which its job checks in from now on.
    pub slug: Option<String>,
    /// Whether it is kept from reporting. It is watched all the same.
    pub muted: Option<bool>,
}

/// Changes a monitor. Under another name it keeps its runs and, with the next failure, its issue.
///
/// # Errors
/// When the viewer may not, the project has no such monitor, or the name is none or another monitor's.
pub async fn change(tx: &Tx, viewer: &Viewer, (slug, id): (&str, i64), change: &Change) -> Result<()> {
    let project = led(tx, viewer, slug).await?;
    let row = of(tx, project.id, id).await?;
    let update = monitor::ActiveModel {
        id: Set(row.id),
        slug: match &change.slug {
            Some(wanted) => Set(free_slug(tx, &row, wanted).await?),
            None => NotSet,
        },
        muted: change.muted.map_or(NotSet, Set),
        ..Default::default()
    };
    if update.slug.is_set() || update.muted.is_set() {
        update.update(tx).await?;
    }
    Ok(())
}

/// A name as clients send it, that no other monitor of the same environment has.
async fn free_slug(tx: &Tx, row: &monitor::Model, wanted: &str) -> Result<String> {
    let slug = normal_slug(wanted)
        .ok_or_else(|| Error::invalid("name", "must have letters or digits, and 50 characters at most"))?;
    let taken = monitor::Entity::find()
        .filter(monitor::Column::ProjectId.eq(row.project_id))
        .filter(monitor::Column::Slug.eq(&*slug))
        .filter(monitor::Column::EnvironmentId.eq(row.environment_id))
        .filter(monitor::Column::Id.ne(row.id));
    match taken.one(tx).await? {
        Some(_) => Err(Error::invalid("name", format!("{slug} is another monitor's"))),
        None => Ok(slug),
    }
}

/// Forgets a monitor and its runs; its issue stays. It comes back with the next check-in that brings a schedule.
///
/// # Errors
/// When the viewer may not, or the project has no such monitor.
pub async fn delete(tx: &Tx, viewer: &Viewer, (slug, id): (&str, i64)) -> Result<()> {
    let project = led(tx, viewer, slug).await?;
    let row = of(tx, project.id, id).await?;
    check_in::Entity::delete_many()
        .filter(check_in::Column::ProjectId.eq(project.id))
        .filter(check_in::Column::MonitorId.eq(row.id))
        .exec(tx)
        .await?;
    monitor::Entity::delete_by_id(row.id).exec(tx).await?;
    Ok(())
}
