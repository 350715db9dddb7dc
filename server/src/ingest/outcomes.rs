//! Counting what became of everything that arrived, by hour.

use std::collections::BTreeMap;

use super::arrival::{Fate, NewEvent};
use super::batch::Batch;
use crate::clock::HOUR_MS;
use crate::error::Result;
use crate::store::bulk::{Bulk, Kind, Writes};

/// Longest category or reason we store, characters; clients make reasons up.
const WORD_CHARS: usize = 100;
/// The reason of what was sent again with an id that is stored already.
const DUPLICATE: &str = "duplicate";

/// The reason of events whose issue was deleted for good.
const DISCARDED: &str = "discarded";

const COUNT: Bulk = Bulk {
    head: "INSERT INTO outcome_hour (project_id, hour, outcome, category, reason, quantity) \
           SELECT project_id, hour, outcome, category, reason, quantity FROM ",
    columns: &[
        ("project_id", Kind::Integer),
        ("hour", Kind::Integer),
        ("outcome", Kind::Text),
        ("category", Kind::Text),
        ("reason", Kind::Text),
        ("quantity", Kind::Integer),
    ],
    tail: " WHERE true ON CONFLICT (project_id, hour, outcome, category, reason) \
           DO UPDATE SET quantity = outcome_hour.quantity + excluded.quantity",
};

/// Adds the outcomes of a batch: those admission saw, what the writer found to be stored already,
/// and what of the fresh events it discarded.
pub(super) fn count(
    writes: &mut Writes,
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
    let hour = batch.now.div_euclid(HOUR_MS);
    let rows = sums.iter().map(|((fate, category, reason), quantity)| {
        (batch.project_id, hour, fate.as_str(), category, reason, quantity)
    });
    writes.add(COUNT, &rows.collect::<Vec<_>>())
}

fn word(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(WORD_CHARS).collect()
}
