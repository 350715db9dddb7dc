//! The releases of a project or of all of them, newest first.

use std::cmp::Reverse;

use fieldfare_app::api::{Page, ReleaseFilter, ReleaseList, ReleaseStatus, Viewer};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::counts::counted;
use super::order::{self, ReleaseOrder};
use crate::error::{Error, Result};
use crate::issues::filter::environments;
use crate::issues::{self, filled, names};
use crate::store::entities::{issue_hour, release, session_hour};
use crate::store::paging::{self, PAGE_ROWS};
use crate::store::releases::find_environment;

/// Releases of one project that are put in order, the last seen of them; a version per commit makes thousands.
const ORDERED_MAX: u64 = 10_000;

/// One page of releases, newest first: by version within a project, by time of release across projects.
///
/// # Errors
/// [`Error::NotFound`] for an unknown project, [`Error::Invalid`] for a cursor that is none.
pub async fn list(
    db: &impl ConnectionTrait,
    now: i64,
    _viewer: &Viewer,
    filter: &ReleaseFilter,
) -> Result<ReleaseList> {
    let environment = filled(filter.environment.as_deref());
    let project = match filled(filter.project.as_deref()) {
        Some(slug) => Some(names::project(db, slug).await?),
        None => None,
    };
    let environment_id = match (&project, environment) {
        (Some(project), Some(name)) => find_environment(db, project.id, name).await?,
        _ => None,
    };
    let status = Some(filter.status.unwrap_or(ReleaseStatus::Open));
    let mut rows = known(db, project.as_ref().map(|project| project.id), environment, status).await?;
    match project {
        Some(_) => newest_first(&mut rows),
        None => rows.sort_by_key(|row| Reverse((row.released_at.unwrap_or(row.first_seen), row.id))),
    }
    let (rows, next) = page(rows, filled(filter.cursor.as_deref()))?;
    Ok(ReleaseList {
        releases: Page { data: counted(db, now, rows, environment_id).await?, next },
        projects: issues::projects(db).await?,
        any_archived: any_archived(db).await?,
    })
}

async fn any_archived(db: &impl ConnectionTrait) -> Result<bool> {
    let archived = release::Entity::find().select_only().column(release::Column::Id);
    let archived = archived.filter(release::Column::ArchivedAt.is_not_null()).into_tuple::<i64>();
    Ok(archived.one(db).await?.is_some())
}

/// The release before this one in the order of its project.
pub(super) async fn previous(db: &impl ConnectionTrait, row: &release::Model) -> Result<Option<release::Model>> {
    let mut rows = known(db, Some(row.project_id), None, None).await?;
    newest_first(&mut rows);
    Ok(rows.into_iter().skip_while(|other| other.id != row.id).nth(1))
}

fn newest_first(rows: &mut [release::Model]) {
    rows.sort_by_cached_key(|row| Reverse((order::rank(&ReleaseOrder::from(row)), row.id)));
}

async fn known(
    db: &impl ConnectionTrait,
    project_id: Option<i64>,
    environment: Option<&str>,
    status: Option<ReleaseStatus>,
) -> Result<Vec<release::Model>> {
    let seen_there = environment.map(|name| {
        Condition::any()
            .add(release::Column::Id.in_subquery(with_sessions(name)))
            .add(release::Column::Id.in_subquery(with_events(name)))
    });
    let in_status = status.map(|status| match status {
        ReleaseStatus::Open => release::Column::ArchivedAt.is_null(),
        ReleaseStatus::Archived => release::Column::ArchivedAt.is_not_null(),
    });
    let of_project = project_id.map(|id| release::Column::ProjectId.eq(id));
    let condition = Condition::all().add_option(of_project).add_option(seen_there).add_option(in_status);
    let select = release::Entity::find().filter(condition).order_by_desc(release::Column::LastSeen);
    Ok(select.limit(ORDERED_MAX).all(db).await?)
}

fn with_sessions(environment: &str) -> SelectStatement {
    Query::select()
        .column(session_hour::Column::ReleaseId.as_column_ref())
        .from(session_hour::Entity)
        .and_where(session_hour::Column::EnvironmentId.in_subquery(environments(environment)))
        .to_owned()
}

fn with_events(environment: &str) -> SelectStatement {
    Query::select()
        .column(issue_hour::Column::ReleaseId.as_column_ref())
        .from(issue_hour::Entity)
        .and_where(issue_hour::Column::EnvironmentId.in_subquery(environments(environment)))
        .to_owned()
}

/// Cuts the page behind the release a cursor names, whatever became of the others meanwhile.
fn page(rows: Vec<release::Model>, cursor: Option<&str>) -> Result<(Vec<release::Model>, Option<String>)> {
    let from = match cursor {
        None => 0,
        Some(cursor) => {
            let (_, id) = paging::read(cursor)?;
            let gone = || Error::invalid("cursor", "is not a cursor of this list");
            rows.iter().position(|row| row.id == id).ok_or_else(gone)? + 1
        }
    };
    Ok(paging::cut(rows.into_iter().skip(from).collect(), PAGE_ROWS, |row| (0, row.id)))
}
