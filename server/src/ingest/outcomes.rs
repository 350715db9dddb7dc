//! Counting what became of everything that arrived, by hour.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::arrival::{Fate, NewEvent};
use super::batch::Batch;
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::outcome_hour;

/// Longest category or reason we store, characters; clients make reasons up.
const WORD_CHARS: usize = 100;
/// The reason of what was sent again with an id that is stored already.
const DUPLICATE: &str = "duplicate";

/// The reason of events whose issue was deleted for good.
const DISCARDED: &str = "discarded";

/// Adds the outcomes of a batch: those admission saw, what the writer found to be stored already,
/// and what of the fresh events it discarded.
pub(super) async fn count(
    tx: &Tx,
    batch: &Batch<'_>,
    (kept_events, discarded_events): (&[&NewEvent], &[&NewEvent]),
    fresh_feedback: usize,
) -> Result<()> {
    let mut sums: BTreeMap<(Fate, String, String), i64> = BTreeMap::new();
    let mut add = |fate, category: &str, reason: &str, quantity: i64| {
        if quantity > 0 {
            *sums.entry((fate, word(category), word(reason))).or_default() += quantity;
        }
    };
    for outcome in batch.parcels.iter().flat_map(|parcel| &parcel.outcomes) {
        add(outcome.fate, &outcome.category, &outcome.reason, outcome.quantity);
    }
    let feedback: usize = batch.parcels.iter().map(|parcel| parcel.feedback.len()).sum();
    let mut kinds = vec![("feedback", feedback, fresh_feedback, 0)];
    let arrived: Vec<&NewEvent> = batch.parcels.iter().flat_map(|parcel| &parcel.events).collect();
    for category in ["error", "security"] {
        let count = |events: &[&NewEvent]| events.iter().filter(|event| event.category == category).count();
        kinds.push((category, count(&arrived), count(kept_events), count(discarded_events)));
    }
    let number = |quantity: usize| i64::try_from(quantity).unwrap_or(i64::MAX);
    for (category, arrived, kept, discarded) in kinds {
        add(Fate::Accepted, category, "", number(kept));
        add(Fate::Dropped, category, DISCARDED, number(discarded));
        add(Fate::Dropped, category, DUPLICATE, number(arrived - kept - discarded));
    }
    insert(tx, batch, sums).await
}

async fn insert(tx: &Tx, batch: &Batch<'_>, sums: BTreeMap<(Fate, String, String), i64>) -> Result<()> {
    if sums.is_empty() {
        return Ok(());
    }
    let rows = sums.into_iter().map(|((fate, category, reason), quantity)| outcome_hour::ActiveModel {
        project_id: Set(batch.project_id),
        hour: Set(batch.now.div_euclid(HOUR_MS)),
        outcome: Set(fate.as_str().to_owned()),
        category: Set(category),
        reason: Set(reason),
        quantity: Set(quantity),
    });
    let conflict = OnConflict::columns([
        outcome_hour::Column::ProjectId,
        outcome_hour::Column::Hour,
        outcome_hour::Column::Outcome,
        outcome_hour::Column::Category,
        outcome_hour::Column::Reason,
    ])
    .value(outcome_hour::Column::Quantity, Expr::cust("outcome_hour.quantity + excluded.quantity"))
    .to_owned();
    outcome_hour::Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

fn word(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(WORD_CHARS).collect()
}
