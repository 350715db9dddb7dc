//! One release: its health by environment, what is new in it, what came back, what people wrote.

use fieldfare_app::api::{Feedback, Health, Issue, ReleaseDetail, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
};

use super::counts::counted;
use super::health::healths;
use super::list::previous;
use crate::error::{Error, Result};
use crate::issues::{self, names};
use crate::store::entities::{feedback, issue, issue_release, regression, release};
use crate::store::releases::{find_environment, find_release};

/// Issues and pieces of feedback shown per list of the release page.
const SHOWN: u64 = 25;

/// One release of a project.
///
/// # Errors
/// [`Error::NotFound`] when there is no such project or release, [`Error::Invalid`] when the project is not named and
/// several have this release.
pub async fn get(
    db: &impl ConnectionTrait,
    now: i64,
    _viewer: &Viewer,
    project: Option<&str>,
    version: &str,
) -> Result<ReleaseDetail> {
    let row = find(db, project, version).await?;
    let healths = healths(db, now, &row).await?;
    let environments = names::environments(db, healths.by_environment.keys().copied()).await?;
    let mut around = vec![row.clone()];
    around.extend(previous(db, &row).await?);
    let mut counted = counted(db, now, around, None).await?.into_iter();
    let release = counted.next().ok_or_else(missing)?;
    Ok(ReleaseDetail {
        release,
        health: healths.overall,
        environments: named(&environments, healths.by_environment),
        previous: counted.next(),
        new: shown(db, now, &row, Part::New).await?,
        regressed: shown(db, now, &row, Part::Regressed).await?,
        ongoing: shown(db, now, &row, Part::Ongoing).await?,
        recent_feedback: recent_feedback(db, &row).await?,
    })
}

/// Health of a release, in one environment or in all.
///
/// # Errors
/// [`Error::NotFound`] when there is no such project, release or environment.
pub async fn health(
    db: &impl ConnectionTrait,
    now: i64,
    project: Option<&str>,
    version: &str,
    environment: Option<&str>,
) -> Result<Health> {
    let row = find(db, project, version).await?;
    let mut healths = healths(db, now, &row).await?;
    let Some(name) = environment else { return Ok(healths.overall) };
    let id = find_environment(db, row.project_id, name).await?.ok_or_else(|| Error::not_found("environment"))?;
    Ok(healths.by_environment.remove(&id).unwrap_or_default())
}

/// The release of this version, in one project or in the only one that has it.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Invalid`] when several projects have it.
pub async fn find(db: &impl ConnectionTrait, project: Option<&str>, version: &str) -> Result<release::Model> {
    if let Some(slug) = project {
        let project = names::project(db, slug).await?;
        return find_release(db, project.id, version).await?.ok_or_else(missing);
    }
    let mut rows = release::Entity::find().filter(release::Column::Version.eq(version)).limit(2).all(db).await?;
    match rows.len() {
        0 | 1 => rows.pop().ok_or_else(missing),
        _ => Err(Error::invalid("project", "is needed: several projects have this release")),
    }
}

fn missing() -> Error {
    Error::not_found("release")
}

/// Sessions without an environment are shown under none.
fn named(names: &names::Names, healths: std::collections::BTreeMap<i64, Health>) -> Vec<(String, Health)> {
    let name = |id: i64| names.get(&id).cloned().unwrap_or_else(|| "no environment".to_owned());
    let mut named: Vec<_> = healths.into_iter().map(|(id, health)| (name(id), health)).collect();
    named.sort_by_key(|(_, health)| std::cmp::Reverse(health.sessions));
    named
}

/// Which of the issues seen in a release; every issue is in one part.
#[derive(Clone, Copy)]
enum Part {
    New,
    Regressed,
    Ongoing,
}

#[derive(FromQueryResult)]
struct Id {
    issue_id: i64,
}

async fn shown(db: &impl ConnectionTrait, now: i64, row: &release::Model, part: Part) -> Result<Vec<Issue>> {
    use issue_release::Column as Seen;
    let select = Query::select()
        .column(Seen::IssueId.as_column_ref())
        .from(issue_release::Entity)
        .inner_join(issue::Entity, Expr::col(issue::Column::Id.as_column_ref()).equals(Seen::IssueId.as_column_ref()))
        .and_where(Seen::ProjectId.eq(row.project_id))
        .and_where(Seen::ReleaseId.eq(row.id))
        .cond_where(in_part(row, part))
        .order_by(Seen::Events.as_column_ref(), Order::Desc)
        .order_by(Seen::IssueId.as_column_ref(), Order::Desc)
        .limit(SHOWN)
        .to_owned();
    let ids: Vec<i64> = names::fetch::<Id>(db, &select).await?.into_iter().map(|row| row.issue_id).collect();
    issues::rows(db, now, &ids).await
}

fn in_part(row: &release::Model, part: Part) -> Condition {
    let new = || issue::Column::FirstReleaseId.eq(row.id);
    let old = || issue::Column::FirstReleaseId.ne(row.id);
    match part {
        Part::New => Condition::all().add(new()),
        Part::Regressed => Condition::all().add(old()).add(issue::Column::Id.in_subquery(regressed(row))),
        Part::Ongoing => Condition::all().add(old()).add(issue::Column::Id.not_in_subquery(regressed(row))),
    }
}

fn regressed(row: &release::Model) -> SelectStatement {
    Query::select()
        .column(regression::Column::IssueId.as_column_ref())
        .from(regression::Entity)
        .and_where(regression::Column::ProjectId.eq(row.project_id))
        .and_where(regression::Column::ReleaseId.eq(row.id))
        .to_owned()
}

async fn recent_feedback(db: &impl ConnectionTrait, row: &release::Model) -> Result<Vec<Feedback>> {
    let ids = feedback::Entity::find()
        .select_only()
        .column(feedback::Column::Id)
        .filter(feedback::Column::ProjectId.eq(row.project_id))
        .filter(feedback::Column::ReleaseId.eq(row.id))
        .order_by_desc(feedback::Column::CreatedAt)
        .limit(SHOWN)
        .into_tuple::<i64>()
        .all(db)
        .await?;
    crate::feedback::rows(db, &ids).await
}
