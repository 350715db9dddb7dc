//! Telling the counters of some hashes from those of the rest of a part, by the events that are stored.
//!
//! Counters outlive events: what is counted of events that are no longer kept cannot be told apart, and stays.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::Result;
use crate::ids::user_hash;
use crate::issues::moving;
use crate::issues::parts::run;
use crate::protocol::normalise::{self, Arrival};
use crate::store::Tx;
use crate::store::entities::{
    event, feedback, group_hash, issue, part_environment, part_hour, part_release, part_user,
};
use crate::store::payload;

mod counted;

use counted::{Counted, Occurrence};

/// Rows in one INSERT: six binds each at most.
const ROWS_PER_INSERT: usize = 1_000;

/// Counts `hashes` for the second part, and takes what they counted from the first. Both belong to `issue`, and nothing
/// has been moved yet.
pub(super) async fn split(tx: &Tx, issue: &issue::Model, (from, to): (i64, i64), hashes: &[Uuid]) -> Result<()> {
    let wanted: BTreeSet<Uuid> = hashes.iter().copied().collect();
    let (mut leaving, mut staying) = (Counted::default(), Counted::default());
    for (hash, occurrence) in occurrences(tx, issue, from).await? {
        let counted = if wanted.contains(&hash) { &mut leaving } else { &mut staying };
        counted.add(&occurrence);
    }
    let kept = load(tx, issue.project_id, from).await?;
    let rest = kept.without(&leaving, &staying);
    for counter in ["hour", "release", "environment", "user"] {
        run(tx, &format!("DELETE FROM part_{counter} WHERE project_id = {} AND part_id = {from}", issue.project_id))
            .await?;
    }
    save(tx, issue.project_id, from, &rest).await?;
    save(tx, issue.project_id, to, &leaving).await?;
    set_first_release(tx, to, leaving.first_release()).await?;
    // Where the rest began has changed only if what leaves came first.
    let changed = leaving.first_seen() < rest.first_seen();
    set_first_release(tx, from, rest.first_release().filter(|_| changed)).await
}

async fn set_first_release(tx: &Tx, part_id: i64, release_id: Option<i64>) -> Result<()> {
    match release_id {
        Some(id) => run(tx, &format!("UPDATE issue_part SET first_release_id = {id} WHERE id = {part_id}")).await,
        None => Ok(()),
    }
}

/// The newest event of a hash.
pub(super) async fn newest(tx: &Tx, issue: &issue::Model, hash: Uuid) -> Result<Option<event::Model>> {
    let of_issue = event::Entity::find().filter(event::Column::ProjectId.eq(issue.project_id));
    let of_issue = of_issue.filter(event::Column::IssueId.eq(issue.id)).filter(event::Column::Hash.eq(hash));
    Ok(of_issue.order_by_desc(event::Column::HappenedAt).one(tx).await?)
}

/// Everything stored of a part, with its hash.
async fn occurrences(tx: &Tx, issue: &issue::Model, part_id: i64) -> Result<Vec<(Uuid, Occurrence)>> {
    let of_part: BTreeSet<Uuid> = group_hash::Entity::find()
        .select_only()
        .column(group_hash::Column::Hash)
        .filter(group_hash::Column::ProjectId.eq(issue.project_id))
        .filter(group_hash::Column::PartId.eq(part_id))
        .into_tuple()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    let stored = if issue.kind == "feedback" { of_feedback(tx, issue).await? } else { of_events(tx, issue).await? };
    Ok(stored.into_iter().filter(|(hash, _)| of_part.contains(hash)).collect())
}

async fn of_events(tx: &Tx, issue: &issue::Model) -> Result<Vec<(Uuid, Occurrence)>> {
    use event::Column as C;
    let select = event::Entity::find()
        .select_only()
        .columns([C::Hash, C::HappenedAt, C::ReleaseId, C::EnvironmentId, C::UserKey])
        .filter(C::ProjectId.eq(issue.project_id))
        .filter(C::IssueId.eq(issue.id));
    let rows = select.into_tuple::<(Uuid, i64, i64, i64, Option<String>)>().all(tx).await?;
    let occurrence = |(hash, at, release_id, environment_id, user): (Uuid, i64, i64, i64, Option<String>)| {
        (hash, Occurrence { at, release_id, environment_id, user: user.as_deref().map(user_hash) })
    };
    Ok(rows.into_iter().map(occurrence).collect())
}

/// Who wrote a piece is told apart as admission does: by what the client knows of them, else by their address.
async fn of_feedback(tx: &Tx, issue: &issue::Model) -> Result<Vec<(Uuid, Occurrence)>> {
    use feedback::Column as C;
    let hashes = moving::feedback_hashes(tx, issue.id).await?;
    let select = feedback::Entity::find()
        .select_only()
        .columns([C::Id, C::CreatedAt, C::ReleaseId, C::EnvironmentId, C::Email, C::Payload])
        .filter(C::IssueId.eq(issue.id));
    let rows = select.into_tuple::<(i64, i64, i64, i64, Option<String>, Vec<u8>)>().all(tx).await?;
    let by_id: BTreeMap<i64, Uuid> = hashes.into_iter().collect();
    let mut found = Vec::with_capacity(rows.len());
    for (id, at, release_id, environment_id, email, sent) in rows {
        let user = user_key(&sent)?.or(email).as_deref().map(user_hash);
        found.extend(by_id.get(&id).map(|hash| (*hash, Occurrence { at, release_id, environment_id, user })));
    }
    Ok(found)
}

fn user_key(sent: &[u8]) -> Result<Option<String>> {
    let arrival = Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None };
    let event = normalise::event(payload::unpack(sent)?, &arrival);
    Ok(event.user.as_ref().and_then(|user| user.key()).map(str::to_owned))
}

async fn load(db: &impl ConnectionTrait, project_id: i64, part_id: i64) -> Result<Counted> {
    let hours = part_hour::Entity::find()
        .filter(part_hour::Column::ProjectId.eq(project_id))
        .filter(part_hour::Column::PartId.eq(part_id));
    let releases = part_release::Entity::find()
        .filter(part_release::Column::ProjectId.eq(project_id))
        .filter(part_release::Column::PartId.eq(part_id));
    let environments = part_environment::Entity::find()
        .filter(part_environment::Column::ProjectId.eq(project_id))
        .filter(part_environment::Column::PartId.eq(part_id));
    let users = part_user::Entity::find()
        .filter(part_user::Column::ProjectId.eq(project_id))
        .filter(part_user::Column::PartId.eq(part_id));
    Ok(Counted {
        hours: hours
            .all(db)
            .await?
            .into_iter()
            .map(|row| ((row.hour, row.release_id, row.environment_id), row.events))
            .collect(),
        releases: releases
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.release_id, (row.events, row.first_seen, row.last_seen)))
            .collect(),
        environments: environments.all(db).await?.into_iter().map(|row| (row.environment_id, row.last_seen)).collect(),
        users: users.all(db).await?.into_iter().map(|row| (row.user_hash, row.release_id)).collect(),
    })
}

async fn save(tx: &Tx, project: i64, part: i64, counted: &Counted) -> Result<()> {
    let row = |values: &[i64]| {
        let values: Vec<String> = [project, part].iter().chain(values).map(i64::to_string).collect();
        format!("({})", values.join(", "))
    };
    for (table, rows) in [
        (
            "part_hour",
            counted
                .hours
                .iter()
                .map(|((hour, release, environment), events)| row(&[*hour, *release, *environment, *events]))
                .collect::<Vec<_>>(),
        ),
        (
            "part_release",
            counted.releases.iter().map(|(id, (events, first, last))| row(&[*id, *events, *first, *last])).collect(),
        ),
        ("part_environment", counted.environments.iter().map(|(id, last)| row(&[*id, *last])).collect()),
        ("part_user", counted.users.iter().map(|(user, release)| row(&[*user, *release])).collect()),
    ] {
        for chunk in rows.chunks(ROWS_PER_INSERT) {
            run(tx, &format!("INSERT INTO {table} VALUES {}", chunk.join(", "))).await?;
        }
    }
    Ok(())
}
