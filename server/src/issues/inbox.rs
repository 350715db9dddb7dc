//! The inbox: one page of issues that match, and what the page around it needs.

use fieldfare_app::api::{Inbox, Issue, IssueFilter, IssueSort, Page, Status, Viewer};
use sea_orm::sea_query::{Expr, Query as Sql};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::filter::{in_environment, in_release, of_status};
use super::merge::MERGED;
use super::names::{self, fetch};
use super::rows::{count, rows};
use crate::error::Result;
use crate::search::query::{self, Query};
use crate::search::{self, Asker, Search};
use crate::store::Store;
use crate::store::entities::{environment, issue, project, release};
use crate::store::paging::{self, PAGE_ROWS};

/// Counting stops here; past it the page says "many".
const TOTAL_MAX: u64 = 100_000;
/// Releases offered as a filter.
const RELEASES_OFFERED: u64 = 50;
/// Environments offered as a filter; somebody puts branch names there.
const ENVIRONMENTS_OFFERED: u64 = 50;

/// What an inbox reads from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub store: &'a Store,
    pub search: &'a Search,
}

/// One page of the issues that match, with the choices the page offers.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown project, [`crate::error::Error::Invalid`] for a cursor that is none.
pub async fn inbox(sources: Sources<'_>, now: i64, viewer: &Viewer, filter: &IssueFilter) -> Result<Inbox> {
    let db = sources.store.reader();
    let asked = Asked::read(db, filter).await?;
    let search::Asked { condition, hints } = condition(sources, Asker { viewer, now }, filter, &asked).await?;
    let any = issue::Entity::find().select_only().column(issue::Column::Id);
    Ok(Inbox {
        issues: page(db, now, &condition, filter).await?,
        total: total(db, &condition).await?,
        projects: projects(db).await?,
        environments: environments(db, asked.project_id).await?,
        members: super::detail::members(db).await?,
        teams: super::assignment::teams(db, asked.project_id).await?,
        releases: releases(db, asked.project_id).await?,
        anything: any.into_tuple::<i64>().one(db).await?.is_some(),
        understood: understood(&asked.query),
        hints,
    })
}

/// One page of the issues that match and nothing around it, as the API lists them.
///
/// # Errors
/// As [`inbox`].
pub async fn list(sources: Sources<'_>, now: i64, viewer: &Viewer, filter: &IssueFilter) -> Result<Page<Issue>> {
    let db = sources.store.reader();
    let asked = Asked::read(db, filter).await?;
    let found = condition(sources, Asker { viewer, now }, filter, &asked).await?;
    page(db, now, &found.condition, filter).await
}

/// Ids of all that match, at most `limit`, on whatever page they would be.
///
/// # Errors
/// As [`inbox`].
pub(super) async fn all_ids(
    sources: Sources<'_>,
    asker: Asker<'_>,
    filter: &IssueFilter,
    limit: u64,
) -> Result<Vec<i64>> {
    let db = sources.store.reader();
    let asked = Asked::read(db, filter).await?;
    let found = condition(sources, asker, filter, &asked).await?;
    let select = issue::Entity::find().select_only().column(issue::Column::Id).filter(found.condition);
    Ok(select.limit(limit).into_tuple().all(db).await?)
}

/// The filter, read.
struct Asked {
    query: Query,
    project_id: Option<i64>,
}

impl Asked {
    async fn read(db: &impl ConnectionTrait, filter: &IssueFilter) -> Result<Self> {
        let project_id = match filled(filter.project.as_deref()) {
            Some(slug) => Some(names::project(db, slug).await?.id),
            None => None,
        };
        Ok(Self { query: query::parse(filter.query.as_deref().unwrap_or_default()), project_id })
    }
}

/// A query that asks for nothing is about unresolved issues.
fn understood(query: &Query) -> String {
    if query.is_empty() { Status::Unresolved.to_string() } else { query.in_words() }
}

async fn page(db: &impl ConnectionTrait, now: i64, condition: &Condition, filter: &IssueFilter) -> Result<Page<Issue>> {
    let ids = page_of_ids(db, condition, filter).await?;
    Ok(Page { data: rows(db, now, &ids.data).await?, next: ids.next })
}

/// A form sends empty fields for what nobody filled in.
pub(crate) fn filled(field: Option<&str>) -> Option<&str> {
    field.map(str::trim).filter(|text| !text.is_empty())
}

/// Slugs of all projects, in order.
pub(crate) async fn projects(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let select =
        project::Entity::find().select_only().column(project::Column::Slug).order_by_asc(project::Column::Slug);
    Ok(select.into_tuple().all(db).await?)
}

async fn condition(
    sources: Sources<'_>,
    asker: Asker<'_>,
    filter: &IssueFilter,
    asked: &Asked,
) -> Result<search::Asked> {
    let scope = asked.project_id.map(|id| [id]);
    let scope = scope.as_ref().map(<[i64; 1]>::as_slice);
    let mut found = sources.search.on_issues(sources.store.reader(), asker, &asked.query, scope).await?;
    let release = filled(filter.release.as_deref()).map(in_release);
    let environment = filled(filter.environment.as_deref()).map(in_environment);
    let state = asked.query.is_empty().then(|| of_status(Status::Unresolved));
    found.condition = found
        .condition
        .add(issue::Column::Status.ne(MERGED))
        .add_option(state)
        .add_option(asked.project_id.map(|id| issue::Column::ProjectId.eq(id)))
        .add_option(release)
        .add_option(environment);
    Ok(found)
}

/// The sort value of an issue beside its id, which together make a cursor.
#[derive(FromQueryResult)]
struct Key {
    id: i64,
    value: i64,
}

async fn page_of_ids(db: &impl ConnectionTrait, condition: &Condition, filter: &IssueFilter) -> Result<Page<i64>> {
    let by = sort_column(filter.sort.unwrap_or(IssueSort::LastSeen));
    let mut select = issue::Entity::find()
        .select_only()
        .column(issue::Column::Id)
        .column_as(by, "value")
        .filter(condition.clone())
        .order_by_desc(by)
        .order_by_desc(issue::Column::Id)
        .limit(PAGE_ROWS + 1);
    if let Some(cursor) = filled(filter.cursor.as_deref()) {
        let (value, id) = paging::read(cursor)?;
        let after = Condition::any().add(by.lt(value)).add(issue::Column::Id.lt(id));
        select = select.filter(by.lte(value)).filter(after);
    }
    let keys = select.into_model::<Key>().all(db).await?;
    let (keys, next) = paging::cut(keys, PAGE_ROWS, |key| (key.value, key.id));
    Ok(Page { data: keys.into_iter().map(|key| key.id).collect(), next })
}

fn sort_column(sort: IssueSort) -> issue::Column {
    match sort {
        IssueSort::LastSeen => issue::Column::LastSeen,
        IssueSort::FirstSeen => issue::Column::FirstSeen,
        IssueSort::Events => issue::Column::Events,
        IssueSort::Users => issue::Column::Users,
    }
}

#[derive(FromQueryResult)]
struct Total {
    total: i64,
}

async fn total(db: &impl ConnectionTrait, condition: &Condition) -> Result<u64> {
    let some = Sql::select()
        .column(issue::Column::Id.as_column_ref())
        .from(issue::Entity)
        .cond_where(condition.clone())
        .limit(TOTAL_MAX)
        .to_owned();
    let select = Sql::select().expr_as(Expr::cust("COUNT(*)"), "total").from_subquery(some, "matching").to_owned();
    let found = fetch::<Total>(db, &select).await?;
    Ok(found.first().map_or(0, |row| count(row.total)))
}

async fn environments(db: &impl ConnectionTrait, project_id: Option<i64>) -> Result<Vec<String>> {
    let mut select = environment::Entity::find().select_only().column(environment::Column::Name).distinct();
    if let Some(id) = project_id {
        select = select.filter(environment::Column::ProjectId.eq(id));
    }
    let select = select.order_by_asc(environment::Column::Name).limit(ENVIRONMENTS_OFFERED);
    Ok(select.into_tuple().all(db).await?)
}

/// Versions in use, newest first.
pub(super) async fn releases(db: &impl ConnectionTrait, project_id: Option<i64>) -> Result<Vec<String>> {
    let in_use = release::Entity::find().filter(release::Column::ArchivedAt.is_null());
    let mut select = in_use.select_only().column(release::Column::Version);
    if let Some(id) = project_id {
        select = select.filter(release::Column::ProjectId.eq(id));
    }
    let select = select.order_by_desc(release::Column::FirstSeen).order_by_desc(release::Column::Id);
    let mut versions: Vec<String> = select.limit(RELEASES_OFFERED).into_tuple().all(db).await?;
    let mut known = std::collections::HashSet::new();
    versions.retain(|version| known.insert(version.clone()));
    Ok(versions)
}
