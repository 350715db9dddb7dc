//! Whom new issues are left to, by the project's ownership rules.
//!
//! Rules are tried before anybody knows whether an issue is new, so they are tried once for each fingerprint and the
//! outcome is remembered as long as the policy is: a flood costs one look. Only an issue that is new takes it.

use std::collections::HashSet;
use std::sync::Arc;

use moka::sync::Cache;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::error::Result;
use crate::issues::assignment::{self, Assignee};
use crate::issues::following::{self, Reason};
use crate::issues::ownership::{Assignment, Owners};
use crate::issues::state;
use crate::jobs::outbox::{self, Message, Switch};
use crate::ownership::Subject;
use crate::store::Tx;
use crate::store::entities::{issue, member, team};

/// Outcomes that are remembered; a project has some thousand fingerprints that are alive.
const REMEMBERED: u64 = 10_000;

/// The rules of a project with what they came to lately.
#[derive(Clone, Debug)]
pub struct Judge {
    owners: Owners,
    judged: Cache<Uuid, Option<Arc<Assignment>>>,
}

impl Judge {
    /// `None` where there are no rules, or new issues are not assigned by them.
    pub(super) fn of(owners: Owners) -> Option<Self> {
        (!owners.is_empty()).then(|| Self { owners, judged: Cache::new(REMEMBERED) })
    }

    /// Whom an issue of this fingerprint is left to if it is new.
    pub(super) fn assignment<'s>(&self, hash: Uuid, subject: impl FnOnce() -> Subject<'s>) -> Option<Arc<Assignment>> {
        self.judged.get_with(hash, || self.owners.assignment(&subject()).map(Arc::new))
    }
}

/// Those whom new issues of a batch are left to and who are still there: the rules may be some seconds old.
pub(super) async fn present<'a>(
    tx: &Tx,
    wanted: impl Iterator<Item = &'a Assignment>,
) -> Result<HashSet<(Option<i64>, Option<i64>)>> {
    let wanted: HashSet<_> = wanted.map(|assignment| assignment.assignee.columns()).collect();
    let mut present = HashSet::new();
    let members: Vec<i64> = wanted.iter().filter_map(|(member, _)| *member).collect();
    if !members.is_empty() {
        let select = member::Entity::find().select_only().column(member::Column::Id);
        let found: Vec<i64> = select.filter(member::Column::Id.is_in(members)).into_tuple().all(tx).await?;
        present.extend(found.into_iter().map(|id| (Some(id), None)));
    }
    let teams: Vec<i64> = wanted.iter().filter_map(|(_, team)| *team).collect();
    if !teams.is_empty() {
        let select = team::Entity::find().select_only().column(team::Column::Id);
        let found: Vec<i64> = select.filter(team::Column::Id.is_in(teams)).into_tuple().all(tx).await?;
        present.extend(found.into_iter().map(|id| (None, Some(id))));
    }
    Ok(present)
}

/// Says in a new issue's activity why it is left to somebody, who follows it from now on and hears of it.
pub(super) async fn leave_to(tx: &Tx, now: i64, issue: &issue::Model, assignment: &Assignment) -> Result<()> {
    state::note(tx, now, &[(issue.id, None, assignment.what.clone())]).await?;
    let people = assignment::people(tx, &assignment.assignee).await?;
    following::follow(tx, now, issue.id, &people, Reason::Assigned).await?;
    if issue.kind != "error" {
        return Ok(());
    }
    // The mail every new issue is told by, to whom it concerns even where they do not hear of every new issue.
    outbox::enqueue_for(tx, now, &Message::NewIssue { issue_id: issue.id }, (&people, Switch::Followed)).await
}

/// The columns of a new issue.
pub(super) fn columns(assignment: Option<&Assignment>) -> (Option<i64>, Option<i64>) {
    assignment.map(|assignment| &assignment.assignee).map(Assignee::columns).unwrap_or_default()
}
