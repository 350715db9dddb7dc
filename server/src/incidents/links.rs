//! Which issues an incident is about. Linking is bookkeeping: it is told in both timelines, but no mail is owed for it.

use fieldfare_app::api::{IncidentLink, IncidentStatus, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect};

use super::timeline::{self, Line};
use super::{begin, read, record};
use crate::error::{Error, Result};
use crate::issues::names;
use crate::store::Tx;
use crate::store::entities::{activity, incident, incident_issue, issue};

/// Incidents offered in a list of choices; more are not read by anybody.
const CHOICES_MAX: u64 = 50;

/// Links an issue, named by its short id or id, to an incident.
///
/// # Errors
/// [`Error::Forbidden`] below developer; [`Error::NotFound`]; [`Error::Invalid`] when there is no such issue;
/// [`Error::Conflict`] when it is linked already.
pub async fn link(tx: &Tx, viewer: &Viewer, now: i64, number: i64, issue: &str) -> Result<()> {
    begin(tx, viewer).await?;
    let incident = read::row(tx, number).await?;
    let issue = named_issue(tx, issue).await?;
    insert(tx, viewer, now, &incident, &issue).await?;
    record(tx, incident.id).await
}

/// Takes an issue, named by its short id or id, from an incident.
///
/// # Errors
/// [`Error::Forbidden`] below developer; [`Error::NotFound`], also when it is not linked; [`Error::Invalid`] when there
/// is no such issue.
pub async fn unlink(tx: &Tx, viewer: &Viewer, now: i64, number: i64, issue: &str) -> Result<()> {
    begin(tx, viewer).await?;
    let incident = read::row(tx, number).await?;
    let issue = named_issue(tx, issue).await?;
    let deleted = incident_issue::Entity::delete_by_id((incident.id, issue.id)).exec(tx).await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found("such link"));
    }
    let line = Line::new("unlinked", short_id(tx, &issue).await?);
    timeline::write(tx, incident.id, viewer, now, vec![line]).await?;
    let what = format!("unlinked this from incident #{}", incident.number);
    tell(tx, viewer, now, &[issue.id], &what).await?;
    record(tx, incident.id).await
}

/// The incidents an issue is linked to, open ones first, then newest first.
///
/// # Errors
/// When the database fails.
pub async fn for_issue(db: &impl ConnectionTrait, issue_id: i64) -> Result<Vec<IncidentLink>> {
    let linked = incident_issue::Entity::find()
        .select_only()
        .column(incident_issue::Column::IncidentId)
        .filter(incident_issue::Column::IssueId.eq(issue_id));
    let ids: Vec<i64> = linked.into_tuple().all(db).await?;
    let found = incident::Entity::find().filter(incident::Column::Id.is_in(ids));
    let found = found.order_by_asc(read::closed()).order_by_desc(incident::Column::Number).all(db).await?;
    Ok(found.into_iter().map(choice).collect())
}

/// The open incidents, newest first, as choices to link something to.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &impl ConnectionTrait) -> Result<Vec<IncidentLink>> {
    let found = incident::Entity::find().filter(incident::Column::ResolvedAt.is_null());
    let found = found.order_by_desc(incident::Column::Number).limit(CHOICES_MAX).all(db).await?;
    Ok(found.into_iter().map(choice).collect())
}

fn choice(row: incident::Model) -> IncidentLink {
    IncidentLink { number: row.number, status: read::standing(&row).status, title: row.title }
}

/// The issue that a field of a form names; `None` for an empty one.
pub(super) async fn optional_issue(tx: &Tx, issue: &str) -> Result<Option<issue::Model>> {
    if issue.trim().is_empty() { Ok(None) } else { named_issue(tx, issue).await.map(Some) }
}

async fn named_issue(tx: &Tx, reference: &str) -> Result<issue::Model> {
    let reference = reference.trim();
    names::issue(tx, reference).await.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("issue", format!("there is no issue “{reference}”")),
        other => other,
    })
}

/// Links an issue and says so in both timelines.
pub(super) async fn insert(
    tx: &Tx,
    viewer: &Viewer,
    now: i64,
    incident: &incident::Model,
    issue: &issue::Model,
) -> Result<()> {
    let row = incident_issue::ActiveModel {
        incident_id: Set(incident.id),
        issue_id: Set(issue.id),
        linked_by: Set(Some(viewer.member_id)),
        linked_at: Set(now),
    };
    let keys = [incident_issue::Column::IncidentId, incident_issue::Column::IssueId];
    let conflict = OnConflict::columns(keys).do_nothing().to_owned();
    let insert = incident_issue::Entity::insert(row).on_conflict(conflict);
    if insert.exec_without_returning(tx).await? == 0 {
        return Err(Error::Conflict(format!("This issue is linked to incident #{} already.", incident.number)));
    }
    let line = Line::new("linked", short_id(tx, issue).await?);
    timeline::write(tx, incident.id, viewer, now, vec![line]).await?;
    tell(tx, viewer, now, &[issue.id], &format!("linked this to incident #{}", incident.number)).await
}

/// Says in the activity of every linked issue that its incident was resolved or opened again.
pub(super) async fn tell_issues(
    tx: &Tx,
    viewer: &Viewer,
    now: i64,
    incident: &incident::Model,
    status: IncidentStatus,
) -> Result<()> {
    let what = match (incident.resolved_at.is_some(), status) {
        (_, IncidentStatus::Resolved) => format!("resolved incident #{}", incident.number),
        (true, _) => format!("opened incident #{} again", incident.number),
        (false, _) => return Ok(()),
    };
    let linked = incident_issue::Entity::find()
        .select_only()
        .column(incident_issue::Column::IssueId)
        .filter(incident_issue::Column::IncidentId.eq(incident.id));
    let ids: Vec<i64> = linked.into_tuple().all(tx).await?;
    tell(tx, viewer, now, &ids, &what).await
}

async fn tell(tx: &Tx, viewer: &Viewer, now: i64, issue_ids: &[i64], what: &str) -> Result<()> {
    if issue_ids.is_empty() {
        return Ok(());
    }
    let rows = issue_ids.iter().map(|issue_id| activity::ActiveModel {
        id: NotSet,
        issue_id: Set(*issue_id),
        member_id: Set(Some(viewer.member_id)),
        happened_at: Set(now),
        what: Set(what.to_owned()),
    });
    activity::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

async fn short_id(tx: &Tx, issue: &issue::Model) -> Result<String> {
    let mut found = names::short_ids(tx, [issue.id]).await?;
    found.remove(&issue.id).ok_or_else(|| Error::not_found("project"))
}
