//! The release an issue was first seen in, those it came back in, and when they were put live.

use std::collections::{BTreeSet, HashMap};

use fieldfare_app::api::{Moment, MomentKind, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Placed, Span};
use crate::error::Result;
use crate::issues::names;
use crate::store::entities::{deploy, issue, regression};
use crate::store::releases::NONE;

/// Regressions that are told; an issue that came back more often is one that nobody mends.
const REGRESSIONS_MAX: u64 = 100;

pub(super) async fn moments(db: &impl ConnectionTrait, issue: &issue::Model, span: Span) -> Result<Vec<Placed>> {
    let regressions = regression::Entity::find()
        .filter(regression::Column::IssueId.eq(issue.id))
        .order_by_desc(regression::Column::Id)
        .limit(REGRESSIONS_MAX)
        .all(db)
        .await?;
    let mut ids: BTreeSet<i64> = regressions.iter().map(|row| row.release_id).collect();
    ids.insert(issue.first_release_id);
    ids.remove(&NONE);
    let versions = names::releases(db, ids.iter().copied()).await?;
    let mut moments = vec![first_seen(issue, versions.get(&issue.first_release_id))];
    moments.extend(regressions.iter().map(|row| came_back(row, versions.get(&row.release_id))));
    moments.retain(|placed| span.until.is_none_or(|until| placed.moment.at.0 <= until));
    moments.extend(deploys(db, issue.project_id, &versions, span).await?);
    Ok(moments)
}

fn first_seen(issue: &issue::Model, version: Option<&String>) -> Placed {
    let what = match version {
        Some(version) => format!("First seen in {version}"),
        None => "First seen".to_owned(),
    };
    Placed { rank: (0, 0), moment: moment(issue.first_seen, MomentKind::Release, what, version) }
}

fn came_back(row: &regression::Model, version: Option<&String>) -> Placed {
    let what = match version {
        Some(version) => format!("Came back in {version}"),
        None => "Came back".to_owned(),
    };
    Placed { rank: (1, row.id), moment: moment(row.happened_at, MomentKind::Release, what, version) }
}

async fn deploys(
    db: &impl ConnectionTrait,
    project_id: i64,
    versions: &HashMap<i64, String>,
    span: Span,
) -> Result<Vec<Placed>> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = deploy::Entity::find()
        .filter(deploy::Column::ProjectId.eq(project_id))
        .filter(deploy::Column::ReleaseId.is_in(versions.keys().copied()));
    if let Some(until) = span.until {
        select = select.filter(deploy::Column::FinishedAt.lte(until));
    }
    let ordered = select.order_by_desc(deploy::Column::FinishedAt).order_by_desc(deploy::Column::Id);
    let rows = ordered.limit(span.limit).all(db).await?;
    let environments = names::environments(db, rows.iter().map(|row| row.environment_id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let version = versions.get(&row.release_id);
            let to = environments.get(&row.environment_id).map(|name| format!(" to {name}")).unwrap_or_default();
            let what = format!("{} was deployed{to}", version.map_or("A release", String::as_str));
            Placed { rank: (0, row.id), moment: moment(row.finished_at, MomentKind::Deploy, what, version) }
        })
        .collect())
}

fn moment(at: i64, kind: MomentKind, what: String, version: Option<&String>) -> Moment {
    Moment { at: Timestamp(at), kind, by: None, what, release: version.cloned(), comment: None }
}
