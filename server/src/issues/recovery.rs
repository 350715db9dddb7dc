//! An issue that is over without anybody's doing: what it complained of has been seen to work again.

use fieldfare_app::api::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::following;
use super::regression::ResolutionKind;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{group_hash, issue, resolution};

/// Resolves the issue a hash leads to, since the job behind it checked in well at `at`. Answers the issue, unless
/// somebody has dealt with it already.
///
/// # Errors
/// When the database fails.
pub async fn resolve(tx: &Tx, now: i64, (project_id, hash): (i64, Uuid), at: i64) -> Result<Option<i64>> {
    let leads = group_hash::Entity::find()
        .filter(group_hash::Column::ProjectId.eq(project_id))
        .filter(group_hash::Column::Hash.eq(hash));
    let Some(leads) = leads.one(tx).await? else { return Ok(None) };
    let found = issue::Entity::find_by_id(leads.issue_id).one(tx).await?;
    let Some(found) = found.filter(|issue| issue.status == "unresolved") else { return Ok(None) };
    let reason = format!("recovered: checked in at {}", Timestamp(at).readable());
    let changed = issue::ActiveModel {
        id: Set(found.id),
        status: Set("resolved".to_owned()),
        substatus: Set(None),
        status_reason: Set(Some(format!("Resolved, {reason}"))),
        ..Default::default()
    };
    changed.update(tx).await?;
    keep_resolution(tx, found.id, at).await?;
    let line = following::note(tx, now, None, found.id, format!("resolved this, {reason}")).await?;
    following::happened(tx, now, found.id, line).await?;
    Ok(Some(found.id))
}

async fn keep_resolution(tx: &Tx, issue_id: i64, at: i64) -> Result<()> {
    use resolution::Column as C;
    let row = resolution::ActiveModel {
        issue_id: Set(issue_id),
        kind: Set(ResolutionKind::Now.as_str().to_owned()),
        release_id: Set(None),
        member_id: Set(None),
        resolved_at: Set(at),
    };
    let replace =
        OnConflict::column(C::IssueId).update_columns([C::Kind, C::ReleaseId, C::MemberId, C::ResolvedAt]).to_owned();
    resolution::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
