//! What members do with an issue: resolve, archive, reopen, assign. Each is one transaction that also says so in the
//! issue's activity and tells the search index.

use fieldfare_app::api::{Role, Status, Substatus, Triage, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::names;
use super::regression::ResolutionKind;
use crate::error::{Error, Result};
use crate::releases::latest;
use crate::store::changes;
use crate::store::entities::{activity, issue, member, release, resolution};
use crate::store::{Store, Tx};

/// What is to become of an issue; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    pub triage: Option<Triage>,
    /// A member's e-mail address or `me`; empty takes the issue from whoever had it.
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
    if let Some(triage) = change.triage {
        deed.triage(&tx, triage).await?;
    }
    if let Some(assignee) = change.assignee {
        deed.assign(&tx, assignee.trim()).await?;
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
    async fn triage(&self, tx: &Tx, triage: Triage) -> Result<()> {
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
        self.note(tx, outcome.what).await
    }

    async fn assign(&self, tx: &Tx, assignee: &str) -> Result<()> {
        let assignee = find_assignee(tx, self.viewer, assignee).await?;
        let what = match &assignee {
            Some(member) if member.id == self.viewer.member_id => "took this".to_owned(),
            Some(member) => format!("assigned this to {}", member.name),
            None => "left this to nobody".to_owned(),
        };
        let assignee_id = Set(assignee.map(|member| member.id));
        issue::ActiveModel { id: Set(self.issue.id), assignee_id, ..Default::default() }.update(tx).await?;
        self.note(tx, what).await
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

    async fn note(&self, tx: &Tx, what: String) -> Result<()> {
        let line = activity::ActiveModel {
            id: NotSet,
            issue_id: Set(self.issue.id),
            member_id: Set(Some(self.viewer.member_id)),
            happened_at: Set(self.at),
            what: Set(what),
        };
        activity::Entity::insert(line).exec_without_returning(tx).await?;
        Ok(())
    }
}

async fn find_assignee(tx: &Tx, viewer: &Viewer, assignee: &str) -> Result<Option<member::Model>> {
    let email = match assignee {
        "" => return Ok(None),
        "me" => viewer.email.clone(),
        email => email.to_lowercase(),
    };
    let found = member::Entity::find().filter(member::Column::Email.eq(email)).one(tx).await?;
    found.map(Some).ok_or_else(|| Error::invalid("assignee", "is not the e-mail address of a member"))
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
