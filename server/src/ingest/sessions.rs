//! Sessions: each counted once, under the worst it came to.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::arrival::{SessionAggregate, SessionStatus, SessionUpdate};
use super::batch::Batch;
use super::names::Names;
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::{session, session_hour, session_user};

/// Sessions in one statement: nine binds each.
const ROWS_PER_STATEMENT: usize = 2_000;

/// What is added to one bucket. Differences may be negative: a session that crashes stops being healthy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    sessions: i64,
    errored: i64,
    unhandled: i64,
    crashed: i64,
    abnormal: i64,
}

/// Release, environment and hour of a bucket.
type Bucket = (i64, i64, i64);

/// Everything a batch says of sessions, before it is written.
#[derive(Default)]
struct Ledger {
    rows: HashMap<Uuid, session::Model>,
    touched: Vec<Uuid>,
    counts: BTreeMap<Bucket, Counts>,
    /// By release, environment and user: whether they crashed.
    users: BTreeMap<(i64, i64, i64), bool>,
}

/// Writes the session updates and aggregates of a batch.
pub(super) async fn write(tx: &Tx, names: &Names, batch: &Batch<'_>) -> Result<()> {
    let updates: Vec<&SessionUpdate> = batch.parcels.iter().flat_map(|parcel| &parcel.sessions).collect();
    let aggregates: Vec<&SessionAggregate> = batch.parcels.iter().flat_map(|parcel| &parcel.aggregates).collect();
    if updates.is_empty() && aggregates.is_empty() {
        return Ok(());
    }
    let mut ledger = Ledger { rows: stored(tx, batch.project_id, &updates).await?, ..Ledger::default() };
    for update in updates {
        ledger.apply(batch, names.ids(batch.project_id, &update.place), update);
    }
    for aggregate in aggregates {
        ledger.add_aggregate(names.ids(batch.project_id, &aggregate.place), aggregate);
    }
    save_sessions(tx, &ledger).await?;
    save_counts(tx, batch.project_id, &ledger).await?;
    save_users(tx, batch.project_id, &ledger).await
}

impl Ledger {
    fn apply(&mut self, batch: &Batch<'_>, (release_id, environment_id): (i64, i64), update: &SessionUpdate) {
        let before = self.rows.get(&update.sid);
        if before.is_some_and(|row| SessionStatus::from_stored(&row.status).is_final()) {
            return;
        }
        let started = before.map_or(update.started, |row| row.started);
        let bucket = before.map_or((release_id, environment_id, started.div_euclid(HOUR_MS)), bucket_of);
        let errors = update.errors.max(before.map_or(0, |row| row.errors));
        let counts = self.counts.entry(bucket).or_default();
        match before {
            Some(row) => counts.count(SessionStatus::from_stored(&row.status), row.errors, -1),
            None => counts.sessions += 1,
        }
        counts.count(update.status, errors, 1);
        if let Some(user) = update.user_hash {
            self.see_user((bucket.0, bucket.1, user), update.status == SessionStatus::Crashed);
        }
        self.rows.insert(
            update.sid,
            session::Model {
                project_id: batch.project_id,
                sid: update.sid,
                release_id: bucket.0,
                environment_id: bucket.1,
                started,
                status: update.status.as_str().to_owned(),
                errors,
                user_hash: update.user_hash,
                updated_at: batch.now,
            },
        );
        self.touched.push(update.sid);
    }

    fn add_aggregate(&mut self, (release_id, environment_id): (i64, i64), sums: &SessionAggregate) {
        let bucket = (release_id, environment_id, sums.started.div_euclid(HOUR_MS));
        let counts = self.counts.entry(bucket).or_default();
        counts.sessions += sums.healthy + sums.errored + sums.unhandled + sums.crashed + sums.abnormal;
        counts.errored += sums.errored;
        counts.unhandled += sums.unhandled;
        counts.crashed += sums.crashed;
        counts.abnormal += sums.abnormal;
        if let Some(user) = sums.user_hash {
            self.see_user((release_id, environment_id, user), sums.crashed > 0);
        }
    }

    fn see_user(&mut self, user: (i64, i64, i64), crashed: bool) {
        *self.users.entry(user).or_default() |= crashed;
    }
}

impl Counts {
    /// Adds `by` to the kind a session is; healthy ones are what is left of `sessions`.
    fn count(&mut self, status: SessionStatus, errors: i64, by: i64) {
        match status {
            SessionStatus::Crashed => self.crashed += by,
            SessionStatus::Abnormal => self.abnormal += by,
            SessionStatus::Unhandled => self.unhandled += by,
            SessionStatus::Ok | SessionStatus::Exited if errors > 0 => self.errored += by,
            SessionStatus::Ok | SessionStatus::Exited => {}
        }
    }
}

fn bucket_of(row: &session::Model) -> Bucket {
    (row.release_id, row.environment_id, row.started.div_euclid(HOUR_MS))
}

async fn stored(tx: &Tx, project_id: i64, updates: &[&SessionUpdate]) -> Result<HashMap<Uuid, session::Model>> {
    let mut found = HashMap::new();
    for chunk in updates.chunks(ROWS_PER_STATEMENT) {
        let rows = session::Entity::find()
            .filter(session::Column::ProjectId.eq(project_id))
            .filter(session::Column::Sid.is_in(chunk.iter().map(|update| update.sid)))
            .all(tx)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.sid, row)));
    }
    Ok(found)
}

async fn save_sessions(tx: &Tx, ledger: &Ledger) -> Result<()> {
    let mut touched = ledger.touched.clone();
    touched.sort_unstable();
    touched.dedup();
    let conflict = OnConflict::columns([session::Column::ProjectId, session::Column::Sid])
        .update_columns([
            session::Column::Status,
            session::Column::Errors,
            session::Column::UserHash,
            session::Column::UpdatedAt,
        ])
        .to_owned();
    for chunk in touched.chunks(ROWS_PER_STATEMENT) {
        let rows =
            chunk.iter().filter_map(|sid| ledger.rows.get(sid)).map(|row| row.clone().into_active_model().reset_all());
        session::Entity::insert_many(rows).on_conflict(conflict.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn save_counts(tx: &Tx, project_id: i64, ledger: &Ledger) -> Result<()> {
    let rows: Vec<_> = ledger
        .counts
        .iter()
        .filter(|(_, counts)| **counts != Counts::default())
        .map(|(&(release_id, environment_id, hour), counts)| session_hour::ActiveModel {
            project_id: Set(project_id),
            release_id: Set(release_id),
            environment_id: Set(environment_id),
            hour: Set(hour),
            sessions: Set(counts.sessions),
            errored: Set(counts.errored),
            unhandled: Set(counts.unhandled),
            crashed: Set(counts.crashed),
            abnormal: Set(counts.abnormal),
        })
        .collect();
    use session_hour::Column;
    let add = |column: &str| Expr::cust(format!("session_hour.{column} + excluded.{column}"));
    let conflict = OnConflict::columns([Column::ProjectId, Column::ReleaseId, Column::EnvironmentId, Column::Hour])
        .value(Column::Sessions, add("sessions"))
        .value(Column::Errored, add("errored"))
        .value(Column::Unhandled, add("unhandled"))
        .value(Column::Crashed, add("crashed"))
        .value(Column::Abnormal, add("abnormal"))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let insert = session_hour::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn save_users(tx: &Tx, project_id: i64, ledger: &Ledger) -> Result<()> {
    let rows: Vec<_> = ledger
        .users
        .iter()
        .map(|(&(release_id, environment_id, user_hash), crashed)| session_user::ActiveModel {
            project_id: Set(project_id),
            release_id: Set(release_id),
            environment_id: Set(environment_id),
            user_hash: Set(user_hash),
            crashed: Set(*crashed),
        })
        .collect();
    use session_user::Column;
    let conflict = OnConflict::columns([Column::ProjectId, Column::ReleaseId, Column::EnvironmentId, Column::UserHash])
        .value(Column::Crashed, Expr::cust("\"session_user\".crashed OR excluded.crashed"))
        .to_owned();
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let insert = session_user::Entity::insert_many(chunk.to_vec()).on_conflict(conflict.clone());
        insert.exec_without_returning(tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_counted_under_the_worst_it_came_to() {
        use SessionStatus::{Abnormal, Crashed, Exited, Ok, Unhandled};
        for (status, errors, expected) in [
            (Ok, 0, Counts::default()),
            (Exited, 2, Counts { errored: 1, ..Counts::default() }),
            (Crashed, 1, Counts { crashed: 1, ..Counts::default() }),
            (Abnormal, 0, Counts { abnormal: 1, ..Counts::default() }),
            (Unhandled, 1, Counts { unhandled: 1, ..Counts::default() }),
        ] {
            let mut counts = Counts::default();
            counts.count(status, errors, 1);
            assert_eq!(counts, expected, "{status:?} with {errors} errors");
        }
    }
}
