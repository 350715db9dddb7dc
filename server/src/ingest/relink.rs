//! Source maps that come after the events: recent events are mapped, and their issues are found by the new fingerprints
//! as well, so that what arrives from now on joins them.
//!
//! A bundle counts for arriving events only when that is done; otherwise the first of them would split its issue.

use std::time::Duration;

use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::policy::{Policies, Policy};
use crate::clock::{Clock, DAY_MS};
use crate::error::Result;
use crate::grouping;
use crate::protocol::json::Json;
use crate::protocol::mapped::{self, MappedFrame};
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::title::culprit;
use crate::source_maps::{self, Scope, SourceMaps};
use crate::store::changes::{self, Change};
use crate::store::entities::{artifact_bundle, event, group_hash, issue};
use crate::store::{Store, Tx, payload};

/// Pause between two looks, where nobody says that a bundle arrived.
const PAUSE: Duration = Duration::from_secs(5);
/// How far back events are mapped.
const RECENT_MS: i64 = 30 * DAY_MS;
/// Issues looked at for one bundle, the ones seen last.
const ISSUES_MAX: u64 = 500;
/// Events of one issue that are mapped, the newest. All events of an issue share a few fingerprints.
const EVENTS_PER_ISSUE: u64 = 20;

/// What linking needs.
#[derive(Clone, Debug)]
pub struct Linker {
    pub store: Store,
    pub maps: SourceMaps,
    pub policies: Policies,
    pub clock: Clock,
}

/// An event with its maps applied.
struct Relinked {
    event_id: Uuid,
    /// The fingerprint it was stored with.
    former_hash: Uuid,
    hash: Uuid,
    culprit: Option<String>,
    payload: Vec<u8>,
}

/// Makes bundles ready until told to stop.
pub async fn run(linker: Linker, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = linker.work(&stop).await {
            tracing::warn!(error = format!("{error:#}"), "uploaded source maps could not be made ready");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = linker.maps.arrival() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    if let Err(error) = linker.maps.write_misses().await {
        tracing::warn!(%error, "missed source maps were not counted");
    }
}

impl Linker {
    async fn work(&self, stop: &CancellationToken) -> Result<()> {
        self.maps.write_misses().await?;
        for bundle in source_maps::pending(self.store.writer()).await? {
            if stop.is_cancelled() {
                return Ok(());
            }
            let started = self.clock.now();
            // It may be remembered that the project has nothing.
            self.maps.forget(bundle.project_id).await;
            // A bundle that cannot be linked still counts: later events are worth more than earlier ones.
            let linked = self.link(&bundle, Scope::With(bundle.id), started - RECENT_MS).await;
            source_maps::set_ready(self.store.writer(), self.clock.now(), bundle.id).await?;
            self.maps.forget(bundle.project_id).await;
            self.maps.announce_ready();
            let linked = linked? + self.link(&bundle, Scope::Ready, started).await?;
            tracing::info!(project.id = bundle.project_id, bundle.id, events = linked, "source maps are ready");
        }
        Ok(())
    }

    /// Maps the project's events that were received since, issue by issue; answers how many it could.
    async fn link(&self, bundle: &artifact_bundle::Model, scope: Scope, since: i64) -> Result<usize> {
        let policy = self.policies.of(&self.store, bundle.project_id).await?;
        let issues = issue::Entity::find()
            .filter(issue::Column::ProjectId.eq(bundle.project_id))
            .filter(issue::Column::Kind.eq("error"))
            .filter(issue::Column::LastSeen.gte(since))
            .order_by_desc(issue::Column::LastSeen)
            .limit(ISSUES_MAX)
            .all(self.store.reader())
            .await?;
        let mut linked = 0;
        for issue in issues {
            linked += self.link_issue(&issue, &policy, scope, since).await?;
        }
        Ok(linked)
    }

    async fn link_issue(&self, issue: &issue::Model, policy: &Policy, scope: Scope, since: i64) -> Result<usize> {
        let events = event::Entity::find()
            .filter(event::Column::IssueId.eq(issue.id))
            .order_by_desc(event::Column::HappenedAt)
            .order_by_desc(event::Column::EventId)
            .limit(EVENTS_PER_ISSUE)
            .all(self.store.reader())
            .await?;
        let mut relinked = Vec::new();
        for event in events.into_iter().filter(|event| event.received_at >= since) {
            relinked.extend(self.map(event, policy, scope).await?);
        }
        if relinked.is_empty() {
            return Ok(0);
        }
        let tx = self.store.begin().await?;
        changes::lock(&tx).await?;
        write(&tx, issue, &relinked).await?;
        tx.commit().await?;
        Ok(relinked.len())
    }

    /// The event with its maps applied; `None` where there are none, or where they are applied already.
    async fn map(&self, row: event::Model, policy: &Policy, scope: Scope) -> Result<Option<Relinked>> {
        let json = payload::unpack_bytes(&row.payload)?;
        let Ok(value) = Json::parse(&json) else { return Ok(None) };
        if mapped::is_mapped(&value) {
            return Ok(None);
        }
        let arrival = Arrival { event_id: row.event_id, received_at: row.received_at, client_ip: None };
        let mut event = normalise::event(value, &arrival);
        let frames: Vec<MappedFrame> = self.maps.map(row.project_id, &event, scope).await.frames;
        if frames.is_empty() {
            return Ok(None);
        }
        mapped::apply(&mut event, &frames);
        Ok(Some(Relinked {
            event_id: row.event_id,
            former_hash: row.hash,
            hash: grouping::group(&event, &policy.grouping).primary.into(),
            culprit: culprit(&event),
            payload: payload::pack(&mapped::append(&json, &frames))?,
        }))
    }
}

/// Stores mapped events of one issue, the newest first, and lets their new fingerprints lead to it. One that leads to
/// another issue already stays there, and the event keeps the fingerprint it has.
async fn write(tx: &Tx, issue: &issue::Model, relinked: &[Relinked]) -> Result<()> {
    for one in relinked {
        let leads_here = lead(tx, issue, one).await?;
        let change = event::ActiveModel {
            payload: Set(one.payload.clone()),
            hash: if leads_here { Set(one.hash) } else { NotSet },
            ..event::ActiveModel::default()
        };
        event::Entity::update_many()
            .set(change)
            .filter(event::Column::ProjectId.eq(issue.project_id))
            .filter(event::Column::EventId.eq(one.event_id))
            .exec(tx)
            .await?;
    }
    if let Some(culprit) = relinked.iter().find_map(|one| one.culprit.clone()) {
        let change = issue::ActiveModel { culprit: Set(Some(culprit)), ..issue::ActiveModel::default() };
        issue::Entity::update_many().set(change).filter(issue::Column::Id.eq(issue.id)).exec(tx).await?;
    }
    let project_id = issue.project_id;
    let mut written: Vec<Change> =
        relinked.iter().map(|one| Change::Event { project_id, event_id: one.event_id }).collect();
    written.push(Change::Issue { project_id, issue_id: issue.id });
    changes::record(tx, &written).await
}

/// Lets the new fingerprint lead where the event's own one does, to the same part of the same issue, unless it leads
/// somewhere already; answers whether it leads there now.
async fn lead(tx: &Tx, issue: &issue::Model, one: &Relinked) -> Result<bool> {
    let find = |hash: Uuid| group_hash::Entity::find_by_id((issue.project_id, hash)).one(tx);
    // Moved away by a merge meanwhile: it stays as it is.
    let Some(own) = find(one.former_hash).await?.filter(|own| own.issue_id == issue.id) else { return Ok(false) };
    if let Some(known) = find(one.hash).await? {
        return Ok((known.issue_id, known.part_id) == (own.issue_id, own.part_id));
    }
    let row = group_hash::ActiveModel {
        project_id: Set(issue.project_id),
        hash: Set(one.hash),
        issue_id: Set(issue.id),
        part_id: Set(own.part_id),
    };
    group_hash::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(true)
}
