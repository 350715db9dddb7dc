//! Issues as lists and the API carry them: six queries for a page, however long it is.

use std::collections::HashMap;
use std::str::FromStr;

use fieldfare_app::api::{Issue, IssueKind, Level, Priority, ReleaseCount, Status, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::merge::MERGED;
use super::names::{self, Names, fetch, short_id};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::releases::order::{self, ReleaseOrder};
use crate::store::entities::{issue, issue_hour, issue_release, release};

/// Days of a trend; two weeks show a weekly rhythm twice.
pub const TREND_DAYS: usize = 14;
/// Hours in a day, the unit of the counters' buckets.
const DAY_HOURS: i64 = 24;
/// Releases listed with one issue, newest first; more is no longer read by anybody.
const RELEASES_MAX: usize = 100;

/// The issues of these ids, in this order; ids that lead nowhere, or were merged into others, are left out.
///
/// # Errors
/// When the database fails.
pub async fn rows(db: &impl ConnectionTrait, now: i64, ids: &[i64]) -> Result<Vec<Issue>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = issue::Entity::find()
        .filter(issue::Column::Id.is_in(ids.iter().copied()))
        .filter(issue::Column::Status.ne(MERGED))
        .all(db)
        .await?;
    let around = Surroundings::load(db, now, &found).await?;
    let mut by_id: HashMap<i64, issue::Model> = found.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).map(|row| around.issue(row)).collect())
}

/// Reads a stored word; a word from a later version of the program becomes `otherwise`.
pub(crate) fn word<T: FromStr>(text: &str, otherwise: T) -> T {
    text.parse().unwrap_or(otherwise)
}

/// A counter as the API writes it.
pub(crate) fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// The days of a trend, for a condition on `hour` and for laying out what was found.
#[derive(Clone, Copy)]
pub(crate) struct TrendDays {
    first_day: i64,
}

impl TrendDays {
    pub(crate) fn until(now: i64) -> Self {
        let today = now.div_euclid(HOUR_MS * DAY_HOURS);
        Self { first_day: today + 1 - i64::try_from(TREND_DAYS).unwrap_or(0) }
    }

    pub(crate) fn first_hour(self) -> i64 {
        self.first_day * DAY_HOURS
    }

    /// Adds what was counted on a day, counted from the epoch.
    pub(crate) fn add(self, trend: &mut [u32], day: i64, events: i64) {
        let slot = usize::try_from(day - self.first_day).ok().and_then(|at| trend.get_mut(at));
        if let Some(slot) = slot {
            *slot = slot.saturating_add(u32::try_from(events).unwrap_or(u32::MAX));
        }
    }
}

/// Everything a page of issues needs beside the issues' own rows.
struct Surroundings {
    projects: Names,
    assignees: Names,
    teams: Names,
    releases: HashMap<i64, Vec<InRelease>>,
    trends: HashMap<i64, Vec<u32>>,
}

impl Surroundings {
    async fn load(db: &impl ConnectionTrait, now: i64, issues: &[issue::Model]) -> Result<Self> {
        Ok(Self {
            projects: names::projects(db).await?,
            assignees: names::addresses(db, issues.iter().filter_map(|row| row.assignee_id)).await?,
            teams: names::teams(db, issues.iter().filter_map(|row| row.team_id)).await?,
            releases: releases(db, issues).await?,
            trends: trends(db, now, issues).await?,
        })
    }

    fn assignee(&self, row: &issue::Model) -> Option<String> {
        let team = || row.team_id.and_then(|id| Some(format!("#{}", self.teams.get(&id)?)));
        row.assignee_id.and_then(|id| self.assignees.get(&id).cloned()).or_else(team)
    }

    fn issue(&self, row: issue::Model) -> Issue {
        let slug = self.projects.get(&row.project_id).cloned().unwrap_or_default();
        let releases = self.releases.get(&row.id).map_or(&[][..], Vec::as_slice);
        let assignee = self.assignee(&row);
        let version = |id: i64| releases.iter().find(|seen| seen.release_id == id).map(|seen| seen.version.clone());
        Issue {
            short_id: short_id(&slug, row.number),
            project: slug,
            kind: word(&row.kind, IssueKind::Error),
            level: word(&row.level, Level::Error),
            status: word(&row.status, Status::Unresolved),
            substatus: row.substatus.and_then(|text| text.parse().ok()),
            priority: word(&row.priority, Priority::Medium),
            priority_reason: row.priority_reason,
            priority_is_automatic: row.priority_member_id.is_none(),
            assignee,
            first_seen: Timestamp(row.first_seen),
            last_seen: Timestamp(row.last_seen),
            events: count(row.events),
            users: count(row.users),
            first_release: version(row.first_release_id),
            last_release: version(row.last_release_id),
            releases: releases.iter().take(RELEASES_MAX).map(InRelease::count).collect(),
            trend: self.trends.get(&row.id).cloned().unwrap_or_else(|| vec![0; TREND_DAYS]),
            id: row.id,
            title: row.title,
            culprit: row.culprit,
        }
    }
}

/// An issue in a release, with what orders the release.
#[derive(FromQueryResult)]
struct InRelease {
    issue_id: i64,
    release_id: i64,
    version: String,
    released_at: Option<i64>,
    released_first_seen: i64,
    events: i64,
    users: i64,
    first_seen: i64,
    last_seen: i64,
}

impl InRelease {
    fn count(&self) -> ReleaseCount {
        ReleaseCount {
            version: self.version.clone(),
            events: count(self.events),
            users: count(self.users),
            first_seen: Timestamp(self.first_seen),
            last_seen: Timestamp(self.last_seen),
        }
    }

    fn rank(&self) -> order::Rank {
        order::rank(&ReleaseOrder {
            version: &self.version,
            released_at: self.released_at,
            first_seen: self.released_first_seen,
        })
    }
}

/// Per issue, newest release first.
async fn releases(db: &impl ConnectionTrait, issues: &[issue::Model]) -> Result<HashMap<i64, Vec<InRelease>>> {
    use issue_release::Column as Seen;
    let select = Query::select()
        .columns([Seen::IssueId, Seen::ReleaseId, Seen::Events, Seen::Users].map(|column| column.as_column_ref()))
        .columns([Seen::FirstSeen, Seen::LastSeen].map(|column| column.as_column_ref()))
        .columns([release::Column::Version, release::Column::ReleasedAt].map(|column| column.as_column_ref()))
        .expr_as(release::Column::FirstSeen.into_expr(), "released_first_seen")
        .from(issue_release::Entity)
        .inner_join(
            release::Entity,
            Expr::col(release::Column::Id.as_column_ref()).equals(Seen::ReleaseId.as_column_ref()),
        )
        .and_where(Seen::ProjectId.is_in(project_ids(issues)))
        .and_where(Seen::IssueId.is_in(issues.iter().map(|row| row.id)))
        .to_owned();
    let mut by_issue: HashMap<i64, Vec<InRelease>> = HashMap::new();
    for seen in fetch::<InRelease>(db, &select).await? {
        by_issue.entry(seen.issue_id).or_default().push(seen);
    }
    for releases in by_issue.values_mut() {
        releases.sort_by_cached_key(|seen| std::cmp::Reverse(seen.rank()));
    }
    Ok(by_issue)
}

async fn trends(db: &impl ConnectionTrait, now: i64, issues: &[issue::Model]) -> Result<HashMap<i64, Vec<u32>>> {
    let days = TrendDays::until(now);
    let select = issue_hour::Entity::find()
        .select_only()
        .column(issue_hour::Column::IssueId)
        .expr_as(Expr::cust("hour / 24"), "day")
        .expr_as(Expr::cust("CAST(SUM(events) AS BIGINT)"), "events")
        .filter(issue_hour::Column::ProjectId.is_in(project_ids(issues)))
        .filter(issue_hour::Column::IssueId.is_in(issues.iter().map(|row| row.id)))
        .filter(issue_hour::Column::Hour.gte(days.first_hour()))
        .group_by(issue_hour::Column::IssueId)
        .group_by(Expr::cust("hour / 24"));
    let mut trends: HashMap<i64, Vec<u32>> = HashMap::new();
    for (issue_id, day, events) in select.into_tuple::<(i64, i64, i64)>().all(db).await? {
        days.add(trends.entry(issue_id).or_insert_with(|| vec![0; TREND_DAYS]), day, events);
    }
    Ok(trends)
}

fn project_ids(issues: &[issue::Model]) -> std::collections::BTreeSet<i64> {
    issues.iter().map(|row| row.project_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_ends_today_and_drops_what_is_older() {
        let now = 20_000 * DAY_HOURS * HOUR_MS + 5;
        let days = TrendDays::until(now);
        let mut trend = vec![0; TREND_DAYS];
        for (day, events) in [(20_000, 3), (20_000, 4), (19_987, 2), (19_986, 9), (20_001, 9)] {
            days.add(&mut trend, day, events);
        }
        assert_eq!((trend[13], trend[0], trend.iter().sum::<u32>()), (7, 2, 9));
        assert_eq!(days.first_hour(), 19_987 * DAY_HOURS);
    }
}
