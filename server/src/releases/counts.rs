//! What is counted per release: issues, events, feedback, sessions, a trend. One query each for a page of releases.

use std::collections::HashMap;

use fieldfare_app::api::{IssueKind, Release, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::health::share;
use crate::error::Result;
use crate::issues::{MERGED, TREND_DAYS, TrendDays, count, names};
use crate::store::entities::{feedback, issue, issue_hour, issue_release, regression, release, session_hour};

/// The releases of these rows with their counts, in this order; sessions of one environment or of all.
///
/// # Errors
/// When the database fails.
pub(super) async fn counted(
    db: &impl ConnectionTrait,
    now: i64,
    rows: Vec<release::Model>,
    environment: Option<i64>,
) -> Result<Vec<Release>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope::of(&rows);
    let slugs = names::projects(db).await?;
    let counts = Counts {
        new_issues: pairs(db, &new_issues(&scope)).await?,
        regressed: pairs(db, &regressed(&scope)).await?,
        events: pairs(db, &events(&scope)).await?,
        feedback: pairs(db, &pieces(&scope)).await?,
        sessions: sessions(db, &scope, environment).await?,
        trends: trends(db, now, &scope).await?,
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let slug = slugs.get(&row.project_id).cloned().unwrap_or_default();
            counts.release(row, slug)
        })
        .collect())
}

/// The releases asked about and their projects, by which every large table is ordered.
struct Scope {
    projects: Vec<i64>,
    releases: Vec<i64>,
}

impl Scope {
    fn of(rows: &[release::Model]) -> Self {
        let mut projects: Vec<i64> = rows.iter().map(|row| row.project_id).collect();
        projects.sort_unstable();
        projects.dedup();
        Self { projects, releases: rows.iter().map(|row| row.id).collect() }
    }
}

struct Counts {
    new_issues: HashMap<i64, i64>,
    regressed: HashMap<i64, i64>,
    events: HashMap<i64, i64>,
    feedback: HashMap<i64, i64>,
    /// Sessions and those of them that crashed.
    sessions: HashMap<i64, (i64, i64)>,
    trends: HashMap<i64, Vec<u32>>,
}

impl Counts {
    fn release(&self, row: release::Model, project: String) -> Release {
        let of = |counts: &HashMap<i64, i64>| count(counts.get(&row.id).copied().unwrap_or(0));
        let (sessions, crashed) = self.sessions.get(&row.id).copied().unwrap_or((0, 0));
        Release {
            project,
            first_seen: Timestamp(row.first_seen),
            last_seen: Timestamp(row.last_seen),
            released_at: row.released_at.map(Timestamp),
            archived_at: row.archived_at.map(Timestamp),
            seen_since_archived: row.archived_at.is_some_and(|archived_at| row.last_seen > archived_at),
            new_issues: of(&self.new_issues),
            regressed_issues: of(&self.regressed),
            events: of(&self.events),
            feedback: of(&self.feedback),
            sessions: count(sessions),
            crash_free_sessions: share(sessions - crashed, sessions),
            trend: self.trends.get(&row.id).cloned().unwrap_or_else(|| vec![0; TREND_DAYS]),
            version: row.version,
        }
    }
}

#[derive(FromQueryResult)]
struct Pair {
    release_id: i64,
    counted: i64,
}

async fn pairs(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<HashMap<i64, i64>> {
    let found = names::fetch::<Pair>(db, select).await?;
    Ok(found.into_iter().map(|pair| (pair.release_id, pair.counted)).collect())
}

fn new_issues(scope: &Scope) -> SelectStatement {
    Query::select()
        .expr_as(issue::Column::FirstReleaseId.into_expr(), "release_id")
        .expr_as(Expr::cust("COUNT(*)"), "counted")
        .from(issue::Entity)
        .and_where(issue::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .and_where(issue::Column::FirstReleaseId.is_in(scope.releases.iter().copied()))
        .group_by_col(issue::Column::FirstReleaseId)
        .to_owned()
}

fn regressed(scope: &Scope) -> SelectStatement {
    Query::select()
        .column(regression::Column::ReleaseId.as_column_ref())
        .expr_as(Expr::cust("COUNT(DISTINCT regression.issue_id)"), "counted")
        .from(regression::Entity)
        .inner_join(
            issue::Entity,
            Expr::col(issue::Column::Id.as_column_ref()).equals(regression::Column::IssueId.as_column_ref()),
        )
        .and_where(issue::Column::Status.ne(MERGED))
        .and_where(regression::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .and_where(regression::Column::ReleaseId.is_in(scope.releases.iter().copied()))
        .add_group_by([regression::Column::ReleaseId.into_expr()])
        .to_owned()
}

fn events(scope: &Scope) -> SelectStatement {
    Query::select()
        .column(issue_release::Column::ReleaseId)
        .expr_as(Expr::cust("CAST(SUM(issue_release.events) AS BIGINT)"), "counted")
        .from(issue_release::Entity)
        .inner_join(
            issue::Entity,
            Expr::col(issue::Column::Id.as_column_ref()).equals(issue_release::Column::IssueId.as_column_ref()),
        )
        .and_where(issue::Column::Kind.eq(IssueKind::Error.as_str()))
        .and_where(issue_release::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .and_where(issue_release::Column::ReleaseId.is_in(scope.releases.iter().copied()))
        .group_by_col(issue_release::Column::ReleaseId)
        .to_owned()
}

fn pieces(scope: &Scope) -> SelectStatement {
    Query::select()
        .column(feedback::Column::ReleaseId)
        .expr_as(Expr::cust("COUNT(*)"), "counted")
        .from(feedback::Entity)
        .and_where(feedback::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .and_where(feedback::Column::ReleaseId.is_in(scope.releases.iter().copied()))
        .group_by_col(feedback::Column::ReleaseId)
        .to_owned()
}

async fn sessions(
    db: &impl ConnectionTrait,
    scope: &Scope,
    environment: Option<i64>,
) -> Result<HashMap<i64, (i64, i64)>> {
    let mut select = session_hour::Entity::find()
        .select_only()
        .column(session_hour::Column::ReleaseId)
        .expr_as(Expr::cust("CAST(SUM(sessions) AS BIGINT)"), "sessions")
        .expr_as(Expr::cust("CAST(SUM(crashed) AS BIGINT)"), "crashed")
        .filter(session_hour::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .filter(session_hour::Column::ReleaseId.is_in(scope.releases.iter().copied()))
        .group_by(session_hour::Column::ReleaseId);
    if let Some(id) = environment {
        select = select.filter(session_hour::Column::EnvironmentId.eq(id));
    }
    let found = select.into_tuple::<(i64, i64, i64)>().all(db).await?;
    Ok(found.into_iter().map(|(id, sessions, crashed)| (id, (sessions, crashed))).collect())
}

async fn trends(db: &impl ConnectionTrait, now: i64, scope: &Scope) -> Result<HashMap<i64, Vec<u32>>> {
    let days = TrendDays::until(now);
    let of_feedback = Query::select()
        .column(issue::Column::Id.as_column_ref())
        .from(issue::Entity)
        .and_where(issue::Column::Kind.eq(IssueKind::Feedback.as_str()))
        .to_owned();
    let select = issue_hour::Entity::find()
        .select_only()
        .column(issue_hour::Column::ReleaseId)
        .expr_as(Expr::cust("hour / 24"), "day")
        .expr_as(Expr::cust("CAST(SUM(events) AS BIGINT)"), "events")
        .filter(issue_hour::Column::ProjectId.is_in(scope.projects.iter().copied()))
        .filter(issue_hour::Column::ReleaseId.is_in(scope.releases.iter().copied()))
        .filter(issue_hour::Column::Hour.gte(days.first_hour()))
        .filter(issue_hour::Column::IssueId.not_in_subquery(of_feedback))
        .group_by(issue_hour::Column::ReleaseId)
        .group_by(Expr::cust("hour / 24"));
    let mut trends: HashMap<i64, Vec<u32>> = HashMap::new();
    for (release_id, day, events) in select.into_tuple::<(i64, i64, i64)>().all(db).await? {
        days.add(trends.entry(release_id).or_insert_with(|| vec![0; TREND_DAYS]), day, events);
    }
    Ok(trends)
}
