//! States that pass by the date: new, back and escalating issues become ongoing; an archive ends on its day.

use std::collections::HashMap;

use fieldfare_app::api::{Status, Substatus, Timestamp};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{BATCH, Timekeeper};
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::issues::escalation::HOURS;
use crate::issues::following;
use crate::issues::hours::by_hour;
use crate::issues::prioritising;
use crate::issues::rows::word;
use crate::issues::state::{self, Entry, NEWS_FOR_MS, Subject};
use crate::store::changes::{self, Change};
use crate::store::entities::{issue, issue_state};

impl Timekeeper {
    /// Settles whatever is due, batch by batch, whether or not the clock can be believed.
    ///
    /// # Errors
    /// When the database fails; what was settled by then stays so.
    pub async fn settle(&self, now: i64) -> Result<()> {
        while self.may_go_on().await? {
            let due = [self.due(now).await?, self.no_longer_new(now).await?].concat();
            // Where nothing could be settled, somebody was faster: the next round sees what is left.
            if due.is_empty() || self.settle_some(now, &due).await? == 0 {
                break;
            }
            self.breathe().await;
        }
        Ok(())
    }

    /// Issues whose state has an end that has come. One that is away in another waits until it is back.
    async fn due(&self, now: i64) -> Result<Vec<i64>> {
        let passing = Query::select()
            .column(issue::Column::Id.as_column_ref())
            .from(issue::Entity)
            .and_where(Expr::cust("issue.id = issue_state.issue_id"))
            .and_where(issue::Column::Status.is_in([Status::Unresolved.as_str(), Status::Archived.as_str()]))
            .to_owned();
        let select = issue_state::Entity::find()
            .select_only()
            .column(issue_state::Column::IssueId)
            .filter(issue_state::Column::DueAt.lte(now))
            .filter(Expr::exists(passing))
            .order_by_asc(issue_state::Column::DueAt)
            .limit(BATCH);
        Ok(select.into_tuple().all(self.store.reader()).await?)
    }

    async fn no_longer_new(&self, now: i64) -> Result<Vec<i64>> {
        let select = issue::Entity::find()
            .select_only()
            .column(issue::Column::Id)
            // As the index has it, which a bound value would not find.
            .filter(Expr::cust("issue.substatus = 'new'"))
            .filter(issue::Column::Status.eq(Status::Unresolved.as_str()))
            .filter(issue::Column::FirstSeen.lte(now - NEWS_FOR_MS))
            .order_by_asc(issue::Column::FirstSeen)
            .limit(BATCH);
        Ok(select.into_tuple().all(self.store.reader()).await?)
    }

    /// Answers how many issues were settled.
    async fn settle_some(&self, now: i64, ids: &[i64]) -> Result<usize> {
        let select = || issue::Entity::find().filter(issue::Column::Id.is_in(ids.iter().copied()));
        let seen = select().all(self.store.reader()).await?;
        let calm: Vec<issue::Model> = seen.into_iter().map(|row| issue::Model { substatus: None, ..row }).collect();
        let hours = by_hour(self.store.reader(), &calm, (HOURS, now.div_euclid(HOUR_MS))).await?;
        let priorities = prioritising::find(self.store.reader(), now, &calm, &hours).await?;

        let tx = self.store.begin().await?;
        changes::lock(&tx).await?;
        let states = issue_state::Entity::find().filter(issue_state::Column::IssueId.is_in(ids.iter().copied()));
        let states: HashMap<i64, issue_state::Model> =
            states.all(&tx).await?.into_iter().map(|state| (state.issue_id, state)).collect();
        let rows = select().all(&tx).await?;
        let entries: Vec<Entry> = rows.iter().filter_map(|row| passed(row, states.get(&row.id), now)).collect();
        state::enter(&tx, now, &entries).await?;
        // That a week has passed is no news; that an archived issue is back is.
        let was_archived = |id: &i64| rows.iter().any(|row| row.id == *id && row.status == Status::Archived.as_str());
        let back: Vec<i64> = entries.iter().map(|entry| entry.issue.id).filter(was_archived).collect();
        following::happened(&tx, now, &back).await?;
        let is_found = |issue_id: i64| rows.iter().any(|row| row.id == issue_id && row.priority_member_id.is_none());
        let settled = |issue_id: i64| entries.iter().any(|entry| entry.issue.id == issue_id);
        let still = |found: &prioritising::Found| settled(found.issue_id) && is_found(found.issue_id);
        let priorities: Vec<_> = priorities.into_iter().filter(still).collect();
        prioritising::write(&tx, now, &priorities).await?;
        let changed: Vec<Change> = entries.iter().map(Entry::change).collect();
        changes::record(&tx, &changed).await?;
        tx.commit().await?;
        Ok(entries.len())
    }
}

/// What an issue becomes whose state has had its time; `None` where somebody has decided otherwise meanwhile.
fn passed(row: &issue::Model, state: Option<&issue_state::Model>, now: i64) -> Option<Entry> {
    let due = state.and_then(|state| state.due_at).filter(|due| *due <= now);
    let substatus = row.substatus.as_deref().and_then(|word| word.parse().ok());
    let (reason, what) = match (word(&row.status, Status::Resolved), substatus, due) {
        (Status::Archived, _, Some(due)) => {
            let until = Timestamp(due).to_the_minute();
            (format!("Archived until {until}, which has passed"), format!("reopened this, archived until {until}"))
        }
        (Status::Unresolved, Some(Substatus::New), _) if row.first_seen <= now - NEWS_FOR_MS => {
            ("No longer new, after a week".to_owned(), "called this ongoing, after a week of being new".to_owned())
        }
        (Status::Unresolved, Some(Substatus::Regressed), Some(_)) => {
            (after_a_week("Came back", row), "called this ongoing, a week after it came back".to_owned())
        }
        (Status::Unresolved, Some(Substatus::Escalating), Some(_)) => {
            (after_a_week("Escalated", row), "called this ongoing, after a week of escalating".to_owned())
        }
        _ => return None,
    };
    Some(Entry::unresolved(Subject::from(row), now, Substatus::Ongoing, (reason, what)))
}

/// With what was said when it began.
fn after_a_week(what: &str, row: &issue::Model) -> String {
    format!("{what} a week before. {}", row.status_reason.as_deref().unwrap_or_default()).trim_end().to_owned()
}
