//! Deleting an issue. It is gone at once; its events and counters go in small batches after that, so that ingestion never
//! waits for an issue with a million of them.

use std::time::Duration;

use fieldfare_app::api::{Role, Viewer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{comments, names, parts, sampling};
use crate::error::{Error, Result};
use crate::jobs::runner;
use crate::store::changes::{self, Change};
use crate::store::entities::{
    activity, attachment, discarded_hash, event, feedback, group_hash, incident_issue, issue, issue_deletion,
    issue_environment, issue_hour, issue_release, issue_state, issue_user, regression,
};
use crate::store::{Store, Tx};

/// Fingerprints of one issue that are remembered; an issue gathers a few dozen.
const HASHES_MAX: u64 = 5_000;
/// Rows that go in one transaction; a few milliseconds of the writer's time.
const BATCH_ROWS: u64 = 500;
/// Pause between looks at what is to be deleted.
const POLL: Duration = Duration::from_secs(2);
/// Pause between batches, in which ingestion goes on.
const BREATH: Duration = Duration::from_millis(20);
/// Pause after the database failed, so that the log stays readable.
const TROUBLE_PAUSE: Duration = Duration::from_secs(10);

/// What becomes of later events like those of a deleted issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// They make a new issue.
    Welcome,
    /// They are counted and dropped.
    Discarded,
}

/// Deletes an issue with everything that belongs to it.
///
/// # Errors
/// [`Error::Forbidden`] below lead, [`Error::NotFound`] for an unknown issue, [`Error::Invalid`] when feedback is to be
/// discarded: people who write have a right to be read.
pub async fn delete(store: &Store, now: i64, viewer: &Viewer, issue: &str, afterwards: Afterwards) -> Result<i64> {
    super::require(viewer, Role::Lead)?;
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let row = names::issue(&tx, issue).await?;
    if afterwards == Afterwards::Discarded {
        discard(&tx, now, viewer, &row).await?;
    }
    remove(&tx, &row).await?;
    let left =
        issue_deletion::ActiveModel { issue_id: Set(row.id), project_id: Set(row.project_id), asked_at: Set(now) };
    issue_deletion::Entity::insert(left).exec_without_returning(&tx).await?;
    changes::record(&tx, &[Change::Issue { project_id: row.project_id, issue_id: row.id }]).await?;
    tx.commit().await?;
    Ok(row.project_id)
}

/// Remembers the fingerprints of an issue as unwanted.
async fn discard(tx: &Tx, now: i64, viewer: &Viewer, issue: &issue::Model) -> Result<()> {
    if issue.kind != "error" {
        return Err(Error::invalid("discard", "goes only with errors: what people write is always read"));
    }
    let hashes = group_hash::Entity::find().filter(group_hash::Column::IssueId.eq(issue.id)).limit(HASHES_MAX);
    let rows: Vec<_> = hashes
        .all(tx)
        .await?
        .into_iter()
        .map(|row| discarded_hash::ActiveModel {
            project_id: Set(row.project_id),
            hash: Set(row.hash),
            title: Set(issue.title.clone()),
            member_id: Set(Some(viewer.member_id)),
            discarded_at: Set(now),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let again = OnConflict::columns([discarded_hash::Column::ProjectId, discarded_hash::Column::Hash])
        .update_columns([discarded_hash::Column::Title, discarded_hash::Column::DiscardedAt])
        .to_owned();
    discarded_hash::Entity::insert_many(rows).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// What makes an issue visible, and the few rows beside it.
async fn remove(tx: &Tx, issue: &issue::Model) -> Result<()> {
    let id = issue.id;
    let hashes = group_hash::Entity::find().select_only().column(group_hash::Column::Hash);
    let hashes: Vec<Uuid> = hashes.filter(group_hash::Column::IssueId.eq(id)).into_tuple().all(tx).await?;
    sampling::forget(tx, issue.project_id, &hashes).await?;
    group_hash::Entity::delete_many().filter(group_hash::Column::IssueId.eq(id)).exec(tx).await?;
    issue_state::Entity::delete_by_id(id).exec(tx).await?;
    activity::Entity::delete_many().filter(activity::Column::IssueId.eq(id)).exec(tx).await?;
    incident_issue::Entity::delete_many().filter(incident_issue::Column::IssueId.eq(id)).exec(tx).await?;
    regression::Entity::delete_many()
        .filter(regression::Column::ProjectId.eq(issue.project_id))
        .filter(regression::Column::IssueId.eq(id))
        .exec(tx)
        .await?;
    comments::forget(tx, issue).await?;
    parts::delete_of(tx, issue).await?;
    issue::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Works through what is to be deleted, until the stop. Several processes may do so at once.
pub async fn run(store: Store, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match delete_some(&store).await {
            Ok(true) => BREATH,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the rows of a deleted issue could not be deleted");
                TROUBLE_PAUSE
            }
        };
        runner::sleep(pause, &stop).await;
    }
}

/// Deletes one batch of rows of issues that are gone; answers whether there may be more.
///
/// # Errors
/// When the database fails; the batch is then tried again.
pub async fn delete_some(store: &Store) -> Result<bool> {
    let waiting = issue_deletion::Entity::find().order_by_asc(issue_deletion::Column::IssueId);
    let Some(gone) = waiting.one(store.reader()).await? else { return Ok(false) };
    let tx = store.begin().await?;
    changes::lock(&tx).await?;
    let rows = events(&tx, &gone).await? + pieces(&tx, &gone).await? + users(&tx, &gone).await?;
    if rows == 0 {
        counters(&tx, &gone).await?;
        issue_deletion::Entity::delete_by_id(gone.issue_id).exec(&tx).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn events(tx: &Tx, gone: &issue_deletion::Model) -> Result<usize> {
    use event::Column as C;
    let select = event::Entity::find().select_only().column(C::EventId).filter(C::IssueId.eq(gone.issue_id));
    let ids: Vec<Uuid> = select.limit(BATCH_ROWS).into_tuple().all(tx).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let of_project = event::Entity::delete_many().filter(C::ProjectId.eq(gone.project_id));
    of_project.filter(C::EventId.is_in(ids.iter().copied())).exec(tx).await?;
    attachments(tx, gone.project_id, &ids).await?;
    let project_id = gone.project_id;
    let written: Vec<_> = ids.iter().map(|&event_id| Change::Event { project_id, event_id }).collect();
    changes::record(tx, &written).await?;
    Ok(ids.len())
}

async fn pieces(tx: &Tx, gone: &issue_deletion::Model) -> Result<usize> {
    use feedback::Column as C;
    let select = feedback::Entity::find().select_only().columns([C::Id, C::EventId]);
    let select = select.filter(C::IssueId.eq(gone.issue_id)).limit(BATCH_ROWS);
    let rows: Vec<(i64, Uuid)> = select.into_tuple().all(tx).await?;
    let (ids, events): (Vec<i64>, Vec<Uuid>) = rows.into_iter().unzip();
    if ids.is_empty() {
        return Ok(0);
    }
    feedback::Entity::delete_many().filter(C::Id.is_in(ids.iter().copied())).exec(tx).await?;
    attachments(tx, gone.project_id, &events).await?;
    let project_id = gone.project_id;
    let written: Vec<_> = ids.iter().map(|&feedback_id| Change::Feedback { project_id, feedback_id }).collect();
    changes::record(tx, &written).await?;
    Ok(ids.len())
}

/// The rows only: a file may belong to others, too, since it is named by its content.
async fn attachments(tx: &Tx, project_id: i64, events: &[Uuid]) -> Result<()> {
    use attachment::Column as C;
    let of_project = attachment::Entity::delete_many().filter(C::ProjectId.eq(project_id));
    of_project.filter(C::EventId.is_in(events.iter().copied())).exec(tx).await?;
    Ok(())
}

async fn users(tx: &Tx, gone: &issue_deletion::Model) -> Result<usize> {
    use issue_user::Column as C;
    let select = issue_user::Entity::find().select_only().column(C::UserHash).filter(C::ProjectId.eq(gone.project_id));
    let select = select.filter(C::IssueId.eq(gone.issue_id)).limit(BATCH_ROWS);
    let hashes: Vec<i64> = select.into_tuple().all(tx).await?;
    if hashes.is_empty() {
        return Ok(0);
    }
    let of_project = issue_user::Entity::delete_many().filter(C::ProjectId.eq(gone.project_id));
    let of_issue = of_project.filter(C::IssueId.eq(gone.issue_id));
    of_issue.filter(C::UserHash.is_in(hashes.iter().copied())).exec(tx).await?;
    Ok(hashes.len())
}

/// Counters are bounded by releases, environments and hours.
async fn counters(tx: &Tx, gone: &issue_deletion::Model) -> Result<()> {
    let (project_id, issue_id) = (gone.project_id, gone.issue_id);
    issue_hour::Entity::delete_many()
        .filter(issue_hour::Column::ProjectId.eq(project_id))
        .filter(issue_hour::Column::IssueId.eq(issue_id))
        .exec(tx)
        .await?;
    issue_release::Entity::delete_many()
        .filter(issue_release::Column::ProjectId.eq(project_id))
        .filter(issue_release::Column::IssueId.eq(issue_id))
        .exec(tx)
        .await?;
    issue_environment::Entity::delete_many()
        .filter(issue_environment::Column::ProjectId.eq(project_id))
        .filter(issue_environment::Column::IssueId.eq(issue_id))
        .exec(tx)
        .await?;
    Ok(())
}
