//! Which issue everything of a batch belongs to, and new issues for what belongs to none.

use std::collections::{BTreeMap, HashMap, HashSet};

use fieldfare_app::api::{IssueKind, Level, Priority};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::arrival::{NewEvent, NewFeedback, Place};
use super::batch::Batch;
use super::known::Known;
use super::names::Names;
use super::{discards, feedback, owners};
use crate::error::Result;
use crate::issues::ownership::Assignment;
use crate::issues::{start_reason, word};
use crate::store::Tx;
use crate::store::entities::{group_hash, issue, project};

/// Where each hash of a batch leads.
#[derive(Debug, Default)]
pub(super) struct Placed {
    issues: HashMap<Uuid, i64>,
    /// The part of the issue a hash belongs to, for issues that are made of parts.
    parts: HashMap<Uuid, i64>,
    /// Issues made for this batch.
    pub(super) new: HashSet<i64>,
    /// Hashes of this batch whose events are not wanted any more.
    discarded: HashSet<Uuid>,
}

impl Placed {
    /// The issue a hash leads to. Every primary hash of the batch has one.
    pub(super) fn issue_of(&self, hash: impl Into<Uuid>) -> i64 {
        self.issues.get(&hash.into()).copied().unwrap_or_default()
    }

    pub(super) fn part_of(&self, hash: impl Into<Uuid>) -> Option<i64> {
        self.parts.get(&hash.into()).copied()
    }

    pub(super) fn has(&self, hash: impl Into<Uuid>) -> bool {
        self.issues.contains_key(&hash.into())
    }

    /// Whether an event belongs to no issue since its issue was deleted for good.
    pub(super) fn is_discarded(&self, event: &NewEvent) -> bool {
        !self.discarded.is_empty()
            && !self.has(event.hash)
            && event_hashes(event).any(|hash| self.discarded.contains(&hash))
    }
}

/// A new issue before it has a number.
struct Draft<'a> {
    kind: &'static str,
    title: &'a str,
    culprit: Option<&'a str>,
    level: &'a str,
    priority: &'static str,
    at: i64,
    place: &'a Place,
    hashes: Vec<Uuid>,
    owner: Option<&'a Assignment>,
}

/// Finds the issues of fresh events and feedback, and makes those that are missing.
pub(super) async fn place(
    (tx, names): (&Tx, &Names),
    batch: &Batch<'_>,
    known: &Known,
    events: &[&NewEvent],
    feedback: &[&NewFeedback],
) -> Result<Placed> {
    let mut placed = Placed {
        issues: known.hashes.iter().map(|(hash, (issue_id, _))| (*hash, *issue_id)).collect(),
        parts: known.hashes.iter().filter_map(|(hash, (_, part_id))| Some((*hash, (*part_id)?))).collect(),
        ..Placed::default()
    };
    adopt_by_other_hashes(tx, batch.project_id, events, &mut placed).await?;
    feedback::adopt_near_duplicates(tx, batch.project_id, feedback, (&mut placed.issues, &mut placed.parts)).await?;
    placed.discarded = discards::among(tx, batch.project_id, events, &placed).await?;
    let drafts = drafts(events, feedback, &placed);
    create(tx, names, batch, drafts, &mut placed).await?;
    Ok(placed)
}

pub(super) fn event_hashes(event: &NewEvent) -> impl Iterator<Item = Uuid> {
    std::iter::once(event.hash.into()).chain(event.other_hashes.iter().map(|hash| (*hash).into()))
}

pub(super) fn former_hashes(event: &NewEvent) -> impl Iterator<Item = Uuid> {
    event.former_hashes.iter().map(|hash| (*hash).into())
}

/// An event whose primary hash is new but whose other hash is known joins that issue, and its primary hash with it.
async fn adopt_by_other_hashes(tx: &Tx, project_id: i64, events: &[&NewEvent], placed: &mut Placed) -> Result<()> {
    let mut adopted = Vec::new();
    for event in events {
        let primary: Uuid = event.hash.into();
        if placed.issues.contains_key(&primary) {
            continue;
        }
        let mut others = event_hashes(event).chain(former_hashes(event));
        if let Some((hash, issue_id)) = others.find_map(|hash| Some((hash, *placed.issues.get(&hash)?))) {
            placed.issues.insert(primary, issue_id);
            placed.parts.extend(placed.part_of(hash).map(|part_id| (primary, part_id)));
            adopted.push((primary, issue_id));
        }
    }
    insert_hashes(tx, project_id, adopted, &placed.parts).await
}

/// One draft for each group of hashes that leads nowhere, in order of arrival.
fn drafts<'a>(events: &[&'a NewEvent], feedback: &[&'a NewFeedback], placed: &Placed) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut by_hash: BTreeMap<Uuid, usize> = BTreeMap::new();
    let candidates = events
        .iter()
        .filter(|event| !placed.is_discarded(event))
        .map(|event| draft_of_event(event))
        .chain(feedback.iter().map(|one| draft_of_feedback(one)));
    for draft in candidates {
        if placed.issues.contains_key(&draft.hashes[0]) {
            continue;
        }
        let index = draft.hashes.iter().find_map(|hash| by_hash.get(hash).copied()).unwrap_or(drafts.len());
        by_hash.extend(draft.hashes.iter().map(|hash| (*hash, index)));
        match drafts.get_mut(index) {
            Some(first) => first.hashes.extend(draft.hashes),
            None => drafts.push(draft),
        }
    }
    drafts
}

fn draft_of_event(event: &NewEvent) -> Draft<'_> {
    Draft {
        kind: "error",
        title: &event.title,
        culprit: event.culprit.as_deref(),
        level: &event.level,
        priority: event.priority,
        at: event.happened_at,
        place: &event.place,
        hashes: event_hashes(event).collect(),
        owner: event.owner.as_deref(),
    }
}

fn draft_of_feedback(one: &NewFeedback) -> Draft<'_> {
    Draft {
        kind: "feedback",
        title: &one.title,
        culprit: one.url.as_deref(),
        level: "info",
        priority: "medium",
        at: one.created_at,
        place: &one.place,
        hashes: vec![one.hash],
        owner: one.owner.as_deref(),
    }
}

async fn create(tx: &Tx, names: &Names, batch: &Batch<'_>, drafts: Vec<Draft<'_>>, placed: &mut Placed) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    let mut number = take_numbers(tx, batch.project_id, drafts.len()).await?;
    let owners = owners::present(tx, drafts.iter().filter_map(|draft| draft.owner)).await?;
    for mut draft in drafts {
        number += 1;
        draft.owner = draft.owner.filter(|owner| owners.contains(&owner.assignee.columns()));
        let (release_id, _) = names.ids(batch.project_id, draft.place);
        let row = issue::Entity::insert(new_issue(batch.project_id, number, release_id, &draft))
            .exec_with_returning(tx)
            .await?;
        placed.new.insert(row.id);
        if let Some(owner) = draft.owner {
            Box::pin(owners::leave_to(tx, batch.now, &row, owner)).await?;
        }
        let hashes: HashSet<Uuid> = draft.hashes.into_iter().filter(|hash| !placed.issues.contains_key(hash)).collect();
        placed.issues.extend(hashes.iter().map(|hash| (*hash, row.id)));
        let hashes = hashes.into_iter().map(|hash| (hash, row.id)).collect();
        insert_hashes(tx, batch.project_id, hashes, &placed.parts).await?;
    }
    Ok(())
}

/// Reserves numbers for new issues and answers the last one used before them.
async fn take_numbers(tx: &Tx, project_id: i64, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    project::Entity::update_many()
        .col_expr(project::Column::IssueCount, Expr::col(project::Column::IssueCount).add(count))
        .filter(project::Column::Id.eq(project_id))
        .exec(tx)
        .await?;
    let found = project::Entity::find_by_id(project_id).one(tx).await?;
    let project = found.ok_or_else(|| crate::error::Error::not_found("project"))?;
    Ok(project.issue_count - count)
}

fn new_issue(project_id: i64, number: i64, release_id: i64, draft: &Draft<'_>) -> issue::ActiveModel {
    let (assignee_id, team_id) = owners::columns(draft.owner);
    issue::ActiveModel {
        id: NotSet,
        project_id: Set(project_id),
        number: Set(number),
        kind: Set(draft.kind.to_owned()),
        title: Set(draft.title.to_owned()),
        culprit: Set(draft.culprit.map(str::to_owned)),
        level: Set(draft.level.to_owned()),
        status: Set("unresolved".to_owned()),
        substatus: Set(Some("new".to_owned())),
        status_reason: Set(None),
        priority: Set(draft.priority.to_owned()),
        assignee_id: Set(assignee_id),
        team_id: Set(team_id),
        first_seen: Set(draft.at),
        last_seen: Set(draft.at),
        events: Set(0),
        users: Set(0),
        first_release_id: Set(release_id),
        last_release_id: Set(release_id),
        start_priority: Set(draft.priority.to_owned()),
        priority_reason: Set(priority_reason(draft).to_owned()),
        priority_member_id: Set(None),
    }
}

fn priority_reason(draft: &Draft<'_>) -> &'static str {
    let (kind, level) = (word(draft.kind, IssueKind::Error), word(draft.level, Level::Error));
    start_reason(kind, level, word(draft.priority, Priority::Medium))
}

pub(super) async fn insert_hashes(
    tx: &Tx,
    project_id: i64,
    hashes: Vec<(Uuid, i64)>,
    parts: &HashMap<Uuid, i64>,
) -> Result<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.into_iter().map(|(hash, issue_id)| group_hash::ActiveModel {
        project_id: Set(project_id),
        hash: Set(hash),
        issue_id: Set(issue_id),
        part_id: Set(parts.get(&hash).copied()),
    });
    group_hash::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
