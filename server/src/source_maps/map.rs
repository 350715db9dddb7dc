//! Mapping the frames of one event: finds the maps it needs, reads those that are not in memory, asks them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fieldfare_app::api::MissReason;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::find::{Answer, Found, Missing, Sought, find};
use super::frames::{self, Running};
use super::script::{Outcome, Script};
use super::{SourceMaps, url};
use crate::error::{Error, Result};
use crate::protocol::event::Event;
use crate::protocol::mapped::MappedFrame;
use crate::store::entities::artifact_bundle;

/// Longest an event waits for its maps to be read. A large map takes a second, once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which bundles count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Ready,
    /// Those that are ready and this one, which is about to be.
    With(i64),
}

/// What source maps make of an event.
#[derive(Debug, Default)]
pub struct Mapping {
    /// Each place once; empty when no map applied.
    pub frames: Vec<MappedFrame>,
    /// What was looked for and not found.
    pub(super) misses: Vec<Miss>,
}

/// A script whose frames stay as they are.
#[derive(Clone, Debug)]
pub(super) struct Miss {
    pub(super) sought: Sought,
    pub(super) missing: Missing,
}

/// How far reading has come: an event takes what there is when its patience ends.
#[derive(Default)]
struct Read {
    outcomes: HashMap<String, Arc<Outcome>>,
    misses: Vec<Miss>,
}

fn sought(event: &Event, running: &Running, (project_id, newest): (i64, i64), scope: Scope) -> Sought {
    Sought {
        project_id,
        path: url::normal(&running.path).to_owned(),
        debug_id: running.debug_id,
        release: event.release.clone(),
        dist: event.dist.clone(),
        newest,
        unready: match scope {
            Scope::Ready => None,
            Scope::With(bundle_id) => Some(bundle_id),
        },
    }
}

impl SourceMaps {
    /// Maps the frames of an event. Never fails: what cannot be mapped stays as it was sent.
    pub async fn map(&self, project_id: i64, event: &Event, scope: Scope) -> Mapping {
        let scripts = frames::scripts(event);
        if scripts.is_empty() {
            return Mapping::default();
        }
        let newest = match self.newest(project_id).await {
            Ok(newest) => newest,
            Err(error) => {
                tracing::warn!(%error, project.id = project_id, "source maps could not be looked up");
                return Mapping::default();
            }
        };
        let mut read = Read::default();
        let looked_for =
            scripts.into_iter().map(|running| (sought(event, &running, (project_id, newest), scope), running));
        let reading = self.read_all(looked_for.collect(), &mut read);
        if tokio::time::timeout(PATIENCE, Box::pin(reading)).await.is_err() {
            tracing::warn!(project.id = project_id, "an event did not wait any longer for its source maps");
        }
        Mapping { frames: frames::map(event, &read.outcomes), misses: read.misses }
    }

    async fn read_all(&self, looked_for: Vec<(Sought, Running)>, read: &mut Read) {
        for (sought, running) in looked_for {
            match self.read_one(&sought).await {
                Ok(outcome) => drop(read.outcomes.insert(running.path, outcome)),
                Err(missing) if running.is_expected() => read.misses.push(Miss { sought, missing }),
                Err(_) => {}
            }
        }
    }

    async fn read_one(&self, sought: &Sought) -> std::result::Result<Arc<Outcome>, Missing> {
        let broken = |detail: String| Missing { reason: MissReason::Broken, detail };
        let answer = self.answer(sought).await.map_err(|error| broken(error.to_string()))?;
        let found = answer.as_ref().as_ref().map_err(Clone::clone)?;
        let outcome = self.script(found).await;
        match outcome.as_ref() {
            Ok(_) => Ok(outcome),
            Err(reason) => Err(broken(reason.clone())),
        }
    }

    /// The newest bundle of a project, 0 if it has none. Remembered, so that projects without maps pay nothing.
    pub(super) async fn newest(&self, project_id: i64) -> Result<i64> {
        let load = async {
            let newest: Option<i64> = artifact_bundle::Entity::find()
                .select_only()
                .column(artifact_bundle::Column::Id)
                .filter(artifact_bundle::Column::ProjectId.eq(project_id))
                .order_by_desc(artifact_bundle::Column::Id)
                .into_tuple()
                .one(self.store.reader())
                .await?;
            Ok(newest.unwrap_or_default())
        };
        self.newest.try_get_with(project_id, load).await.map_err(shared)
    }

    async fn answer(&self, sought: &Sought) -> Result<Arc<Answer>> {
        if sought.newest == 0 && sought.unready.is_none() {
            return Ok(Arc::new(Err(Missing::nothing_uploaded())));
        }
        let load = async { find(self.store.reader(), sought).await.map(Arc::new) };
        self.answers.try_get_with_by_ref(sought, load).await.map_err(shared)
    }

    pub(super) async fn script(&self, found: &Found) -> Arc<Outcome> {
        self.scripts.get_with_by_ref(found, async { Arc::new(self.read_script(found).await) }).await
    }

    async fn read_script(&self, found: &Found) -> Outcome {
        let _one = self.parsing.acquire().await.map_err(|error| error.to_string())?;
        let read = async |blob: &str| self.blobs.get(blob).await.map_err(|error| format!("{error:#}"));
        let map = read(&found.map).await?;
        let script = match &found.script {
            Some(blob) => Some(read(blob).await?),
            None => None,
        };
        let parsed = tokio::task::spawn_blocking(move || Script::read(&map, script)).await;
        // The library is fed what strangers made; a panic in it is one map that does not work.
        parsed.unwrap_or_else(|_| Err("the source map cannot be read".to_owned()))
    }
}

fn shared(error: Arc<Error>) -> Error {
    tracing::warn!(%error, "source maps could not be looked up");
    Error::Unavailable
}
