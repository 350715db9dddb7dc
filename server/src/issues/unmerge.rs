//! Splitting hashes off an issue: what was merged comes back as it was, with what arrived for it since; what never was
//! an issue of its own becomes one.

mod plan;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use fieldfare_app::api::{Role, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::merge::Deed;
use super::{following, moving, names, parts, sampling, state};
use crate::error::{Error, Result};
use crate::store::entities::{event, group_hash, issue, issue_merge, issue_part, project};
use crate::store::{Store, Tx, changes};
use plan::{Move, Piece, Refusal, plan};

/// Hashes split off in one request.
const HASHES_MAX: usize = 1_000;

/// Splits hashes, as 32 hexadecimal digits, off an issue. Answers the ids of the issues that came out.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] when a hash is
/// none of its, or when nothing would be left of it.
pub async fn unmerge(store: &Store, now: i64, viewer: &Viewer, issue: &str, hashes: &[String]) -> Result<Vec<i64>> {
    super::require(viewer, Role::Developer)?;
    let wanted = read(hashes)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let row = names::issue(&tx, issue).await?;
    let pieces = pieces(&tx, &row).await?;
    let moves = plan(row.id, &pieces, &wanted, &merged_into(&tx, &pieces).await?).map_err(refused)?;
    let mut leaving = Leaving { tx: &tx, deed: Deed { viewer, at: now }, from: &row, new: None, out: BTreeSet::new() };
    for step in moves {
        let piece = pieces.iter().find(|piece| piece.part_id == part_of(&step));
        leaving.carry_out(step, piece).await?;
    }
    let out = leaving.finish().await?;
    tx.commit().await?;
    Ok(out)
}

fn read(hashes: &[String]) -> Result<BTreeSet<Uuid>> {
    if hashes.is_empty() || hashes.len() > HASHES_MAX {
        return Err(Error::invalid("hashes", format!("name one to {HASHES_MAX} fingerprints")));
    }
    let read = |hash: &String| Uuid::try_parse(hash.trim()).map_err(|_| refused(Refusal::NotHere));
    hashes.iter().map(read).collect()
}

fn refused(refusal: Refusal) -> Error {
    Error::invalid(
        "hashes",
        match refusal {
            Refusal::NotHere => "are not all fingerprints of this issue",
            Refusal::NothingWouldStay => "are all this issue has; nothing would be left of it",
        },
    )
}

const fn part_of(step: &Move) -> i64 {
    match step {
        Move::Home { part_id, .. } | Move::Leave { part_id } | Move::Split { part_id, .. } => *part_id,
    }
}

/// The parts with those of their hashes that something is stored under; all of them for a part nothing is left of.
async fn pieces(tx: &Tx, issue: &issue::Model) -> Result<Vec<Piece>> {
    let parts = parts::ensure(tx, issue).await?;
    let of_issue = group_hash::Entity::find().filter(group_hash::Column::ProjectId.eq(issue.project_id));
    let hashes = of_issue.filter(group_hash::Column::IssueId.eq(issue.id)).all(tx).await?;
    let stored = stored_hashes(tx, issue).await?;
    Ok(parts
        .into_iter()
        .map(|part| {
            let of_part = || hashes.iter().filter(|row| row.part_id == Some(part.id)).map(|row| row.hash);
            let live: BTreeSet<Uuid> = of_part().filter(|hash| stored.contains(hash)).collect();
            let hashes = if live.is_empty() { of_part().collect() } else { live };
            Piece { part_id: part.id, home_issue_id: part.home_issue_id, hashes }
        })
        .collect())
}

async fn stored_hashes(tx: &Tx, issue: &issue::Model) -> Result<BTreeSet<Uuid>> {
    if issue.kind == "feedback" {
        return Ok(moving::feedback_hashes(tx, issue.id).await?.into_iter().map(|(_, hash)| hash).collect());
    }
    let select = event::Entity::find().select_only().column(event::Column::Hash).distinct();
    let of_issue =
        select.filter(event::Column::ProjectId.eq(issue.project_id)).filter(event::Column::IssueId.eq(issue.id));
    Ok(of_issue.into_tuple::<Uuid>().all(tx).await?.into_iter().collect())
}

async fn merged_into(tx: &Tx, pieces: &[Piece]) -> Result<BTreeMap<i64, i64>> {
    let homes = pieces.iter().map(|piece| piece.home_issue_id);
    let rows = issue_merge::Entity::find().filter(issue_merge::Column::IssueId.is_in(homes)).all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.issue_id, row.into_issue_id)).collect())
}

/// What leaves an issue, step by step.
struct Leaving<'a> {
    tx: &'a Tx,
    deed: Deed<'a>,
    from: &'a issue::Model,
    /// What never was an issue of its own goes into one new issue.
    new: Option<issue::Model>,
    /// The issues that came out.
    out: BTreeSet<i64>,
}

impl Leaving<'_> {
    async fn carry_out(&mut self, step: Move, piece: Option<&Piece>) -> Result<()> {
        let project_id = self.from.project_id;
        match step {
            Move::Home { part_id, issue_id } => {
                self.move_part(part_id, issue_id).await?;
                self.out.insert(issue_id);
            }
            Move::Leave { part_id } => {
                let hash = piece.and_then(|piece| piece.hashes.first().copied());
                let new = self.new_issue(hash).await?;
                self.move_part(part_id, new.id).await?;
                let home = Expr::value(new.id);
                let part = issue_part::Entity::update_many().col_expr(issue_part::Column::HomeIssueId, home);
                part.filter(issue_part::Column::Id.eq(part_id)).exec(self.tx).await?;
            }
            Move::Split { part_id, hashes } => {
                let new = self.new_issue(hashes.first().copied()).await?;
                let fresh = parts::insert(self.tx, &new, new.id).await?;
                split::split(self.tx, self.from, (part_id, fresh.id), &hashes).await?;
                if let Some(stays) = piece.and_then(|piece| piece.hashes.iter().find(|hash| !hashes.contains(hash))) {
                    sampling::leave(self.tx, project_id, &hashes, *stays).await?;
                }
                moving::by_hash(self.tx, self.from, &hashes, new.id).await?;
                let moved = group_hash::Entity::update_many()
                    .col_expr(group_hash::Column::IssueId, Expr::value(new.id))
                    .col_expr(group_hash::Column::PartId, Expr::value(fresh.id))
                    .filter(group_hash::Column::ProjectId.eq(project_id))
                    .filter(group_hash::Column::Hash.is_in(hashes));
                moved.exec(self.tx).await?;
            }
        }
        Ok(())
    }

    /// A whole part, with every hash it has, and everything stored under them.
    async fn move_part(&self, part_id: i64, to: i64) -> Result<()> {
        let hashes = group_hash::Entity::find()
            .select_only()
            .column(group_hash::Column::Hash)
            .filter(group_hash::Column::ProjectId.eq(self.from.project_id))
            .filter(group_hash::Column::PartId.eq(part_id));
        let hashes: Vec<Uuid> = hashes.into_tuple().all(self.tx).await?;
        moving::by_hash(self.tx, self.from, &hashes, to).await?;
        parts::lead_to(self.tx, self.from.project_id, &[part_id], to).await
    }

    /// An issue like the one it leaves, named after its newest event.
    async fn new_issue(&mut self, hash: Option<Uuid>) -> Result<issue::Model> {
        if let Some(new) = &self.new {
            return Ok(new.clone());
        }
        let named_by = match hash.filter(|_| self.from.kind != "feedback") {
            Some(hash) => split::newest(self.tx, self.from, hash).await?,
            None => None,
        };
        let mut row: issue::ActiveModel = self.from.clone().into();
        row.id = NotSet;
        row.number = Set(next_number(self.tx, self.from.project_id).await?);
        if let Some(event) = named_by {
            row.title = Set(event.title);
            row.level = Set(event.level);
            row.first_release_id = Set(event.release_id);
        }
        row.status = Set("unresolved".to_owned());
        row.substatus = Set(Some("ongoing".to_owned()));
        row.status_reason = Set(None);
        let new = issue::Entity::insert(row.reset_all()).exec_with_returning(self.tx).await?;
        self.out.insert(new.id);
        Ok(self.new.insert(new).clone())
    }

    /// Counts every issue anew, gives those that were away their state back, and tells.
    async fn finish(self) -> Result<Vec<i64>> {
        let (tx, from) = (self.tx, self.from);
        let slug = names::projects(tx).await?.remove(&from.project_id).unwrap_or_default();
        let out = issue::Entity::find().filter(issue::Column::Id.is_in(self.out.iter().copied())).all(tx).await?;
        for issue in &out {
            self.give_back(issue).await?;
        }
        self.say(&slug, &out).await?;
        for issue in out.iter().chain([from]) {
            parts::sum_up(tx, issue.project_id, issue.id).await?;
            parts::simplify(tx, issue.project_id, issue.id).await?;
        }
        state::shift(tx, from).await?;
        self.deed.record_changes(tx, out.iter().chain([from])).await?;
        Ok(self.out.into_iter().collect())
    }

    async fn say(&self, slug: &str, out: &[issue::Model]) -> Result<()> {
        let (tx, from, Deed { viewer, at }) = (self.tx, self.from, &self.deed);
        let by = Some(viewer.member_id);
        let before = following::last_line(tx, from.id).await?;
        for issue in out {
            let before = following::last_line(tx, issue.id).await?;
            let (theirs, ours) = (names::short_id(slug, issue.number), names::short_id(slug, from.number));
            let lines =
                [(issue.id, by, format!("split this off {ours}")), (from.id, by, format!("split {theirs} off this"))];
            state::note(tx, *at, &lines).await?;
            following::acted(tx, *at, viewer, issue.id, before).await?;
        }
        following::acted(tx, *at, viewer, from.id, before).await
    }

    async fn give_back(&self, issue: &issue::Model) -> Result<()> {
        let Some(kept) = issue_merge::Entity::find_by_id(issue.id).one(self.tx).await? else { return Ok(()) };
        let back = issue::ActiveModel {
            id: Set(issue.id),
            status: Set(kept.status),
            substatus: Set(kept.substatus),
            status_reason: Set(kept.status_reason),
            ..Default::default()
        };
        back.update(self.tx).await?;
        issue_merge::Entity::delete_by_id(issue.id).exec(self.tx).await?;
        self.take_links_back(issue.id, kept.merged_at).await
    }

    /// The links the merge gave the other issue, unless something else that is still in it has them too.
    async fn take_links_back(&self, issue_id: i64, merged_at: i64) -> Result<()> {
        let from = self.from.id;
        let statement = format!(
            "DELETE FROM incident_issue WHERE issue_id = {from} AND linked_at = {merged_at}
             AND incident_id IN (SELECT incident_id FROM incident_issue WHERE issue_id = {issue_id})
             AND incident_id NOT IN (SELECT incident_id FROM incident_issue WHERE issue_id IN
                (SELECT home_issue_id FROM issue_part WHERE issue_id = {from} AND home_issue_id <> {from}))"
        );
        parts::run(self.tx, &statement).await
    }
}

async fn next_number(tx: &Tx, project_id: i64) -> Result<i64> {
    let taken = project::Entity::update_many()
        .col_expr(project::Column::IssueCount, Expr::col(project::Column::IssueCount).add(1_i64));
    taken.filter(project::Column::Id.eq(project_id)).exec(tx).await?;
    let row = project::Entity::find_by_id(project_id).one(tx).await?;
    Ok(row.ok_or_else(|| Error::not_found("project"))?.issue_count)
}
