//! What members do with an issue: resolve, archive, answer, reopen, prioritise, assign. Each is one transaction that also
//! says so in the issue's activity, tells the search index, and owes a mail to whoever follows the issue.

use fieldfare_app::api::{Decision, IssueKind, Priority, ResolvedIn, Role, Viewer};

use super::deciding::{self, Facts, decide};
use super::rows::word;
use super::state::{self, Entry, Subject};
use super::{assignment, following, names, prioritising};
use crate::error::{Error, Result};
use crate::releases::{latest, tools};
use crate::store::entities::{issue, release};
use crate::store::releases::find_release;
use crate::store::{Store, Tx, changes};

/// What is to become of an issue; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    pub decision: Option<Decision>,
    /// Without a priority inside, it is found by Fieldfare again.
    pub priority: Option<Option<Priority>>,
    /// A member's e-mail address, `me` or `#team`; empty takes the issue from whoever had it.
    pub assignee: Option<&'a str>,
}

/// Resolves, archives, answers, reopens, prioritises or assigns an issue, all of it or nothing.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] when it is to be
/// resolved in a release or commit that cannot be, archived until what has passed, answered without a question, or
/// assigned to nobody's address.
pub async fn change(store: &Store, now: i64, viewer: &Viewer, issue: &str, change: Change<'_>) -> Result<()> {
    super::require(viewer, Role::Developer)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let row = names::issue(&tx, issue).await?;
    let before = following::last_line(&tx, row.id).await?;
    change_one(&tx, now, viewer, &row, &change).await?;
    following::acted(&tx, now, viewer, row.id, before).await?;
    Ok(tx.commit().await?)
}

/// The same within a transaction that has the lock of changes; whoever follows the issue is for the caller to tell.
///
/// # Errors
/// As [`change`].
pub(super) async fn change_one(
    tx: &Tx,
    now: i64,
    viewer: &Viewer,
    row: &issue::Model,
    change: &Change<'_>,
) -> Result<()> {
    let deed = Deed { viewer, at: now, issue: row };
    if let Some(decision) = &change.decision {
        deed.decide(tx, decision.clone()).await?;
    }
    if let Some(priority) = change.priority {
        prioritising::set(tx, now, viewer, row, priority).await?;
    }
    if let Some(assignee) = change.assignee {
        assignment::assign(tx, now, viewer, row, assignee).await?;
    }
    changes::record(tx, &[changes::Change::Issue { project_id: row.project_id, issue_id: row.id }]).await
}

/// Somebody doing something to an issue.
struct Deed<'a> {
    viewer: &'a Viewer,
    at: i64,
    issue: &'a issue::Model,
}

impl Deed<'_> {
    async fn decide(&self, tx: &Tx, decision: Decision) -> Result<()> {
        let decision = self.checked(decision)?;
        let latest = latest(tx, self.issue.project_id).await?;
        let named = self.named(tx, &decision).await?;
        let facts = Facts {
            now: self.at,
            kind: word(&self.issue.kind, IssueKind::Error),
            by: &self.viewer.name,
            latest: latest.as_ref(),
            named: named.as_ref(),
        };
        let outcome = decide(&decision, facts)?;
        let entry = Entry {
            issue: Subject::from(self.issue),
            status: outcome.status,
            substatus: outcome.substatus,
            terms: outcome.terms,
            since: self.at,
            member_id: Some(self.viewer.member_id),
            reason: outcome.reason,
            what: outcome.what,
        };
        state::enter(tx, self.at, &[entry]).await
    }

    /// With the commit as it is kept.
    fn checked(&self, decision: Decision) -> Result<Decision> {
        Ok(match decision {
            Decision::Resolve(ResolvedIn::Commit(sha)) => {
                Decision::Resolve(ResolvedIn::Commit(deciding::commit(&sha)?))
            }
            other => other,
        })
    }

    /// The release a decision names, or the first that holds its commit.
    async fn named(&self, tx: &Tx, decision: &Decision) -> Result<Option<release::Model>> {
        let project_id = self.issue.project_id;
        match decision {
            Decision::Resolve(ResolvedIn::Release(Some(version))) => {
                let unknown = || Error::invalid("release", format!("there is no release “{version}” in this project"));
                Ok(Some(find_release(tx, project_id, version).await?.ok_or_else(unknown)?))
            }
            Decision::Resolve(ResolvedIn::Commit(sha)) => tools::holding(tx, project_id, sha).await,
            _ => Ok(None),
        }
    }
}
