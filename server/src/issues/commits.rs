//! Issues that are resolved in a commit: which release holds it, and what becomes of them when one does.

use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::deciding::{in_commit, shortened};
use super::regression::{Arrival, Decision, Resolution, ResolutionKind, decide};
use super::reopening::{self, Regressed};
use super::state::{self, Subject};
use crate::error::Result;
use crate::releases::order::{ReleaseOrder, is_later};
use crate::store::Tx;
use crate::store::changes::{self, Change};
use crate::store::entities::{issue, issue_release, issue_state, release};

/// A release holds these commits: issues that wait for one of them are resolved in it. One that was seen in a later
/// release meanwhile comes back at once.
///
/// The caller took the lock of [`changes::lock`].
///
/// # Errors
/// When the database fails.
pub async fn released(tx: &Tx, now: i64, release: &release::Model, shas: &[&str]) -> Result<()> {
    if shas.is_empty() {
        return Ok(());
    }
    let waiting = issue_state::Entity::find()
        .filter(issue_state::Column::ProjectId.eq(release.project_id))
        .filter(Expr::cust("issue_state.how = 'commit'"))
        .filter(issue_state::Column::ReleaseId.is_null())
        .all(tx)
        .await?;
    for state in waiting {
        let Some(waited) = state.commit_sha.as_deref().filter(|sha| shas.iter().any(|other| is_same(sha, other)))
        else {
            continue;
        };
        if let Some(issue) = issue::Entity::find_by_id(state.issue_id).one(tx).await? {
            settle(tx, now, release, (&issue, &state, waited)).await?;
        }
    }
    Ok(())
}

/// Whether two commits are one; either may be written short.
fn is_same(one: &str, other: &str) -> bool {
    const DIGITS_MIN: usize = 7;
    let digits = one.len().min(other.len());
    let starts = |text: &str| text.get(..digits).map(str::to_ascii_lowercase);
    digits >= DIGITS_MIN && starts(one).is_some() && starts(one) == starts(other)
}

async fn settle(
    tx: &Tx,
    now: i64,
    release: &release::Model,
    (issue, state, sha): (&issue::Model, &issue_state::Model, &str),
) -> Result<()> {
    issue_state::Entity::update_many()
        .col_expr(issue_state::Column::ReleaseId, Expr::value(release.id))
        .filter(issue_state::Column::IssueId.eq(issue.id))
        .exec(tx)
        .await?;
    state::note(tx, now, &[(issue.id, None, format!("found commit {} in {}", shortened(sha), release.version))])
        .await?;
    // One that was merged away meanwhile comes back as it was, resolved in this release.
    if issue.status == "resolved" {
        let (before, after) = (in_commit(sha, None), in_commit(sha, Some(&release.version)));
        let reason = issue.status_reason.as_deref().unwrap_or_default().replace(&before, &after);
        issue::Entity::update_many()
            .col_expr(issue::Column::StatusReason, Expr::value(reason))
            .filter(issue::Column::Id.eq(issue.id))
            .exec(tx)
            .await?;
        if let Some(regressed) = seen_later(tx, release, issue, state).await? {
            state::enter(tx, now, &[regressed.entry(now)]).await?;
            reopening::record(tx, now, &regressed).await?;
        }
    }
    changes::record(tx, &[Change::Issue { project_id: issue.project_id, issue_id: issue.id }]).await
}

/// Whether it was seen, since it was resolved, in a release later than the one that holds the commit.
async fn seen_later(
    tx: &Tx,
    holds: &release::Model,
    issue: &issue::Model,
    state: &issue_state::Model,
) -> Result<Option<Regressed>> {
    let seen = issue_release::Entity::find()
        .filter(issue_release::Column::ProjectId.eq(issue.project_id))
        .filter(issue_release::Column::IssueId.eq(issue.id))
        .filter(issue_release::Column::LastSeen.gt(state.since))
        .all(tx)
        .await?;
    let releases = release::Entity::find().filter(release::Column::Id.is_in(seen.iter().map(|row| row.release_id)));
    let releases: HashMap<i64, release::Model> = releases.all(tx).await?.into_iter().map(|row| (row.id, row)).collect();
    let order = ReleaseOrder::from(holds);
    let in_force = Resolution { kind: ResolutionKind::Commit, release: Some(order), resolved_at: state.since };
    Ok(seen.iter().find_map(|row| {
        let seen_in = ReleaseOrder::from(releases.get(&row.release_id)?);
        is_later(&seen_in, &order)?;
        let arrival = Arrival { happened_at: row.last_seen, release: Some(seen_in) };
        let Decision::Regresses { reason } = decide(Some(&in_force), &arrival) else { return None };
        let (release_id, happened_at) = (row.release_id, row.last_seen);
        Some(Regressed { issue: Subject::from(issue), release_id, happened_at, reason })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_may_be_written_short() {
        for (one, other, same) in [
            ("1a2b3c4", "1A2B3C4D5E6F", true),
            ("1a2b3c4d5e6f", "1a2b3c4", true),
            ("1a2b3c4d5e6f", "1a2b3c4d5e60", false),
            ("1a2b3c", "1a2b3c4d", false),
            ("", "1a2b3c4d", false),
            ("1a2b3c4", "1a2b3ä4", false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
        }
    }
}
