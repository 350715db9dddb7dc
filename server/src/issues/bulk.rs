//! One thing done to many issues. In transactions of a bounded size, so that ingestion goes on meanwhile; what each issue
//! was before is kept in the same transaction, so that whatever was done can be undone, even after a stop in between.

mod kept;
mod undo;

use fieldfare_app::api::{ArchivedUntil, BulkAction, BulkChange, Decision, ResolvedIn, Role, Selection, Viewer};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::inbox::{self, Sources};
use super::triage::{Change, change_one};
use super::{following, merge, names};
use crate::clock::DAY_MS;
use crate::error::{Error, Result};
use crate::search::Asker;
use crate::store::entities::{bulk_change, issue};
use crate::store::{Store, Tx, changes};

pub use kept::shown as bulk_change;
pub use undo::undo;

/// Issues of one transaction: some ten milliseconds, in which nothing else is written.
const BATCH: usize = 100;
/// Issues changed by one request, which then takes seconds. Whoever means more wants a rule.
const ISSUES_MAX: usize = 10_000;
/// How long what was done can be undone, days.
const KEPT_DAYS: i64 = 30;

/// Does `action` to every issue of a selection; `assignee` is for [`BulkAction::Assign`]. What cannot be done to one of them is refused before anything is done to
/// any, as far as it can be known.
///
/// # Errors
/// [`Error::Forbidden`] below developer, [`Error::Invalid`] for an empty or too large selection, an unknown issue, a merge
/// across projects or kinds, or an action that an issue does not allow.
pub async fn change_many(
    sources: Sources<'_>,
    now: i64,
    viewer: &Viewer,
    selection: &Selection,
    (action, assignee): (BulkAction, &str),
) -> Result<BulkChange> {
    super::require(viewer, Role::Developer)?;
    let rows = selected(sources, Asker { viewer, now }, selection).await?;
    match action {
        BulkAction::Merge => merge_all(sources.store, now, viewer, rows).await,
        _ => change_all(sources.store, now, viewer, &rows, &Deed::of(action, assignee)).await,
    }
}

/// What is done to each issue.
struct Deed<'a> {
    change: Change<'a>,
    what: String,
}

impl<'a> Deed<'a> {
    fn of(action: BulkAction, assignee: &'a str) -> Self {
        let decided = |decision, what: &str| Self {
            change: Change { decision: Some(decision), ..Change::default() },
            what: what.to_owned(),
        };
        match action {
            BulkAction::Resolve => decided(Decision::Resolve(ResolvedIn::Now), "resolved"),
            BulkAction::ResolveInRelease => {
                decided(Decision::Resolve(ResolvedIn::Release(None)), "resolved in the latest release")
            }
            BulkAction::ResolveInNextRelease => {
                decided(Decision::Resolve(ResolvedIn::NextRelease), "resolved in the next release")
            }
            BulkAction::Archive => decided(Decision::Archive(ArchivedUntil::Forever), "archived"),
            BulkAction::ArchiveUntilEscalating => {
                decided(Decision::Archive(ArchivedUntil::Escalating), "archived until they escalate")
            }
            BulkAction::Unresolve => decided(Decision::Unresolve, "reopened"),
            BulkAction::Assign | BulkAction::Merge => Self {
                change: Change { assignee: Some(assignee), ..Change::default() },
                what: match assignee.trim() {
                    "" => "left to nobody".to_owned(),
                    whom => format!("assigned to {whom}"),
                },
            },
        }
    }
}

async fn selected(sources: Sources<'_>, asker: Asker<'_>, selection: &Selection) -> Result<Vec<issue::Model>> {
    let db = sources.store.reader();
    let rows = match selection {
        Selection::These(names) => {
            let mut rows: Vec<issue::Model> = Vec::with_capacity(names.len().min(ISSUES_MAX));
            for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).take(ISSUES_MAX + 1) {
                let row = names::issue(db, name).await.map_err(|error| unknown(name, error))?;
                if rows.iter().all(|known| known.id != row.id) {
                    rows.push(row);
                }
            }
            rows
        }
        Selection::Matching(filter) => {
            let ids = inbox::all_ids(sources, asker, filter, ISSUES_MAX as u64 + 1).await?;
            issue::Entity::find().filter(issue::Column::Id.is_in(ids)).order_by_asc(issue::Column::Id).all(db).await?
        }
    };
    match rows.len() {
        0 => Err(Error::invalid("issues", "none is selected")),
        count if count > ISSUES_MAX => {
            Err(Error::invalid("issues", format!("are more than {ISSUES_MAX}; narrow the query down")))
        }
        _ => Ok(rows),
    }
}

fn unknown(name: &str, error: Error) -> Error {
    match error {
        Error::NotFound(_) => Error::invalid("issues", format!("there is no issue “{name}”")),
        other => other,
    }
}

async fn change_all(
    store: &Store,
    now: i64,
    viewer: &Viewer,
    rows: &[issue::Model],
    deed: &Deed<'_>,
) -> Result<BulkChange> {
    let mut done = None;
    let mut batches = rows.chunks(BATCH).peekable();
    while let Some(batch) = batches.next() {
        let place = Place { before: done, is_last: batches.peek().is_none() };
        match change_batch(store, now, viewer, batch, (deed, place)).await {
            Ok(id) => done = Some(id),
            Err(error) => return Err(take_back(store, now, viewer, done, error).await),
        }
    }
    let id = done.ok_or_else(|| Error::invalid("issues", "none is selected"))?;
    kept::shown(store.reader(), viewer, id).await
}

/// Where a transaction stands among those of one request.
#[derive(Clone, Copy)]
struct Place {
    /// The number of those before it.
    before: Option<i64>,
    is_last: bool,
}

/// One transaction, under the number of those before it. The last one tells whoever follows one of the issues.
async fn change_batch(
    store: &Store,
    now: i64,
    viewer: &Viewer,
    batch: &[issue::Model],
    (deed, place): (&Deed<'_>, Place),
) -> Result<i64> {
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let id = match place.before {
        Some(id) => id,
        None => begin(&tx, now, viewer, &deed.what, None).await?,
    };
    kept::keep(&tx, id, &batch.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    for row in batch {
        change_one(&tx, now, viewer, row, &deed.change).await?;
    }
    if place.is_last {
        following::acted_on_many(&tx, now, viewer, id, false).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Leaves nothing half done: what earlier transactions did is undone, of which nobody was told, and the caller gets the
/// error.
async fn take_back(store: &Store, now: i64, viewer: &Viewer, done: Option<i64>, error: Error) -> Error {
    match done {
        None => error,
        Some(id) => undo::take_back(store, now, viewer, id).await.err().unwrap_or(error),
    }
}

/// Into the issue seen first: its name is the oldest, and it is the one that people know.
async fn merge_all(store: &Store, now: i64, viewer: &Viewer, mut rows: Vec<issue::Model>) -> Result<BulkChange> {
    rows.sort_by_key(|row| (row.first_seen, row.id));
    let [target, others @ ..] = rows.as_slice() else {
        return Err(Error::invalid("issues", "none is selected"));
    };
    if others.is_empty() {
        return Err(Error::invalid("issues", "merging needs two or more"));
    }
    let slug = names::projects(store.reader()).await?.remove(&target.project_id).unwrap_or_default();
    let what = format!("merged into {}", names::short_id(&slug, target.number));
    let tx = store.begin().await?;
    let id = begin(&tx, now, viewer, &what, Some(target.id)).await?;
    kept::keep(&tx, id, &others.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    merge::merge_in(
        &tx,
        now,
        viewer,
        &target.id.to_string(),
        &others.iter().map(|row| row.id.to_string()).collect::<Vec<_>>(),
    )
    .await?;
    tx.commit().await?;
    kept::shown(store.reader(), viewer, id).await
}

/// The row of what is being done; what is too old to be undone goes.
async fn begin(tx: &Tx, now: i64, viewer: &Viewer, what: &str, into: Option<i64>) -> Result<i64> {
    changes::lock(tx).await?;
    kept::forget_before(tx, now - KEPT_DAYS * DAY_MS).await?;
    let row = bulk_change::ActiveModel {
        id: NotSet,
        member_id: Set(viewer.member_id),
        made_at: Set(now),
        what: Set(what.to_owned()),
        into_issue_id: Set(into),
        undone_at: Set(None),
        put_back: Set(0),
    };
    Ok(row.insert(tx).await?.id)
}
