//! What goes by its age, whatever it tells.

use std::collections::BTreeMap;
use std::time::Instant;

use fieldfare_app::api::RetentionSettings;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::evict::{BATCH, Reason, stored_events, stored_feedback};
use super::{Keeper, Pace};
use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::store::changes;
use crate::store::entities::{attachment, change_mark, event, feedback, issue};

/// How long a session can still change. Clients that were offline send for days.
const SESSION_DAYS: i64 = 14;
/// How long changes are there for indexes to follow. A process that was away longer makes its index anew.
const CHANGE_DAYS: i64 = 3;
/// How long it is remembered what became of what arrived.
const OUTCOME_DAYS: i64 = 366;
/// How long messages that are settled are remembered.
const NOTIFICATION_DAYS: i64 = 90;
/// After how long a bucket that nobody took from is certainly full.
const BUCKET_DAYS: i64 = 1;
/// How long a run of a job is remembered.
const CHECK_IN_DAYS: i64 = 30;
/// How long response times are remembered: a release is compared with one that ran a quarter ago at most.
const TRANSACTION_DAYS: i64 = 90;
/// How long the transaction names of an hour are remembered: as long as transactions of that hour may still arrive, and
/// one day more.
const TRANSACTION_NAME_DAYS: i64 = 6;
/// How long a file may wait for its event. Clients send both at once, or soon after a restart.
const LONE_FILE_DAYS: i64 = 1;

impl Keeper {
    /// Removes what is too old of one project. The time is the one at which the clock was last believed.
    pub(super) async fn age(
        &self,
        (project_id, now): (i64, i64),
        settings: &RetentionSettings,
        pace: &Pace,
    ) -> Result<()> {
        let before = |days: u32| now - i64::from(days) * DAY_MS;
        if let Some(days) = settings.days {
            self.age_events(project_id, before(days), pace).await?;
        }
        if let Some(days) = settings.feedback_days {
            self.age_feedback(project_id, before(days), pace).await?;
        }
        let hour = (now - OUTCOME_DAYS * DAY_MS).div_euclid(HOUR_MS);
        let key = "project_id, hour, outcome, category, reason";
        self.trim("outcome_hour", key, &format!("project_id = {project_id} AND hour < {hour}"), pace).await
    }

    /// Removes what is too old and belongs to no project's settings.
    pub(super) async fn age_the_rest(&self, now: i64, pace: &Pace) -> Result<()> {
        let before = |days: i64| now - days * DAY_MS;
        let settled = "(delivered_at IS NOT NULL OR given_up_at IS NOT NULL)";
        let old = format!("created_at < {} AND {settled}", before(NOTIFICATION_DAYS));
        self.trim("notification", "id", &old, pace).await?;
        self.trim("session", "project_id, sid", &format!("updated_at < {}", before(SESSION_DAYS)), pace).await?;
        let full = format!("counted_at < {}", before(BUCKET_DAYS));
        self.trim("quota_bucket", "scope, scope_id, meter", &full, pace).await?;
        self.trim("login", "token_hash", &format!("expires_at < {now}"), pace).await?;
        let ended = format!("started_at < {} AND due_at IS NULL", before(CHECK_IN_DAYS));
        self.trim("check_in", "project_id, monitor_id, check_in_id", &ended, pace).await?;
        let hour = |days: i64| before(days).div_euclid(HOUR_MS);
        let key = "project_id, release_id, environment_id, hour, name";
        self.trim("transaction_hour", key, &format!("hour < {}", hour(TRANSACTION_DAYS)), pace).await?;
        let old = format!("hour < {}", hour(TRANSACTION_NAME_DAYS));
        self.trim("transaction_name", "project_id, hour, name", &old, pace).await?;
        self.age_changes(before(CHANGE_DAYS), pace).await?;
        self.age_lone_files(before(LONE_FILE_DAYS), pace).await
    }

    /// Issue by issue, since that is how events are in order of their time.
    async fn age_events(&self, project_id: i64, before: i64, pace: &Pace) -> Result<()> {
        let issues: Vec<i64> = issue::Entity::find()
            .select_only()
            .column(issue::Column::Id)
            .filter(issue::Column::ProjectId.eq(project_id))
            .filter(issue::Column::FirstSeen.lt(before))
            .into_tuple()
            .all(self.store.reader())
            .await?;
        for issue_id in issues {
            while self.may_go_on(pace).await? {
                let old: Vec<Uuid> = event::Entity::find()
                    .select_only()
                    .column(event::Column::EventId)
                    .filter(event::Column::IssueId.eq(issue_id))
                    .filter(event::Column::HappenedAt.lt(before))
                    .limit(BATCH as u64)
                    .into_tuple()
                    .all(self.store.reader())
                    .await?;
                if old.is_empty() {
                    break;
                }
                self.evict_events(project_id, &old, Reason::Age, pace).await?;
            }
        }
        Ok(())
    }

    async fn age_feedback(&self, project_id: i64, before: i64, pace: &Pace) -> Result<()> {
        while self.may_go_on(pace).await? {
            let began = Instant::now();
            let old: Vec<(i64, Uuid)> = feedback::Entity::find()
                .select_only()
                .columns([feedback::Column::Id, feedback::Column::EventId])
                .filter(feedback::Column::ProjectId.eq(project_id))
                .filter(feedback::Column::CreatedAt.lt(before))
                .limit(BATCH as u64)
                .into_tuple()
                .all(self.store.reader())
                .await?;
            if old.is_empty() {
                break;
            }
            self.evict_feedback(project_id, &old).await?;
            pace.rest(began).await;
        }
        Ok(())
    }

    /// Changes carry no time of their own; every hour it is noted how far they had come. Before any goes, it is written
    /// that it will: an index that stands before it knows then that it cannot follow.
    async fn age_changes(&self, before: i64, pace: &Pace) -> Result<()> {
        let db = self.store.writer();
        let latest = changes::latest(self.store.reader()).await?;
        let mark = change_mark::ActiveModel { seq: Set(latest), noted_at: Set(self.clock.now()) };
        let known = OnConflict::column(change_mark::Column::Seq).do_nothing().to_owned();
        change_mark::Entity::insert(mark).on_conflict(known).exec_without_returning(db).await?;
        let passed = change_mark::Entity::find()
            .filter(change_mark::Column::NotedAt.lt(before))
            .order_by_desc(change_mark::Column::Seq)
            .one(self.store.reader())
            .await?;
        let Some(passed) = passed else { return Ok(()) };
        if passed.seq > changes::trimmed_to(self.store.reader()).await? {
            changes::note_trimmed_to(db, passed.seq).await?;
        }
        // The last one stays, so that the sequence still says how far it has come.
        self.trim("change", "seq", &format!("seq < {}", passed.seq), pace).await?;
        self.trim("change_mark", "seq", &format!("seq < {}", passed.seq), pace).await
    }

    /// Files whose event never came, or was not stored.
    async fn age_lone_files(&self, before: i64, pace: &Pace) -> Result<()> {
        use attachment::Column;
        let mut last = 0;
        while self.may_go_on(pace).await? {
            let began = Instant::now();
            let page: Vec<(i64, i64, Uuid)> = attachment::Entity::find()
                .select_only()
                .columns([Column::Id, Column::ProjectId, Column::EventId])
                .filter(Column::Id.gt(last))
                .filter(Column::CreatedAt.lt(before))
                .order_by_asc(Column::Id)
                .limit(BATCH as u64)
                .into_tuple()
                .all(self.store.reader())
                .await?;
            let Some(&(end, ..)) = page.last() else { return Ok(()) };
            last = end;
            let mut by_project: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
            for (_, project_id, event_id) in page {
                by_project.entry(project_id).or_default().push(event_id);
            }
            for (project_id, mut ids) in by_project {
                let events = stored_events(&self.store, project_id, &ids).await?;
                let feedback = stored_feedback(&self.store, project_id, &ids).await?;
                ids.retain(|id| !events.contains(id) && !feedback.contains(id));
                if !ids.is_empty() {
                    self.evict_files(project_id, ids).await?;
                }
            }
            pace.rest(began).await;
        }
        Ok(())
    }

    /// Removes rows of a table without dependents, batch by batch. `key` are the columns of its primary key; the texts
    /// are ours, never a stranger's.
    async fn trim(&self, table: &str, key: &str, which: &str, pace: &Pace) -> Result<()> {
        let sql =
            format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {which} LIMIT {BATCH})");
        while self.may_go_on(pace).await? {
            let began = Instant::now();
            if self.store.writer().execute_unprepared(&sql).await?.rows_affected() == 0 {
                break;
            }
            pace.rest(began).await;
        }
        Ok(())
    }
}
