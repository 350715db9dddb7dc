//! Releases and environments by name: remembered, so that a batch looks up only what it has never seen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::arrival::Place;
use super::batch::Batch;
use crate::error::Result;
use crate::releases::order;
use crate::store::Tx;
use crate::store::bulk::{Bulk, Kind, Writes};
use crate::store::entities::{environment, release};
use crate::store::releases::NONE;

/// Names remembered before all are forgotten; a project that makes up a release per event must not eat the memory.
const REMEMBERED: usize = 20_000;

/// Moves when a release was last seen.
pub(super) const SEE_RELEASES: Bulk = Bulk {
    head: "UPDATE release SET last_seen = rows.at FROM ",
    columns: &[("id", Kind::Integer), ("at", Kind::Integer)],
    tail: " WHERE release.id = rows.id AND release.last_seen < rows.at",
};

/// Ids of the releases and environments of every project seen so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    releases: HashMap<(i64, String), i64>,
    environments: HashMap<(i64, String), i64>,
}

impl Names {
    /// The ids of a place, [`NONE`] for what it does not name. Only after [`Names::learn`] of its batch.
    pub(super) fn ids(&self, project_id: i64, place: &Place) -> (i64, i64) {
        let find = |known: &HashMap<(i64, String), i64>, name: &Option<String>| {
            name.as_ref().and_then(|name| known.get(&(project_id, name.clone())).copied()).unwrap_or(NONE)
        };
        (find(&self.releases, &place.release), find(&self.environments, &place.environment))
    }

    pub(super) fn forget(&mut self) {
        self.releases.clear();
        self.environments.clear();
    }

    /// Makes sure that every name of the batch has a row and an id, and moves `last_seen` of its releases.
    pub(super) async fn learn(&mut self, tx: &Tx, writes: &mut Writes, batch: &Batch<'_>) -> Result<()> {
        if self.releases.len() + self.environments.len() > REMEMBERED {
            self.forget();
        }
        let seen = seen_releases(batch);
        self.learn_releases(tx, batch.project_id, &seen).await?;
        self.learn_environments(tx, batch).await?;
        self.see_releases(writes, batch.project_id, &seen)
    }

    /// Moves `last_seen` of the releases that were seen later than ever before.
    fn see_releases(&self, writes: &mut Writes, project_id: i64, seen: &BTreeMap<&str, (i64, i64)>) -> Result<()> {
        let id = |version: &str| self.releases.get(&(project_id, version.to_owned())).copied();
        let rows = seen.iter().filter_map(|(version, (_, last))| Some((id(version)?, *last)));
        writes.add(SEE_RELEASES, &rows.collect::<Vec<_>>())
    }

    async fn learn_releases(&mut self, tx: &Tx, project_id: i64, seen: &BTreeMap<&str, (i64, i64)>) -> Result<()> {
        let unknown: Vec<_> = seen
            .iter()
            .filter(|(version, _)| !self.releases.contains_key(&(project_id, (**version).to_owned())))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let rows = unknown.iter().map(|(version, (first, last))| release::ActiveModel {
            id: NotSet,
            project_id: Set(project_id),
            version: Set((**version).to_owned()),
            sort_key: Set(order::sort_key(version)),
            first_seen: Set(*first),
            last_seen: Set(*last),
            released_at: Set(None),
            archived_at: Set(None),
        });
        let conflict =
            OnConflict::columns([release::Column::ProjectId, release::Column::Version]).do_nothing().to_owned();
        release::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
        let versions: Vec<&str> = unknown.iter().map(|(version, _)| **version).collect();
        let rows = release::Entity::find()
            .filter(release::Column::ProjectId.eq(project_id))
            .filter(release::Column::Version.is_in(versions))
            .all(tx)
            .await?;
        self.releases.extend(rows.into_iter().map(|row| ((project_id, row.version), row.id)));
        Ok(())
    }

    async fn learn_environments(&mut self, tx: &Tx, batch: &Batch<'_>) -> Result<()> {
        let project_id = batch.project_id;
        let unknown: BTreeSet<&str> = places(batch)
            .filter_map(|(place, _)| place.environment.as_deref())
            .filter(|name| !self.environments.contains_key(&(project_id, (*name).to_owned())))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let rows = unknown.iter().map(|name| environment::ActiveModel {
            id: NotSet,
            project_id: Set(project_id),
            name: Set((*name).to_owned()),
        });
        let conflict =
            OnConflict::columns([environment::Column::ProjectId, environment::Column::Name]).do_nothing().to_owned();
        environment::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
        let rows = environment::Entity::find()
            .filter(environment::Column::ProjectId.eq(project_id))
            .filter(environment::Column::Name.is_in(unknown))
            .all(tx)
            .await?;
        self.environments.extend(rows.into_iter().map(|row| ((project_id, row.name), row.id)));
        Ok(())
    }
}

/// First and last time each version of a batch was seen.
fn seen_releases<'a>(batch: &Batch<'a>) -> BTreeMap<&'a str, (i64, i64)> {
    let mut seen: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (place, at) in places(batch) {
        let Some(version) = place.release.as_deref() else { continue };
        let span = seen.entry(version).or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
    }
    seen
}

/// Every place a batch names and when.
fn places<'a>(batch: &Batch<'a>) -> impl Iterator<Item = (&'a Place, i64)> {
    let parcels = batch.parcels.clone();
    parcels.into_iter().flat_map(|parcel| {
        let events = parcel.events.iter().map(|event| (&event.place, event.happened_at));
        let feedback = parcel.feedback.iter().map(|feedback| (&feedback.place, feedback.created_at));
        let sessions = parcel.sessions.iter().map(|session| (&session.place, session.started));
        let aggregates = parcel.aggregates.iter().map(|aggregate| (&aggregate.place, aggregate.started));
        let transactions = parcel.transactions.iter().map(|transaction| (&transaction.place, transaction.at));
        let check_ins = parcel.check_ins.iter().map(|check_in| (&check_in.place, check_in.at));
        events.chain(feedback).chain(sessions).chain(aggregates).chain(transactions).chain(check_ins)
    })
}
