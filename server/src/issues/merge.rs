//! Merging: several issues that are one problem become one, and everything that arrives for either counts there.
//!
//! Nothing is added up for good: see [`super::parts`]. The issue that goes away keeps its row, with the status `merged`,
//! its comments and its activity, and comes back as it was; its short id leads to the issue it is in.

use fieldfare_app::api::{Role, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{following, moving, names, parts, state};
use crate::error::{Error, Result};
use crate::store::entities::{incident_issue, issue, issue_merge};
use crate::store::{Store, Tx, changes};

/// The status of an issue that is away in another one.
pub const MERGED: &str = "merged";
/// Issues merged in one request; whoever has more wants a rule.
const ISSUES_MAX: usize = 100;

/// Merges issues, by short id or number, into another one.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] for an unknown target, [`Error::Invalid`] when one of the
/// others is unknown, the target itself, of another project, or of another kind.
pub async fn merge(store: &Store, now: i64, viewer: &Viewer, target: &str, others: &[String]) -> Result<()> {
    super::require(viewer, Role::Developer)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    merge_in(&tx, now, viewer, target, others).await?;
    Ok(tx.commit().await?)
}

/// The same within a transaction that has the lock of changes.
///
/// # Errors
/// As [`merge`].
pub(super) async fn merge_in(tx: &Tx, now: i64, viewer: &Viewer, target: &str, others: &[String]) -> Result<()> {
    let target = names::issue(tx, target).await?;
    let sources = sources(tx, &target, others).await?;
    let deed = Deed { viewer, at: now };
    let before = following::last_line(tx, target.id).await?;
    parts::ensure(tx, &target).await?;
    for source in &sources {
        deed.join(tx, &target, source).await?;
    }
    // Whoever follows what was merged is told as well: they follow the whole now.
    following::acted(tx, now, viewer, target.id, before).await?;
    parts::sum_up(tx, target.project_id, target.id).await?;
    state::shift(tx, &target).await?;
    deed.record_changes(tx, std::iter::once(&target).chain(&sources)).await
}

async fn sources(tx: &Tx, target: &issue::Model, others: &[String]) -> Result<Vec<issue::Model>> {
    let refused = |reason: String| Error::invalid("issues", reason);
    let named: Vec<&str> = others.iter().map(|other| other.trim()).filter(|other| !other.is_empty()).collect();
    if named.is_empty() || named.len() > ISSUES_MAX {
        return Err(refused(format!("name one to {ISSUES_MAX} issues to merge into this one")));
    }
    let mut sources: Vec<issue::Model> = Vec::with_capacity(named.len());
    for reference in named {
        let found = names::issue(tx, reference).await.map_err(|error| match error {
            Error::NotFound(_) => refused(format!("there is no issue “{reference}”")),
            other => other,
        })?;
        if found.id == target.id {
            return Err(refused(format!("{reference} is this issue")));
        }
        if found.project_id != target.project_id {
            return Err(refused(format!("{reference} is of another project")));
        }
        if found.kind != target.kind {
            return Err(refused(format!("{reference} is about {}, this issue about {}", found.kind, target.kind)));
        }
        if sources.iter().all(|source| source.id != found.id) {
            sources.push(found);
        }
    }
    Ok(sources)
}

/// Somebody changing which issue is which.
pub(super) struct Deed<'a> {
    pub(super) viewer: &'a Viewer,
    pub(super) at: i64,
}

impl Deed<'_> {
    async fn join(&self, tx: &Tx, target: &issue::Model, source: &issue::Model) -> Result<()> {
        let pieces: Vec<i64> = parts::ensure(tx, source).await?.into_iter().map(|part| part.id).collect();
        parts::lead_to(tx, source.project_id, &pieces, target.id).await?;
        parts::clear(tx, source.project_id, source.id).await?;
        moving::all(tx, source, target.id).await?;
        self.link_to_incidents(tx, target, source).await?;
        self.put_away(tx, target, source).await
    }

    /// The row stays for what belongs to it; what it stood at is kept for when it comes back.
    async fn put_away(&self, tx: &Tx, target: &issue::Model, source: &issue::Model) -> Result<()> {
        let kept = issue_merge::ActiveModel {
            issue_id: Set(source.id),
            into_issue_id: Set(target.id),
            status: Set(source.status.clone()),
            substatus: Set(source.substatus.clone()),
            status_reason: Set(source.status_reason.clone()),
            merged_at: Set(self.at),
        };
        issue_merge::Entity::insert(kept).exec_without_returning(tx).await?;
        let slug = names::projects(tx).await?.remove(&target.project_id).unwrap_or_default();
        let name = |issue: &issue::Model| names::short_id(&slug, issue.number);
        let away = issue::ActiveModel {
            id: Set(source.id),
            status: Set(MERGED.to_owned()),
            substatus: Set(None),
            status_reason: Set(Some(format!("Merged into {} by {}", name(target), self.viewer.name))),
            events: Set(0),
            users: Set(0),
            first_release_id: Set(0),
            last_release_id: Set(0),
            ..Default::default()
        };
        away.update(tx).await?;
        let by = Some(self.viewer.member_id);
        let theirs = (source.id, by, format!("merged this into {}", name(target)));
        let ours = (target.id, by, format!("merged {} into this", name(source)));
        state::note(tx, self.at, &[theirs, ours]).await
    }

    /// Whatever incident the source is a part of, the target now is; the source's own links wait for it.
    async fn link_to_incidents(&self, tx: &Tx, target: &issue::Model, source: &issue::Model) -> Result<()> {
        let links =
            incident_issue::Entity::find().filter(incident_issue::Column::IssueId.eq(source.id)).all(tx).await?;
        let rows: Vec<_> = links
            .into_iter()
            .map(|link| incident_issue::ActiveModel {
                incident_id: Set(link.incident_id),
                issue_id: Set(target.id),
                linked_by: Set(link.linked_by),
                linked_at: Set(self.at),
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let keys = [incident_issue::Column::IncidentId, incident_issue::Column::IssueId];
        let conflict = OnConflict::columns(keys).do_nothing().to_owned();
        incident_issue::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
        Ok(())
    }

    pub(super) async fn record_changes<'a>(
        &self,
        tx: &Tx,
        issues: impl Iterator<Item = &'a issue::Model>,
    ) -> Result<()> {
        let changed: Vec<changes::Change> =
            issues.map(|issue| changes::Change::Issue { project_id: issue.project_id, issue_id: issue.id }).collect();
        changes::record(tx, &changed).await
    }
}
