//! What members do with an issue: resolve, archive, reopen, assign. Each is one transaction that also says so in the
//! issue's activity, tells the search index, and owes a mail to whoever follows the issue.

use fieldfare_app::api::{Role, Status, Substatus, Triage, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use super::regression::ResolutionKind;
use super::{assignment, following, names};
use crate::error::{Error, Result};
use crate::releases::latest;
use crate::store::changes;
use crate::store::entities::{issue, release, resolution};
use crate::store::{Store, Tx};

/// What is to become of an issue; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    pub triage: Option<Triage>,
    /// A member's e-mail address, `me` or `#team`; empty takes the issue from whoever had it.
    pub assignee: Option<&'a str>,
}

/// Resolves, archives, reopens or assigns an issue, all of it or nothing.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] when it is to be
/// resolved in a release and there is none, or assigned to nobody's address.
pub async fn change(store: &Store, now: i64, viewer: &Viewer, issue: &str, change: Change<'_>) -> Result<()> {
    super::require(viewer, Role::Developer)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let row = names::issue(&tx, issue).await?;
    let deed = Deed { viewer, at: now, issue: &row };
    let mut first_line = None;
    if let Some(triage) = change.triage {
        first_line = Some(deed.triage(&tx, triage).await?);
    }
    if let Some(assignee) = change.assignee {
        let line = assignment::assign(&tx, now, viewer, &row, assignee).await?;
        first_line = first_line.or(line);
    }
    if let Some(line) = first_line {
        following::acted(&tx, now, viewer, row.id, line).await?;
    }
    changes::record(&tx, &[changes::Change::Issue { project_id: row.project_id, issue_id: row.id }]).await?;
    Ok(tx.commit().await?)
}

/// Somebody doing something to an issue.
struct Deed<'a> {
    viewer: &'a Viewer,
    at: i64,
    issue: &'a issue::Model,
}

impl Deed<'_> {
    /// Answers the line of activity that says so.
    async fn triage(&self, tx: &Tx, triage: Triage) -> Result<i64> {
        let known = latest(tx, self.issue.project_id).await?;
        let outcome = decide(triage, known.as_ref())?;
        self.keep_resolution(tx, outcome.resolution, known.map(|release| release.id)).await?;
        let changed = issue::ActiveModel {
            id: Set(self.issue.id),
            status: Set(outcome.status.as_str().to_owned()),
            substatus: Set(outcome.substatus.map(|substatus| substatus.as_str().to_owned())),
            status_reason: Set(Some(format!("{} by {}", outcome.reason, self.viewer.name))),
            ..Default::default()
        };
        changed.update(tx).await?;
        following::note(tx, self.at, Some(self.viewer.member_id), self.issue.id, outcome.what).await
    }

    /// Writes the resolution in force, or removes it.
    async fn keep_resolution(&self, tx: &Tx, kind: Option<ResolutionKind>, known: Option<i64>) -> Result<()> {
        use resolution::Column as C;
        let Some(kind) = kind else {
            resolution::Entity::delete_by_id(self.issue.id).exec(tx).await?;
            return Ok(());
        };
        let row = resolution::ActiveModel {
            issue_id: Set(self.issue.id),
            kind: Set(kind.as_str().to_owned()),
            release_id: Set(known),
            member_id: Set(Some(self.viewer.member_id)),
            resolved_at: Set(self.at),
        };
        let replace = OnConflict::column(C::IssueId)
            .update_columns([C::Kind, C::ReleaseId, C::MemberId, C::ResolvedAt])
            .to_owned();
        resolution::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
        Ok(())
    }
}

/// What a button makes of an issue.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: Status,
    substatus: Option<Substatus>,
    resolution: Option<ResolutionKind>,
    /// Without its author.
    reason: String,
    /// Without its subject.
    what: String,
}

fn decide(triage: Triage, known: Option<&release::Model>) -> Result<Outcome> {
    let version = known.map(|release| release.version.as_str());
    let resolved = |kind, how: String| Outcome {
        status: Status::Resolved,
        substatus: None,
        resolution: Some(kind),
        reason: format!("Resolved{how}"),
        what: format!("resolved this{how}"),
    };
    Ok(match triage {
        Triage::Resolve => resolved(ResolutionKind::Now, String::new()),
        Triage::ResolveInRelease => {
            let version =
                version.ok_or_else(|| Error::invalid("resolution", "needs a release, and there is none yet"))?;
            resolved(ResolutionKind::Release, format!(" in {version}"))
        }
        Triage::ResolveInNextRelease => {
            let after = version.map(|version| format!(" after {version}")).unwrap_or_default();
            resolved(ResolutionKind::NextRelease, format!(" in the next release{after}"))
        }
        Triage::Archive => unresolved(Status::Archived, "Archived", "archived this"),
        Triage::Unresolve => unresolved(Status::Unresolved, "Reopened", "reopened this"),
    })
}

fn unresolved(status: Status, reason: &str, what: &str) -> Outcome {
    let substatus = (status == Status::Unresolved).then_some(Substatus::Ongoing);
    Outcome { status, substatus, resolution: None, reason: reason.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_button_says_what_it_did() {
        let release = release::Model {
            id: 1,
            project_id: 1,
            version: "2.4.0".to_owned(),
            sort_key: None,
            first_seen: 0,
            last_seen: 0,
            released_at: None,
            archived_at: None,
        };
        #[rustfmt::skip]
        let table = [
            (Triage::Resolve,              Some("Resolved")),
            (Triage::ResolveInRelease,     Some("Resolved in 2.4.0")),
            (Triage::ResolveInNextRelease, Some("Resolved in the next release after 2.4.0")),
            (Triage::Archive,              Some("Archived")),
            (Triage::Unresolve,            Some("Reopened")),
        ];
        for (triage, reason) in table {
            assert_eq!(decide(triage, Some(&release)).ok().map(|outcome| outcome.reason).as_deref(), reason);
        }
        assert!(decide(Triage::ResolveInRelease, None).is_err());
        assert_eq!(decide(Triage::ResolveInNextRelease, None).unwrap().reason, "Resolved in the next release");
    }
}
