//! Looking at what happens now: which issues escalate, and whose priority rises.

use std::collections::HashMap;

use fieldfare_app::api::{Status, Substatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{BATCH, Timekeeper};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::issues::escalation::{EVENTS_MIN, Entered, Escalation, HOURS, Past, judge};
use crate::issues::following;
use crate::issues::hours::by_hour;
use crate::issues::prioritising::{self, Found};
use crate::issues::state::{self, ESCALATING, Entry, Subject};
use crate::store::changes::{self, Change};
use crate::store::entities::{issue, issue_state};

/// Hours in which an issue must have had events worth a look.
const LIVELY_HOURS: i64 = 24;

impl Timekeeper {
    /// Looks at every issue that was seen since, if it has had enough events in a day to be worth it.
    pub(super) async fn watch(&self, now: i64, since: i64) -> Result<()> {
        let lively = self.lively(now, since).await?;
        for ids in lively.chunks(usize::try_from(BATCH).unwrap_or(1)) {
            if !self.may_go_on().await? {
                break;
            }
            if self.look_at(now, ids).await? {
                self.breathe().await;
            }
        }
        Ok(())
    }

    /// Unresolved issues, and those archived until they escalate.
    async fn lively(&self, now: i64, since: i64) -> Result<Vec<i64>> {
        let first_hour = now.div_euclid(HOUR_MS) + 1 - LIVELY_HOURS;
        let enough = format!(
            "(SELECT COALESCE(SUM(h.events), 0) FROM issue_hour h WHERE h.project_id = issue.project_id \
             AND h.issue_id = issue.id AND h.hour >= {first_hour}) >= {EVENTS_MIN}"
        );
        let waits =
            format!("EXISTS (SELECT 1 FROM issue_state s WHERE s.issue_id = issue.id AND s.how = '{ESCALATING}')");
        let select = |status: Status| {
            issue::Entity::find()
                .select_only()
                .column(issue::Column::Id)
                .filter(issue::Column::Status.eq(status.as_str()))
                .filter(issue::Column::LastSeen.gte(since))
        };
        let enough = Expr::cust(enough);
        let unresolved = select(Status::Unresolved).filter(enough.clone());
        let archived = select(Status::Archived).filter(Expr::cust(waits)).filter(enough);
        let db = self.store.reader();
        let ids: [Vec<i64>; 2] = [unresolved.into_tuple().all(db).await?, archived.into_tuple().all(db).await?];
        Ok(ids.concat())
    }

    /// Answers whether anything was written.
    async fn look_at(&self, now: i64, ids: &[i64]) -> Result<bool> {
        let db = self.store.reader();
        let mut rows = issue::Entity::find().filter(issue::Column::Id.is_in(ids.iter().copied())).all(db).await?;
        let states = issue_state::Entity::find().filter(issue_state::Column::IssueId.is_in(ids.iter().copied()));
        let states: HashMap<i64, issue_state::Model> =
            states.all(db).await?.into_iter().map(|state| (state.issue_id, state)).collect();
        let hours = by_hour(db, &rows, (HOURS, now.div_euclid(HOUR_MS))).await?;
        let mut escalating = Vec::new();
        for row in &mut rows {
            let counts = hours.get(&row.id).map_or(&[][..], Vec::as_slice);
            if let Some(found) = escalates(row, states.get(&row.id), counts, now) {
                escalating.push((row.clone(), found));
                row.status = Status::Unresolved.as_str().to_owned();
                row.substatus = Some(Substatus::Escalating.as_str().to_owned());
            }
        }
        rows.retain(|row| row.status == Status::Unresolved.as_str());
        let mut priorities = prioritising::find(db, now, &rows, &hours).await?;
        priorities.retain(|found| found.priority > found.was);
        if escalating.is_empty() && priorities.is_empty() {
            return Ok(false);
        }
        self.write(now, &escalating, priorities).await?;
        Ok(true)
    }

    /// Writes what was found of issues that are still as they were.
    async fn write(&self, now: i64, escalating: &[(issue::Model, Escalation)], priorities: Vec<Found>) -> Result<()> {
        let tx = self.store.begin().await?;
        changes::lock(&tx).await?;
        let ids = escalating.iter().map(|(row, _)| row.id).chain(priorities.iter().map(|found| found.issue_id));
        let rows = issue::Entity::find().filter(issue::Column::Id.is_in(ids)).all(&tx).await?;
        let rows: HashMap<i64, issue::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
        let entry = |(was, found): &(issue::Model, Escalation)| {
            let row = rows.get(&was.id)?;
            let is_the_same =
                (&row.status, &row.substatus, &row.status_reason) == (&was.status, &was.substatus, &was.status_reason);
            is_the_same.then(|| escalated(row, found, now))
        };
        let entries: Vec<Entry> = escalating.iter().filter_map(entry).collect();
        let refused = |id: i64| {
            escalating.iter().any(|(row, _)| row.id == id) && entries.iter().all(|entry| entry.issue.id != id)
        };
        let known = |id: i64| rows.get(&id).is_some_and(|row| row.priority_member_id.is_none());
        let mut priorities = priorities;
        priorities.retain(|found| known(found.issue_id) && !refused(found.issue_id));
        state::enter(&tx, now, &entries).await?;
        following::happened(&tx, now, &entries.iter().map(|entry| entry.issue.id).collect::<Vec<_>>()).await?;
        prioritising::write(&tx, now, &priorities).await?;
        let raised = priorities.iter().filter(|found| entries.iter().all(|entry| entry.issue.id != found.issue_id));
        let raised = raised.filter_map(|found| rows.get(&found.issue_id));
        let raised = raised.map(|row| Change::Issue { project_id: row.project_id, issue_id: row.id });
        let changed: Vec<Change> = entries.iter().map(Entry::change).chain(raised).collect();
        changes::record(&tx, &changed).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether an issue in a state that can escalate does so. One that came back has everybody's attention already.
fn escalates(row: &issue::Model, state: Option<&issue_state::Model>, hours: &[u32], now: i64) -> Option<Escalation> {
    let waits = state.is_some_and(|state| state.how.as_deref() == Some(ESCALATING));
    let can = (waits && row.status == Status::Archived.as_str())
        || matches!(row.substatus.as_deref(), Some("new" | "ongoing"));
    let hour = |at: i64| at.div_euclid(HOUR_MS);
    let entered = state.map(|state| {
        let since = u32::try_from(row.events - state.from_events).unwrap_or(0);
        Entered { hour: hour(state.since), put_up_with: state.member_id.map(|_| since) }
    });
    let past = Past { hours, current: hour(now), elapsed: elapsed(now), first: hour(row.first_seen), entered };
    can.then(|| judge(&past)).flatten()
}

/// How much of the hour has passed.
fn elapsed(now: i64) -> f64 {
    let ms = i32::try_from(now.rem_euclid(HOUR_MS)).unwrap_or(0);
    f64::from(ms) / f64::from(i32::try_from(HOUR_MS).unwrap_or(i32::MAX))
}

fn escalated(row: &issue::Model, found: &Escalation, now: i64) -> Entry {
    let what = match row.status == Status::Archived.as_str() {
        true => format!("reopened this, since it escalates: {found}"),
        false => format!("called this escalating: {found}"),
    };
    Entry::unresolved(Subject::from(row), now, Substatus::Escalating, (found.to_string(), what))
}
