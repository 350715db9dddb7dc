//! Collects what was found by what it belongs to: the best document of each issue, however many there are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::fields::AT;

/// The best document of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Best {
    pub(super) score: Score,
    /// Unix milliseconds.
    pub(super) at: i64,
    pub(super) address: DocAddress,
}

/// The best document of each value of a column, by score and then by time; without scores the newest.
pub(super) struct BestOf {
    pub(super) column: &'static str,
    pub(super) scored: bool,
}

pub(super) struct BestOfSegment {
    segment: SegmentOrdinal,
    groups: Arc<dyn ColumnValues<i64>>,
    times: Arc<dyn ColumnValues<i64>>,
    best: HashMap<i64, Best>,
}

impl Best {
    /// What makes one hit better than another. Scores that differ in the second decimal say nothing; being newer does.
    pub(super) fn rank(&self) -> (i64, i64) {
        #[expect(clippy::cast_possible_truncation, reason = "scores are far below the limits of an integer")]
        let score = (self.score * 10.0).round() as i64;
        (score, self.at)
    }
}

impl Collector for BestOf {
    type Fruit = HashMap<i64, Best>;
    type Child = BestOfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let columns = reader.fast_fields();
        Ok(BestOfSegment {
            segment,
            groups: columns.column_first_or_default(self.column)?,
            times: columns.column_first_or_default(AT)?,
            best: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored
    }

    fn merge_fruits(&self, segments: Vec<HashMap<i64, Best>>) -> tantivy::Result<HashMap<i64, Best>> {
        let mut all = HashMap::new();
        for (group, best) in segments.into_iter().flatten() {
            keep_better(&mut all, group, best);
        }
        Ok(all)
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = HashMap<i64, Best>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let best = Best { score, at: self.times.get_val(doc), address: DocAddress::new(self.segment, doc) };
        keep_better(&mut self.best, self.groups.get_val(doc), best);
    }

    fn harvest(self) -> HashMap<i64, Best> {
        self.best
    }
}

fn keep_better(all: &mut HashMap<i64, Best>, group: i64, best: Best) {
    match all.entry(group) {
        Entry::Vacant(entry) => drop(entry.insert(best)),
        Entry::Occupied(mut entry) if entry.get().rank() < best.rank() => drop(entry.insert(best)),
        Entry::Occupied(_) => {}
    }
}
