//! An issue that is over without anybody's doing: what it complained of has been seen to work again.

use fieldfare_app::api::{ResolvedIn, Status, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::following;
use super::state::{self, Entry, Subject, Terms};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{group_hash, issue};

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
    let entry = Entry {
        issue: Subject::from(&found),
        status: Status::Resolved,
        substatus: None,
        terms: Terms { how: Some(state::how_resolved(&ResolvedIn::Now)), ..Terms::default() },
        since: at,
        member_id: None,
        reason: format!("Resolved, {reason}"),
        what: format!("resolved this, {reason}"),
    };
    state::enter(tx, now, &[entry]).await?;
    following::happened(tx, now, &[found.id]).await?;
    Ok(Some(found.id))
}
