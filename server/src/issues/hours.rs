//! Events of issues by the hour, from the counters.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::Result;
use crate::store::entities::{issue, issue_hour};

/// Of each issue the events of so many hours up to `current`, oldest first. Issues without any are missing.
///
/// # Errors
/// When the database fails.
pub(super) async fn by_hour(
    db: &impl ConnectionTrait,
    issues: &[issue::Model],
    (hours, current): (i64, i64),
) -> Result<HashMap<i64, Vec<u32>>> {
    use issue_hour::Column as C;
    let projects: BTreeSet<i64> = issues.iter().map(|row| row.project_id).collect();
    let oldest = current + 1 - hours;
    let select = issue_hour::Entity::find()
        .select_only()
        .columns([C::IssueId, C::Hour])
        .expr_as(Expr::cust("CAST(SUM(events) AS BIGINT)"), "events")
        .filter(C::ProjectId.is_in(projects))
        .filter(C::IssueId.is_in(issues.iter().map(|row| row.id)))
        .filter(C::Hour.between(oldest, current))
        .group_by(C::IssueId)
        .group_by(C::Hour);
    let mut found: HashMap<i64, Vec<u32>> = HashMap::new();
    let empty = || vec![0; usize::try_from(hours).unwrap_or(0)];
    for (issue_id, hour, events) in select.into_tuple::<(i64, i64, i64)>().all(db).await? {
        let counts = found.entry(issue_id).or_insert_with(empty);
        if let Some(count) = usize::try_from(hour - oldest).ok().and_then(|at| counts.get_mut(at)) {
            *count = u32::try_from(events).unwrap_or(u32::MAX);
        }
    }
    Ok(found)
}
