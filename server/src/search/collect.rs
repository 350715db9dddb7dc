//! Collects what was found by what it belongs to: the best document of each issue, however many there are.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::document::Kind;
use super::fields::{AT, KIND};

const ISSUES: [u64; 2] = [Kind::ErrorIssue as u64, Kind::FeedbackIssue as u64];

/// The best document of a group, and how well the group matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Best {
    /// The highest score of any document of the group.
    score: Score,
    /// Whether it is something that happened; an issue itself stands for its group only where nothing else matches.
    happened: bool,
    own_score: Score,
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
    kinds: Arc<dyn ColumnValues<u64>>,
    times: Arc<dyn ColumnValues<i64>>,
    best: HashMap<i64, Best>,
}

impl Best {
    /// The place of a group among others. Scores that differ in the second decimal say nothing; being newer does.
    pub(super) fn rank(&self) -> (i64, i64) {
        (tenths(self.score), self.at)
    }

    /// The place of a document in its group.
    fn rank_inside(&self) -> (bool, i64, i64) {
        (self.happened, tenths(self.own_score), self.at)
    }

    fn joined_by(self, other: Self) -> Self {
        let best = if self.rank_inside() < other.rank_inside() { other } else { self };
        Self { score: self.score.max(other.score), ..best }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores are far below the limits of an integer")]
fn tenths(score: Score) -> i64 {
    (score * 10.0).round() as i64
}

impl Collector for BestOf {
    type Fruit = HashMap<i64, Best>;
    type Child = BestOfSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<BestOfSegment> {
        let columns = reader.fast_fields();
        Ok(BestOfSegment {
            segment,
            groups: columns.column_first_or_default(self.column)?,
            kinds: columns.column_first_or_default(KIND)?,
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
            join(&mut all, group, best);
        }
        Ok(all)
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = HashMap<i64, Best>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let best = Best {
            score,
            happened: !ISSUES.contains(&self.kinds.get_val(doc)),
            own_score: score,
            at: self.times.get_val(doc),
            address: DocAddress::new(self.segment, doc),
        };
        join(&mut self.best, self.groups.get_val(doc), best);
    }

    fn harvest(self) -> HashMap<i64, Best> {
        self.best
    }
}

fn join(all: &mut HashMap<i64, Best>, group: i64, best: Best) {
    all.entry(group).and_modify(|kept| *kept = kept.joined_by(best)).or_insert(best);
}
