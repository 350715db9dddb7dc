//! The number of events a project keeps: which go beyond it.
//!
//! No column and no index is kept for this, since every event would pay for it when it arrives. Where an event stands
//! in its issue is read from the hourly counters, the rest from the index of the events of an issue.

use std::collections::HashSet;
use std::sync::PoisonError;
use std::time::Instant;

use fieldfare_app::api::RetentionSettings;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::evict::Reason;
use super::usefulness::{Dispensable, score};
use super::{Keeper, Pace};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::entities::{attachment, event, feedback, incident_issue, issue, issue_hour, regression};

/// Events chosen in one pass over a project, so that their ids fit in a few megabytes.
const CHOSEN_MAX: u64 = 50_000;
/// Removed beyond what is needed, as a part of the budget, so that a pass is not due again at once.
const SLACK_PART: u64 = 50;
/// Issues and events in one query; short queries let SQLite fold its log into the file between them.
const ISSUES_PER_QUERY: u64 = 500;
const EVENTS_PER_QUERY: u64 = 10_000;

/// The part of its budget that events with files may take for that reason: one in ten. Clients decide what has a file; if
/// all of those stayed, whoever attaches one to everything would keep everything, and the budget would do nothing.
const FILES_PART: u64 = 10;

/// How many events a project had when they were last counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    stored: u64,
    /// How many had ever arrived by then: what has arrived since is at most what is stored more.
    arrived: u64,
}

/// Events that a budget never removes.
#[derive(Debug, Default)]
struct Pinned {
    /// What people wrote about.
    with_feedback: HashSet<Uuid>,
    /// What has files: dumps, screenshots, logs. The newest, up to [`FILES_PART`] of the budget.
    with_files: HashSet<Uuid>,
    /// Issue and time of what reopened an issue.
    regressions: HashSet<(i64, i64)>,
    /// Issues an incident is about; all of their events are evidence.
    issues: HashSet<i64>,
}

impl Keeper {
    /// Removes the least informative events beyond the budget of a project.
    pub(super) async fn keep_budget(&self, project_id: i64, settings: &RetentionSettings, pace: &Pace) -> Result<()> {
        let Some(budget) = settings.events.map(u64::from) else { return Ok(()) };
        while self.may_exceed(project_id, budget).await? && self.may_go_on(pace).await? {
            let stored = self.count(project_id).await?;
            if stored <= budget {
                return Ok(());
            }
            let wanted = Ord::min(stored - budget + budget / SLACK_PART, CHOSEN_MAX);
            let pinned = self.pinned(project_id, budget).await?;
            let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
            let chosen = self.choose(project_id, &pinned, wanted, pace).await?;
            let removed = self.evict_events(project_id, &chosen, Reason::Budget, pace).await?;
            if removed == 0 {
                tracing::info!(project.id = project_id, stored, budget, "every event over the budget is one to keep");
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether a project may hold more than its budget, without counting its events: it held so many at the last
    /// count, and so many have arrived since.
    async fn may_exceed(&self, project_id: i64, budget: u64) -> Result<bool> {
        let arrived = self.arrived(project_id).await?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&project_id).copied();
        let stored_max = known.map_or(arrived, |known| known.stored + arrived.saturating_sub(known.arrived));
        Ok(stored_max > budget)
    }

    async fn arrived(&self, project_id: i64) -> Result<u64> {
        let sum = Expr::expr(issue::Column::Events.sum()).cast_as(Alias::new("BIGINT"));
        let query = issue::Entity::find().select_only().column_as(sum, "arrived");
        let sum = query.filter(issue::Column::ProjectId.eq(project_id)).into_tuple::<Option<i64>>();
        let sum = sum.one(self.store.reader()).await?.flatten().unwrap_or(0);
        Ok(u64::try_from(sum).unwrap_or(0))
    }

    /// Counts the events of a project and remembers it. What arrived is read first: what arrives meanwhile is then
    /// counted twice rather than never.
    async fn count(&self, project_id: i64) -> Result<u64> {
        let arrived = self.arrived(project_id).await?;
        let of_project = event::Entity::find().filter(event::Column::ProjectId.eq(project_id));
        let stored = of_project.count(self.store.reader()).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(project_id, Known { stored, arrived });
        Ok(stored)
    }

    /// The events that tell the least, of those that may go.
    async fn choose(&self, project_id: i64, pinned: &Pinned, wanted: usize, pace: &Pace) -> Result<Vec<Uuid>> {
        let mut found = Dispensable::new(wanted);
        let mut last = 0;
        loop {
            let began = Instant::now();
            // The first and the latest event of an issue stay, so those with two or fewer need no look.
            let issues: Vec<i64> = issue::Entity::find()
                .select_only()
                .column(issue::Column::Id)
                .filter(issue::Column::ProjectId.eq(project_id))
                .filter(issue::Column::Id.gt(last))
                .filter(issue::Column::Events.gt(2))
                .order_by_asc(issue::Column::Id)
                .limit(ISSUES_PER_QUERY)
                .into_tuple()
                .all(self.store.reader())
                .await?;
            let Some(&end) = issues.last() else { return Ok(found.into_ids()) };
            last = end;
            for issue_id in issues.into_iter().filter(|id| !pinned.issues.contains(id)) {
                self.offer(project_id, issue_id, pinned, &mut found).await?;
            }
            pace.rest(began).await;
            if !self.may_go_on(pace).await? {
                return Ok(Vec::new());
            }
        }
    }

    /// Offers every event of an issue but the first, the latest and those that are pinned.
    async fn offer(&self, project_id: i64, issue_id: i64, pinned: &Pinned, found: &mut Dispensable) -> Result<()> {
        let (now, ordinals) = (self.clock.now(), self.ordinals(project_id, issue_id).await?);
        let (mut place, mut waiting) = (None, None);
        loop {
            let page = self.events_after(issue_id, place).await?;
            for &(happened_at, event_id) in &page {
                // Whoever has a successor is not the latest.
                if let Some((score, event_id)) = waiting.take() {
                    found.offer(score, event_id);
                }
                let is_first = place.is_none();
                place = Some((happened_at, event_id));
                let stays = is_first
                    || pinned.with_feedback.contains(&event_id)
                    || pinned.with_files.contains(&event_id)
                    || pinned.regressions.contains(&(issue_id, happened_at));
                if !stays {
                    waiting = Some((score(ordinal_at(&ordinals, happened_at), event_id, now - happened_at), event_id));
                }
            }
            if page.len() < usize::try_from(EVENTS_PER_QUERY).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }

    /// How many events an issue had had by the end of each hour it was seen in.
    async fn ordinals(&self, project_id: i64, issue_id: i64) -> Result<Vec<(i64, i64)>> {
        use issue_hour::Column;
        let sum = Expr::expr(Column::Events.sum()).cast_as(Alias::new("BIGINT"));
        let hours = issue_hour::Entity::find()
            .select_only()
            .column(Column::Hour)
            .column_as(sum, "events")
            .filter(Column::ProjectId.eq(project_id))
            .filter(Column::IssueId.eq(issue_id))
            .group_by(Column::Hour)
            .order_by_asc(Column::Hour);
        let mut ordinals: Vec<(i64, i64)> = hours.into_tuple().all(self.store.reader()).await?;
        let mut total = 0;
        for (_, events) in &mut ordinals {
            total += *events;
            *events = total;
        }
        Ok(ordinals)
    }

    async fn events_after(&self, issue_id: i64, place: Option<(i64, Uuid)>) -> Result<Vec<(i64, Uuid)>> {
        use event::Column::{EventId, HappenedAt, IssueId};
        let mut query = event::Entity::find().select_only().columns([HappenedAt, EventId]).filter(IssueId.eq(issue_id));
        if let Some((happened_at, event_id)) = place {
            // The range on the time alone is what lets the index be used.
            let later = Condition::any().add(HappenedAt.gt(happened_at)).add(EventId.gt(event_id));
            query = query.filter(HappenedAt.gte(happened_at)).filter(later);
        }
        let ordered = query.order_by_asc(HappenedAt).order_by_asc(EventId).limit(EVENTS_PER_QUERY);
        Ok(ordered.into_tuple().all(self.store.reader()).await?)
    }

    async fn pinned(&self, project_id: i64, budget: u64) -> Result<Pinned> {
        let db = self.store.reader();
        let with_feedback = feedback::Entity::find()
            .select_only()
            .column(feedback::Column::AssociatedEventId)
            .filter(feedback::Column::ProjectId.eq(project_id))
            .filter(feedback::Column::AssociatedEventId.is_not_null());
        let regressions = regression::Entity::find()
            .select_only()
            .columns([regression::Column::IssueId, regression::Column::HappenedAt])
            .filter(regression::Column::ProjectId.eq(project_id));
        let issues = incident_issue::Entity::find().select_only().column(incident_issue::Column::IssueId);
        Ok(Pinned {
            with_feedback: with_feedback.into_tuple::<Uuid>().all(db).await?.into_iter().collect(),
            with_files: self.with_files(project_id, budget / FILES_PART).await?,
            regressions: regressions.into_tuple().all(db).await?.into_iter().collect(),
            issues: issues.into_tuple::<i64>().all(db).await?.into_iter().collect(),
        })
    }
}

impl Keeper {
    /// The newest events with files. Files of feedback are not among them: feedback is not in the budget.
    async fn with_files(&self, project_id: i64, most: u64) -> Result<HashSet<Uuid>> {
        use attachment::Column as C;
        let same_event = Expr::col(event::Column::EventId.as_column_ref()).equals(C::EventId.as_column_ref());
        let same_project = Expr::col(event::Column::ProjectId.as_column_ref()).equals(C::ProjectId.as_column_ref());
        let newest = Query::select()
            .column(C::EventId.as_column_ref())
            .from(attachment::Entity)
            .inner_join(event::Entity, same_event.and(same_project))
            .and_where(C::ProjectId.eq(project_id))
            .group_by_col(C::EventId.as_column_ref())
            .order_by_expr(Expr::cust("MAX(attachment.id)"), Order::Desc)
            .limit(most)
            .to_owned();
        let rows = FileOwner::find_by_statement(self.store.backend().build(&newest)).all(self.store.reader()).await?;
        Ok(rows.into_iter().map(|row| row.event_id).collect())
    }
}

/// An event that has files.
#[derive(FromQueryResult)]
struct FileOwner {
    event_id: Uuid,
}

/// How many events there had been by the end of the hour of this time.
fn ordinal_at(ordinals: &[(i64, i64)], happened_at: i64) -> i64 {
    let hour = happened_at.div_euclid(HOUR_MS);
    let after = ordinals.partition_point(|(at, _)| *at <= hour);
    after.checked_sub(1).and_then(|index| ordinals.get(index)).map_or(1, |(_, ordinal)| *ordinal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stands_where_the_counters_say() {
        let ordinals = [(10, 3), (11, 500), (20, 501)];
        for (hour, ordinal) in [(9, 1), (10, 3), (11, 500), (15, 500), (20, 501), (99, 501)] {
            assert_eq!(ordinal_at(&ordinals, hour * HOUR_MS + 5), ordinal, "hour {hour}");
        }
        assert_eq!(ordinal_at(&[], 0), 1);
    }
}
