//! The first page: what needs attention now, over all projects. Only reads, and only what other areas answer.

mod destinations;

use std::collections::HashMap;

use fieldfare_app::api::{
    Incident, Issue, IssueKind, Overview, Project, ProjectOverview, Release, Status, Substatus, Timestamp, Viewer,
};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::issues::{self, TREND_DAYS, TrendDays, count};
use crate::search::tables::LATEST_OF_PROJECT;
use crate::store::entities::{feedback, issue, issue_hour, project, regression, release};
use crate::{feedback as feedback_area, incidents, releases};

pub use destinations::destinations;

/// Issues that need attention, most events first.
const ISSUES_SHOWN: u64 = 8;
/// Pieces of feedback, newest first.
const FEEDBACK_SHOWN: u64 = 6;
/// How long an issue counts as new or as having come back.
const FRESH_DAYS: i64 = 7;

/// Everything the first page shows.
///
/// # Errors
/// When the database fails.
pub async fn overview(db: &impl ConnectionTrait, now: i64, _viewer: &Viewer) -> Result<Overview> {
    Ok(Overview {
        projects: projects(db, now).await?,
        trends_from: Timestamp(TrendDays::until(now).first_hour() * HOUR_MS),
        open_incidents: open_incidents(db).await?,
        issues: fresh_issues(db, now).await?,
        feedback: newest_feedback(db).await?,
    })
}

/// The list of incidents begins with the open ones.
async fn open_incidents(db: &impl ConnectionTrait) -> Result<Vec<Incident>> {
    let first = incidents::list(db, None).await?;
    Ok(first.data.into_iter().filter(|incident| incident.resolved_at.is_none()).collect())
}

async fn projects(db: &impl ConnectionTrait, now: i64) -> Result<Vec<ProjectOverview>> {
    let rows = project::Entity::find().order_by_asc(project::Column::Name).all(db).await?;
    let unresolved = Condition::all().add(issue::Column::Status.eq(Status::Unresolved.as_str()));
    let new_today = Condition::all()
        .add(issue::Column::FirstSeen.gte(now.div_euclid(DAY_MS) * DAY_MS))
        .add(issue::Column::Status.ne(issues::MERGED));
    let (unresolved, new_today) = (issues_by_project(db, unresolved).await?, issues_by_project(db, new_today).await?);
    let mut trends = trends(db, now).await?;
    let mut latest = latest(db, now).await?;
    let of = |counts: &HashMap<i64, i64>, id: i64| count(counts.get(&id).copied().unwrap_or(0));
    Ok(rows
        .into_iter()
        .map(|row| ProjectOverview {
            unresolved: of(&unresolved, row.id),
            new_today: of(&new_today, row.id),
            trend: trends.remove(&row.id).unwrap_or_else(|| vec![0; TREND_DAYS]),
            latest: latest.remove(&row.slug),
            project: shown(row),
        })
        .collect())
}

fn shown(row: project::Model) -> Project {
    Project {
        id: row.id,
        slug: row.slug,
        name: row.name,
        platform: row.platform,
        created_at: Timestamp(row.created_at),
    }
}

async fn issues_by_project(db: &impl ConnectionTrait, condition: Condition) -> Result<HashMap<i64, i64>> {
    let select = issue::Entity::find()
        .select_only()
        .column(issue::Column::ProjectId)
        .expr_as(Expr::cust("COUNT(*)"), "issues")
        .filter(condition)
        .group_by(issue::Column::ProjectId);
    Ok(select.into_tuple::<(i64, i64)>().all(db).await?.into_iter().collect())
}

/// Events of errors per day; feedback is counted apart.
async fn trends(db: &impl ConnectionTrait, now: i64) -> Result<HashMap<i64, Vec<u32>>> {
    let days = TrendDays::until(now);
    let of_feedback = Query::select()
        .column(issue::Column::Id.as_column_ref())
        .from(issue::Entity)
        .and_where(issue::Column::Kind.eq(IssueKind::Feedback.as_str()))
        .to_owned();
    let select = issue_hour::Entity::find()
        .select_only()
        .column(issue_hour::Column::ProjectId)
        .expr_as(Expr::cust("hour / 24"), "day")
        .expr_as(Expr::cust("CAST(SUM(events) AS BIGINT)"), "events")
        .filter(issue_hour::Column::Hour.gte(days.first_hour()))
        .filter(issue_hour::Column::IssueId.not_in_subquery(of_feedback))
        .group_by(issue_hour::Column::ProjectId)
        .group_by(Expr::cust("hour / 24"));
    let mut trends: HashMap<i64, Vec<u32>> = HashMap::new();
    for (project_id, day, events) in select.into_tuple::<(i64, i64, i64)>().all(db).await? {
        days.add(trends.entry(project_id).or_insert_with(|| vec![0; TREND_DAYS]), day, events);
    }
    Ok(trends)
}

#[derive(FromQueryResult)]
struct Latest {
    release_id: Option<i64>,
}

/// The latest release of each project, by slug.
async fn latest(db: &impl ConnectionTrait, now: i64) -> Result<HashMap<String, Release>> {
    let select = Query::select().expr_as(Expr::cust(LATEST_OF_PROJECT), "release_id").from(project::Entity).to_owned();
    let found = issues::names::fetch::<Latest>(db, &select).await?;
    let ids = found.into_iter().filter_map(|row| row.release_id);
    let rows = release::Entity::find().filter(release::Column::Id.is_in(ids)).all(db).await?;
    let releases = releases::rows(db, now, rows).await?;
    Ok(releases.into_iter().map(|release| (release.project.clone(), release)).collect())
}

/// Unresolved issues that are new, came back lately or escalate, most events first.
async fn fresh_issues(db: &impl ConnectionTrait, now: i64) -> Result<Vec<Issue>> {
    let since = now - FRESH_DAYS * DAY_MS;
    let came_back = Query::select()
        .column(regression::Column::IssueId.as_column_ref())
        .from(regression::Entity)
        .and_where(regression::Column::HappenedAt.gte(since))
        .to_owned();
    let regressed = Condition::all()
        .add(issue::Column::Substatus.eq(Substatus::Regressed.as_str()))
        .add(issue::Column::Id.in_subquery(came_back));
    let escalating = issue::Column::Substatus.eq(Substatus::Escalating.as_str());
    let fresh = Condition::any().add(issue::Column::FirstSeen.gte(since)).add(regressed).add(escalating);
    let ids = issue::Entity::find()
        .select_only()
        .column(issue::Column::Id)
        .filter(issue::Column::Status.eq(Status::Unresolved.as_str()))
        .filter(fresh)
        .order_by_desc(issue::Column::Events)
        .order_by_desc(issue::Column::LastSeen)
        .limit(ISSUES_SHOWN)
        .into_tuple::<i64>()
        .all(db)
        .await?;
    issues::rows(db, now, &ids).await
}

async fn newest_feedback(db: &impl ConnectionTrait) -> Result<Vec<fieldfare_app::api::Feedback>> {
    let ids = feedback::Entity::find()
        .select_only()
        .column(feedback::Column::Id)
        .order_by_desc(feedback::Column::Id)
        .limit(FEEDBACK_SHOWN)
        .into_tuple::<i64>()
        .all(db)
        .await?;
    feedback_area::rows(db, &ids).await
}

#[cfg(test)]
mod tests;
