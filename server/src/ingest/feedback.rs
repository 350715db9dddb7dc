//! Feedback: which of a batch is new, which issue it joins, and its rows.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::arrival::{NewAttachment, NewFeedback};
use super::batch::Batch;
use super::issues::Updated;
use super::names::Names;
use super::placing::{self, Placed};
use super::tally::Occurrence;
use crate::clustering;
use crate::error::Result;
use crate::ids::user_hash;
use crate::issues::following;
use crate::jobs::outbox::{self, Message};
use crate::store::Tx;
use crate::store::entities::{attachment, feedback, group_hash};

/// How many earlier pieces of feedback a new one is compared with. Duplicates come in bursts, so recent ones suffice.
const COMPARED: u64 = 500;
/// Rows in one INSERT: nine binds each.
const ROWS_PER_INSERT: usize = 1_000;

/// The feedback of a batch that is neither stored already nor twice in the batch.
pub(super) async fn fresh<'a>(tx: &Tx, batch: &Batch<'a>) -> Result<Vec<&'a NewFeedback>> {
    let arrived: Vec<&NewFeedback> = batch.parcels.iter().flat_map(|parcel| &parcel.feedback).collect();
    if arrived.is_empty() {
        return Ok(arrived);
    }
    let stored: Vec<Uuid> = feedback::Entity::find()
        .select_only()
        .column(feedback::Column::EventId)
        .filter(feedback::Column::ProjectId.eq(batch.project_id))
        .filter(feedback::Column::EventId.is_in(arrived.iter().map(|one| one.event_id)))
        .into_tuple()
        .all(tx)
        .await?;
    let mut seen: HashSet<Uuid> = stored.into_iter().collect();
    Ok(arrived.into_iter().filter(|one| seen.insert(one.event_id)).collect())
}

/// Feedback in new words that says nearly the same as an earlier piece joins its issue.
pub(super) async fn adopt_near_duplicates(
    tx: &Tx,
    project_id: i64,
    fresh: &[&NewFeedback],
    (issues, parts): (&mut HashMap<Uuid, i64>, &mut HashMap<Uuid, i64>),
) -> Result<()> {
    let strangers: Vec<_> = fresh.iter().filter(|one| !issues.contains_key(&one.hash)).collect();
    if strangers.is_empty() {
        return Ok(());
    }
    let recent = feedback::Entity::find()
        .filter(feedback::Column::ProjectId.eq(project_id))
        .order_by_desc(feedback::Column::Id)
        .limit(COMPARED)
        .all(tx)
        .await?;
    let (mut adopted, mut like) = (HashMap::new(), HashMap::new());
    for one in strangers {
        let near = recent.iter().find(|other| clustering::is_near_duplicate(&one.message, &other.message));
        if let Some(other) = near {
            adopted.insert(one.hash, other.issue_id);
            like.insert(one.hash, clustering::near_duplicate_key(&other.message).to_uuid());
        }
    }
    let part_of = parts_of(tx, project_id, like.values().copied()).await?;
    parts.extend(like.iter().filter_map(|(hash, other)| Some((*hash, *part_of.get(other)?))));
    issues.extend(adopted.iter().map(|(hash, issue_id)| (*hash, *issue_id)));
    placing::insert_hashes(tx, project_id, adopted.into_iter().collect(), parts).await
}

/// The parts that hashes belong to, where their issues are made of parts.
async fn parts_of(tx: &Tx, project_id: i64, hashes: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, i64>> {
    let rows = group_hash::Entity::find()
        .filter(group_hash::Column::ProjectId.eq(project_id))
        .filter(group_hash::Column::Hash.is_in(hashes))
        .all(tx)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.hash, row.part_id?))).collect())
}

/// The feedback as counters see it.
pub(super) fn occurrences<'a>(
    names: &'a Names,
    batch: &'a Batch<'_>,
    fresh: &'a [&NewFeedback],
    placed: &'a Placed,
) -> impl Iterator<Item = Occurrence> + 'a {
    fresh.iter().map(move |one| {
        let (release_id, environment_id) = names.ids(batch.project_id, &one.place);
        Occurrence {
            issue_id: placed.issue_of(one.hash),
            at: one.created_at,
            release_id,
            environment_id,
            user_hash: one.user_key.as_deref().map(user_hash),
        }
    })
}

/// Inserts the rows and answers the new ids.
pub(super) async fn insert(
    tx: &Tx,
    names: &Names,
    batch: &Batch<'_>,
    fresh: &[&NewFeedback],
    placed: &Placed,
) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(fresh.len());
    for one in fresh {
        let row = feedback::Entity::insert(row(names, batch, one, placed)).exec_with_returning(tx).await?;
        ids.push(row.id);
    }
    Ok(ids)
}

/// Owes the mails about new pieces, except about those of issues nobody wants to hear of. What brought an issue back is
/// told to whoever follows it, as well.
pub(super) async fn tell<'a>(
    tx: &Tx,
    batch: &Batch<'_>,
    placed: &Placed,
    pieces: impl Iterator<Item = (i64, &'a &'a NewFeedback)>,
    updated: &Updated,
) -> Result<()> {
    for (feedback_id, one) in pieces {
        let issue_id = placed.issue_of(one.hash);
        if updated.archived.contains(&issue_id) {
            continue;
        }
        let message = Message::NewFeedback { feedback_id, issue_id: Some(issue_id) };
        outbox::enqueue(tx, batch.now, &message).await?;
        if updated.back.contains(&issue_id) {
            following::tell(tx, batch.now, None, issue_id, &message).await?;
        }
    }
    Ok(())
}

fn row(names: &Names, batch: &Batch<'_>, one: &NewFeedback, placed: &Placed) -> feedback::ActiveModel {
    let (release_id, environment_id) = names.ids(batch.project_id, &one.place);
    feedback::ActiveModel {
        id: NotSet,
        project_id: Set(batch.project_id),
        event_id: Set(one.event_id),
        issue_id: Set(placed.issue_of(one.hash)),
        message: Set(one.message.clone()),
        name: Set(one.name.clone()),
        email: Set(one.email.clone()),
        url: Set(one.url.clone()),
        source: Set(one.source.clone()),
        kind: Set(one.kind.clone()),
        rating: Set(one.rating),
        release_id: Set(release_id),
        environment_id: Set(environment_id),
        associated_event_id: Set(one.associated_event_id),
        signature: Set(one.signature.cast_signed()),
        created_at: Set(one.created_at),
        payload: Set(one.payload.clone()),
    }
}

/// Inserts the attachments of a batch, of events and feedback alike.
pub(super) async fn insert_attachments(tx: &Tx, batch: &Batch<'_>) -> Result<()> {
    let arrived: Vec<&NewAttachment> = batch.parcels.iter().flat_map(|parcel| &parcel.attachments).collect();
    let conflict = OnConflict::columns([
        attachment::Column::ProjectId,
        attachment::Column::EventId,
        attachment::Column::Name,
        attachment::Column::Blob,
    ])
    .do_nothing()
    .to_owned();
    for chunk in arrived.chunks(ROWS_PER_INSERT) {
        let rows = chunk.iter().map(|one| attachment::ActiveModel {
            id: NotSet,
            project_id: Set(batch.project_id),
            event_id: Set(one.event_id),
            name: Set(one.name.clone()),
            content_type: Set(one.content_type.clone()),
            kind: Set(one.kind.clone()),
            bytes: Set(one.bytes),
            blob: Set(one.blob.clone()),
            created_at: Set(batch.now),
        });
        attachment::Entity::insert_many(rows).on_conflict(conflict.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}
