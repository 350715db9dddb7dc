//! How much an event still tells beside the others of its issue.
//!
//! The first events of an issue tell the most; the thousandth tells little that the hundred before did not. So each
//! event has a draw, fixed by its id, from 1 to its place in the issue: about as many draws fall between 1 and 2 as
//! between 2 and 4, or 512 and 1024. Removing the highest first thins the many and leaves the few; and because it is
//! the logarithm that counts, what is left is spread over the whole time of an issue. Age adds to it, by its logarithm
//! too: an hour matters to an event of today, a week to one of last month.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use uuid::Uuid;

use crate::clock::HOUR_MS;

/// How dispensable an event is, in thousandths of a doubling. The highest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(i64);

/// The score of the `ordinal`th event of its issue.
pub(super) fn score(ordinal: i64, event_id: Uuid, age_ms: i64) -> Score {
    let place = f64::max(ordinal as f64, 1.0) * draw(event_id);
    let hours = (age_ms.max(0) / HOUR_MS) as f64;
    Score(((place.max(1.0).log2() + (1.0 + hours).log2()) * 1_000.0) as i64)
}

/// A number above 0, at most 1, fixed by the id. Clients choose ids, so their bits are mixed first.
fn draw(event_id: Uuid) -> f64 {
    let (high, low) = event_id.as_u64_pair();
    let mut mixed = high ^ low.rotate_left(32) ^ 0x9E37_79B9_7F4A_7C15;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    ((mixed >> 11) as f64 + 1.0) / (1_u64 << 53) as f64
}

/// The events with the highest scores of any number of events, in bounded memory.
#[derive(Debug)]
pub(super) struct Dispensable {
    wanted: usize,
    heap: BinaryHeap<Reverse<(Score, Uuid)>>,
}

impl Dispensable {
    pub(super) fn new(wanted: usize) -> Self {
        Self { wanted, heap: BinaryHeap::with_capacity(wanted.saturating_add(1)) }
    }

    pub(super) fn offer(&mut self, score: Score, event_id: Uuid) {
        let is_full = self.heap.len() >= self.wanted;
        if is_full && self.heap.peek().is_none_or(|Reverse(least)| *least >= (score, event_id)) {
            return;
        }
        self.heap.push(Reverse((score, event_id)));
        if is_full {
            self.heap.pop();
        }
    }

    /// The most dispensable first.
    pub(super) fn into_ids(self) -> Vec<Uuid> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse((_, id))| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY_MS;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn mean(ordinal: i64, age_ms: i64) -> i64 {
        let scores = (0..1_000).map(|number| score(ordinal, id(number), age_ms).0);
        scores.sum::<i64>() / 1_000
    }

    #[test]
    fn the_many_are_more_dispensable_than_the_few_and_the_old_more_than_the_new() {
        assert_eq!(score(1, id(1), 0), Score(0), "the first of an issue that is happening");
        let places: Vec<i64> = [1, 10, 100, 1_000, 100_000].map(|ordinal| mean(ordinal, 0)).to_vec();
        assert!(places.is_sorted() && places[0] < places[4], "{places:?}");
        let ages: Vec<i64> = [0, HOUR_MS, DAY_MS, 90 * DAY_MS].map(|age| mean(100, age)).to_vec();
        assert!(ages.is_sorted() && ages[0] < ages[3], "{ages:?}");
        let (frequent_new, rare_old) = (mean(100_000, 0), mean(1, 30 * DAY_MS));
        assert!(frequent_new > rare_old, "{frequent_new} {rare_old}");
    }

    #[test]
    fn the_same_event_always_has_the_same_score() {
        assert_eq!(score(500, id(7), DAY_MS), score(500, id(7), DAY_MS));
        assert_eq!(score(i64::MAX, id(7), i64::MAX), score(i64::MAX, id(7), i64::MAX));
        assert_eq!(score(-5, id(7), -5), Score(0), "nonsense is harmless");
    }

    #[test]
    fn draws_are_spread_evenly() {
        let low = (0..10_000).filter(|number| draw(id(*number)) < 0.25).count();
        assert!((2_300..2_700).contains(&low), "{low} of 10,000 in the lowest quarter");
    }

    #[test]
    fn the_highest_scores_are_found_in_bounded_memory() {
        let mut found = Dispensable::new(3);
        for number in [5_u128, 1, 9, 7, 2, 8] {
            found.offer(Score(i64::try_from(number).unwrap()), id(number));
        }
        assert_eq!(found.into_ids(), [id(9), id(8), id(7)]);
        let mut none = Dispensable::new(0);
        none.offer(Score(1), id(1));
        assert!(none.into_ids().is_empty());
    }
}
