//! One issue with everything its page shows around the event.

use fieldfare_app::api::{Activity, Feedback, IssueDetail, IssueKind, Member, Role, Timestamp, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::inbox::releases;
use super::names::{self, fetch};
use super::rows::{rows, word};
use super::{sampling, state};
use crate::error::{Error, Result};
use crate::releases::latest;
use crate::store::entities::{activity, event, feedback, issue, member};
use crate::{feedback as feedback_area, incidents};

/// Lines of activity shown, newest first.
const ACTIVITY_MAX: u64 = 100;
/// Pieces of feedback shown with an issue.
const FEEDBACK_MAX: u64 = 50;
/// Members offered as assignees.
const MEMBERS_MAX: u64 = 500;

/// One issue, by short id or number.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn get(db: &impl ConnectionTrait, now: i64, _viewer: &Viewer, issue: &str) -> Result<IssueDetail> {
    let row = names::issue(db, issue).await?;
    let issue = rows(db, now, &[row.id]).await?.pop().ok_or_else(|| Error::not_found("issue"))?;
    Ok(IssueDetail {
        issue,
        state: state::shown(db, &row).await?,
        sampling: sampling::of(db, &row).await?,
        activity: activity_of(db, row.id).await?,
        feedback: feedback_of(db, &row).await?,
        incidents: incidents::for_issue(db, row.id).await?,
        open_incidents: incidents::open(db).await?,
        offered_releases: offered_releases(db, row.project_id).await?,
        members: members(db).await?,
        status_reason: row.status_reason,
    })
}

/// What happened to an issue, newest first.
///
/// # Errors
/// [`Error::NotFound`] for an unknown issue.
pub async fn activity(db: &impl ConnectionTrait, _viewer: &Viewer, issue: &str) -> Result<Vec<Activity>> {
    let issue = names::issue(db, issue).await?;
    activity_of(db, issue.id).await
}

async fn activity_of(db: &impl ConnectionTrait, issue_id: i64) -> Result<Vec<Activity>> {
    let lines = activity::Entity::find()
        .filter(activity::Column::IssueId.eq(issue_id))
        .order_by_desc(activity::Column::Id)
        .limit(ACTIVITY_MAX)
        .all(db)
        .await?;
    let members = names::members(db, lines.iter().filter_map(|line| line.member_id)).await?;
    Ok(lines
        .into_iter()
        .map(|line| Activity {
            at: Timestamp(line.happened_at),
            by: line.member_id.and_then(|id| members.get(&id).cloned()),
            what: line.what,
        })
        .collect())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// What users wrote about an error, or the pieces of a feedback issue.
async fn feedback_of(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Vec<Feedback>> {
    let mut select = Query::select()
        .column(feedback::Column::Id.as_column_ref())
        .from(feedback::Entity)
        .and_where(feedback::Column::ProjectId.eq(issue.project_id))
        .order_by(feedback::Column::CreatedAt.as_column_ref(), sea_orm::Order::Desc)
        .order_by(feedback::Column::Id.as_column_ref(), sea_orm::Order::Desc)
        .limit(FEEDBACK_MAX)
        .to_owned();
    if word(&issue.kind, IssueKind::Error) == IssueKind::Feedback {
        select.and_where(feedback::Column::IssueId.eq(issue.id));
    } else {
        select.inner_join(event::Entity, about_event()).and_where(event::Column::IssueId.eq(issue.id));
    }
    let ids: Vec<i64> = fetch::<Id>(db, &select).await?.into_iter().map(|row| row.id).collect();
    feedback_area::rows(db, &ids).await
}

fn about_event() -> Expr {
    let same_project =
        Expr::col(event::Column::ProjectId.as_column_ref()).equals(feedback::Column::ProjectId.as_column_ref());
    let same_event =
        Expr::col(event::Column::EventId.as_column_ref()).equals(feedback::Column::AssociatedEventId.as_column_ref());
    same_project.and(same_event)
}

/// What it could be resolved in: the latest release, then those that were seen last.
async fn offered_releases(db: &impl ConnectionTrait, project_id: i64) -> Result<Vec<String>> {
    let latest = latest(db, project_id).await?.map(|release| release.version);
    let mut others = releases(db, Some(project_id)).await?;
    others.retain(|version| Some(version) != latest.as_ref());
    Ok(latest.into_iter().chain(others).collect())
}

pub(super) async fn members(db: &impl ConnectionTrait) -> Result<Vec<Member>> {
    let rows = member::Entity::find().order_by_asc(member::Column::Name).limit(MEMBERS_MAX).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Member {
            id: row.id,
            role: word(&row.role, Role::Viewer),
            created_at: Timestamp(row.created_at),
            name: row.name,
            email: row.email,
        })
        .collect())
}
