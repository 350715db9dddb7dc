//! What arrives for a project, day by day, and what its clients could do better.

use std::collections::BTreeMap;

use fieldfare_app::api::{Arrivals, DayOfArrivals, Event, SdkFinding, SdkSubject, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use super::stats::{STATS_DAYS, stats};
use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::issues;
use crate::store::entities::{issue_hour, outcome_hour, session_hour};

/// How far back clients are looked at, days: what was mended last week is not said again.
const RECENT_DAYS: i64 = 7;
/// Issues whose newest events are read; each is a payload to unpack.
const SAMPLED_ISSUES: u64 = 60;

/// Everything the page shows.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown project.
pub async fn arrivals(db: &impl ConnectionTrait, now: i64, viewer: &Viewer, slug: &str) -> Result<Arrivals> {
    let project = super::get(db, viewer, slug).await?;
    let counted = counted(db, now, project.id).await?;
    let sample = issues::newest_of_each(db, project.id, now - RECENT_DAYS * DAY_MS, SAMPLED_ISSUES).await?;
    let recent = u64::try_from(counted.events).unwrap_or(0);
    Ok(Arrivals {
        days: days(db, now, project.id).await?,
        stats: stats(db, now, viewer, Some(project.id)).await?,
        findings: findings(&counted, &sample),
        recent,
        name: project.name,
        platform: project.platform,
    })
}

#[derive(Debug, FromQueryResult)]
struct OfDay {
    day: i64,
    outcome: String,
    quantity: i64,
}

/// Errors and feedback only: sessions come by the thousand and would hide them.
async fn days(db: &impl ConnectionTrait, now: i64, project_id: i64) -> Result<Vec<DayOfArrivals>> {
    use outcome_hour::Column;
    // Written out: PostgreSQL takes an expression with a bound value for another one when it groups by it.
    let day = Expr::cust("hour / 24");
    let rows: Vec<OfDay> = outcome_hour::Entity::find()
        .select_only()
        .column_as(day.clone(), "day")
        .column(Column::Outcome)
        .column_as(Expr::expr(Column::Quantity.sum()).cast_as(Alias::new("BIGINT")), "quantity")
        .filter(Column::ProjectId.eq(project_id))
        .filter(Column::Category.is_in(["error", "feedback"]))
        .filter(Column::Outcome.ne("evicted"))
        .filter(Column::Hour.gte((now.div_euclid(DAY_MS) - STATS_DAYS + 1) * 24))
        .group_by(day)
        .group_by(Column::Outcome)
        .into_model()
        .all(db)
        .await?;
    Ok(by_day(now.div_euclid(DAY_MS), &rows))
}

fn by_day(today: i64, rows: &[OfDay]) -> Vec<DayOfArrivals> {
    let mut days: BTreeMap<i64, DayOfArrivals> = BTreeMap::new();
    for row in rows {
        let quantity = u64::try_from(row.quantity).unwrap_or(0);
        let day = days.entry(row.day).or_default();
        match row.outcome.as_str() {
            // What was sampled is among what was accepted.
            "sampled" => {}
            "accepted" => day.accepted += quantity,
            _ => day.dropped += quantity,
        }
    }
    let whole = (today - STATS_DAYS + 1)..=today;
    whole
        .map(|day| DayOfArrivals { day: Timestamp(day * DAY_MS).date(), ..days.remove(&day).unwrap_or_default() })
        .collect()
}

/// What the counters say of the last days.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
struct Counted {
    events: i64,
    without_release: i64,
    without_environment: i64,
    #[sea_orm(skip)]
    sessions: i64,
}

#[derive(FromQueryResult)]
struct Sum {
    sum: Option<i64>,
}

async fn counted(db: &impl ConnectionTrait, now: i64, project_id: i64) -> Result<Counted> {
    use issue_hour::Column;
    let since = (now - RECENT_DAYS * DAY_MS).div_euclid(HOUR_MS);
    let sum = |what: &str| Expr::cust(format!("COALESCE(CAST(SUM({what}) AS BIGINT), 0)"));
    let of = |column: &str| format!("CASE WHEN {column} = 0 THEN events ELSE 0 END");
    let events = issue_hour::Entity::find()
        .select_only()
        .column_as(sum("events"), "events")
        .column_as(sum(&of("release_id")), "without_release")
        .column_as(sum(&of("environment_id")), "without_environment")
        .filter(Column::ProjectId.eq(project_id))
        .filter(Column::Hour.gte(since))
        .into_model::<Counted>()
        .one(db)
        .await?
        .unwrap_or_default();
    let sessions = session_hour::Entity::find()
        .select_only()
        .column_as(Expr::expr(session_hour::Column::Sessions.sum()).cast_as(Alias::new("BIGINT")), "sum")
        .filter(session_hour::Column::ProjectId.eq(project_id))
        .filter(session_hour::Column::Hour.gte(since))
        .into_model::<Sum>()
        .one(db)
        .await?;
    Ok(Counted { sessions: sessions.and_then(|row| row.sum).unwrap_or(0), ..events })
}

/// What can be mended; counters where there are any, the newest event of each issue elsewhere.
fn findings(counted: &Counted, sample: &[Event]) -> Vec<SdkFinding> {
    let size = |count: i64| u64::try_from(count).unwrap_or(0);
    let of_counter = |subject, affected: i64, has: fn(&Event) -> bool| SdkFinding {
        subject,
        affected: size(affected),
        of: size(counted.events),
        example: example(sample, has),
    };
    let of_sample = |subject, has: fn(&Event) -> bool| SdkFinding {
        subject,
        affected: sample.iter().filter(|event| has(event)).count() as u64,
        of: sample.len() as u64,
        example: example(sample, has),
    };
    let no_sessions = if counted.sessions == 0 { counted.events } else { 0 };
    let mut findings = vec![
        of_counter(SdkSubject::Release, counted.without_release, |event| event.release.is_none()),
        of_counter(SdkSubject::Environment, counted.without_environment, |event| event.environment.is_none()),
        SdkFinding { example: None, ..of_counter(SdkSubject::Sessions, no_sessions, |_| false) },
        of_sample(SdkSubject::InApp, has_no_frame_of_its_own),
        of_sample(SdkSubject::SourceMaps, |event| event.grouping.explanation.unmapped),
        of_sample(SdkSubject::Clock, |event| event.notes.iter().any(|note| note.reason.contains("clock is wrong"))),
    ];
    findings.retain(|finding| finding.affected > 0);
    findings.sort_by_key(|finding| std::cmp::Reverse(share(finding)));
    findings
}

/// Thousandths of what was looked at.
fn share(finding: &SdkFinding) -> u64 {
    finding.affected.saturating_mul(1_000) / Ord::max(finding.of, 1)
}

fn example(sample: &[Event], has: fn(&Event) -> bool) -> Option<(String, String)> {
    sample.iter().find(|event| has(event)).map(|event| (event.issue.clone(), event.event_id.clone()))
}

fn has_no_frame_of_its_own(event: &Event) -> bool {
    let mut frames = event.exception.values.iter().flat_map(|exception| &exception.stacktrace.frames).peekable();
    frames.peek().is_some() && frames.all(|frame| !frame.in_app)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_there_and_sampling_is_not_counted_twice() {
        let row = |day, outcome: &str, quantity| OfDay { day, outcome: outcome.to_owned(), quantity };
        let rows = [row(100, "accepted", 7), row(100, "sampled", 5), row(100, "filtered", 2), row(99, "invalid", 1)];
        let days = by_day(100, &rows);
        assert_eq!(days.len(), 30);
        let last: Vec<_> = days[28..].iter().map(|day| (day.day.as_str(), day.accepted, day.dropped)).collect();
        assert_eq!(last, [("1970-04-10", 0, 1), ("1970-04-11", 7, 2)]);
    }

    #[test]
    fn what_is_well_is_not_said() {
        let counted = Counted { events: 10, without_release: 4, without_environment: 0, sessions: 3 };
        let found: Vec<_> =
            findings(&counted, &[]).into_iter().map(|one| (one.subject, one.affected, one.of)).collect();
        assert_eq!(found, [(SdkSubject::Release, 4, 10)]);
        let silent = Counted { sessions: 0, without_release: 0, ..counted };
        assert_eq!(findings(&silent, &[])[0].subject, SdkSubject::Sessions);
    }
}
