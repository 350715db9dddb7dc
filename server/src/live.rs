//! Tells open pages that something changed, so that they look again.
//!
//! Follows the change sequence, as the search index does, so that a page hears of what any process of the installation
//! wrote. Says only in which projects something changed: the page asks for itself, with the rights and the filter it
//! has, and a slow reader never holds more than the newest word.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::store::entities::change;
use crate::store::{Store, changes};

/// How often the sequence is looked at while somebody listens. People do not notice half a second.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Wait after a failure: the database is gone, and asking more often does not bring it back.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Changes behind which everything counts as changed, instead of reading them: nobody was listening meanwhile.
const BEHIND_MAX: i64 = 50_000;
/// Listeners of one process. A page holds one connection, and connections are memory (about 30 kB with its buffers).
pub const LISTENERS_MAX: usize = 1_000;

/// The newest number of the change sequence in each project; 0 is the installation itself (incidents).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// Of all projects.
    pub seq: i64,
    by_project: Arc<HashMap<i64, i64>>,
}

impl Newest {
    /// The newest change of one project, or of all.
    pub fn of(&self, project: Option<i64>) -> i64 {
        project.map_or(self.seq, |project| self.by_project.get(&project).copied().unwrap_or(0))
    }
}

/// Where pages listen. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Live {
    newest: watch::Sender<Newest>,
    closing: CancellationToken,
}

impl Default for Live {
    fn default() -> Self {
        Self { newest: watch::Sender::new(Newest::default()), closing: CancellationToken::new() }
    }
}

impl Live {
    /// A new listener; `None` when there are too many already or the server is stopping.
    pub fn listen(&self) -> Option<Listener> {
        let has_room = self.newest.receiver_count() < LISTENERS_MAX && !self.closing.is_cancelled();
        has_room.then(|| Listener { newest: self.newest.subscribe(), closing: self.closing.clone() })
    }

    /// The newest change that was seen; older than the truth while nobody listens.
    pub fn newest(&self) -> i64 {
        self.newest.borrow().seq
    }

    /// Ends every listener: a server that stops waits for open requests, and these would stay.
    pub fn close(&self) {
        self.closing.cancel();
    }
}

/// One open page.
#[derive(Debug)]
pub struct Listener {
    newest: watch::Receiver<Newest>,
    closing: CancellationToken,
}

impl Listener {
    /// Waits for a change of the project after `seen` and answers its number; `None` when the server stops.
    pub async fn after(&mut self, project: Option<i64>, seen: i64) -> Option<i64> {
        let newer = self.newest.wait_for(|newest| newest.of(project) > seen);
        tokio::select! {
            () = self.closing.cancelled() => None,
            newest = newer => newest.ok().map(|newest| newest.of(project)),
        }
    }

    /// What is known now.
    pub fn now(&self, project: Option<i64>) -> i64 {
        self.newest.borrow().of(project)
    }
}

/// Follows the sequence until told to stop.
pub async fn run(live: Live, store: Store, stop: CancellationToken) {
    loop {
        let wait = match look(&live, &store).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "open pages hear of nothing until the database answers");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn look(live: &Live, store: &Store) -> Result<()> {
    if live.newest.receiver_count() == 0 {
        return Ok(());
    }
    let before = live.newest.borrow().clone();
    let newest = changes::latest(store.reader()).await?;
    if newest != before.seq {
        let changed = changed_after(store.reader(), Ord::max(before.seq, newest - BEHIND_MAX)).await?;
        live.newest.send_replace(advanced(&before, newest, changed));
    }
    Ok(())
}

/// A sequence that went back (an installation restored from a backup) is one that changed everywhere.
fn advanced(before: &Newest, seq: i64, changed: Vec<(i64, i64)>) -> Newest {
    let mut by_project = if seq < before.seq { HashMap::new() } else { (*before.by_project).clone() };
    by_project.extend(changed);
    Newest { seq, by_project: Arc::new(by_project) }
}

async fn changed_after(db: &impl ConnectionTrait, seq: i64) -> Result<Vec<(i64, i64)>> {
    let rows = change::Entity::find()
        .select_only()
        .column(change::Column::ProjectId)
        .column_as(Expr::col(change::Column::Seq).max(), "seq")
        .filter(change::Column::Seq.gt(seq))
        .group_by(change::Column::ProjectId);
    Ok(rows.into_tuple().all(db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_project_has_its_own_newest_change() {
        let first = advanced(&Newest::default(), 7, vec![(1, 5), (2, 7)]);
        let second = advanced(&first, 9, vec![(1, 9)]);
        assert_eq!((second.of(None), second.of(Some(1)), second.of(Some(2)), second.of(Some(3))), (9, 9, 7, 0));
        let restored = advanced(&second, 3, vec![(2, 3)]);
        assert_eq!((restored.of(Some(1)), restored.of(Some(2))), (0, 3));
    }

    #[tokio::test]
    async fn listeners_end_with_the_server() {
        let live = Live::default();
        let mut listener = live.listen().unwrap();
        live.close();
        assert_eq!(listener.after(None, 0).await, None);
        assert!(live.listen().is_none());
    }
}
