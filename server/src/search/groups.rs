//! A question to the index whose answer the tables gave: documents of these issues.
//!
//! States change without an event, and the index need not hear of it: what the tables know of issues is asked of them anew
//! for every search, and comes to the index as a set of numbers.

use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::fields::GROUP;

/// Numbers of issues; they are dense, so that a bit for each is least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IssueSet(Vec<u64>);

impl IssueSet {
    fn contains(&self, issue: i64) -> bool {
        let Ok(issue) = usize::try_from(issue) else { return false };
        self.0.get(issue / 64).is_some_and(|word| word & (1 << (issue % 64)) != 0)
    }
}

impl FromIterator<i64> for IssueSet {
    fn from_iter<I: IntoIterator<Item = i64>>(issues: I) -> Self {
        let mut set = Self::default();
        for issue in issues.into_iter().filter_map(|issue| usize::try_from(issue).ok()) {
            if set.0.len() <= issue / 64 {
                set.0.resize(issue / 64 + 1, 0);
            }
            set.0[issue / 64] |= 1 << (issue % 64);
        }
        set
    }
}

/// Documents of issues of a set.
#[derive(Clone, Debug)]
pub(super) struct GroupsQuery(pub(super) Arc<IssueSet>);

impl Query for GroupsQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for GroupsQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let groups = reader.fast_fields().column_first_or_default(GROUP)?;
        let mut members = Members { set: Arc::clone(&self.0), groups, doc: 0, docs: reader.max_doc() };
        members.settle();
        Ok(Box::new(ConstScorer::new(members, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("of an issue that the tables name", 1.0))
    }
}

/// The documents of a segment whose issue is in the set.
struct Members {
    set: Arc<IssueSet>,
    groups: Arc<dyn ColumnValues<i64>>,
    doc: DocId,
    docs: DocId,
}

impl Members {
    /// Goes on to the next member, from where it is.
    fn settle(&mut self) {
        while self.doc < self.docs && !self.set.contains(self.groups.get_val(self.doc)) {
            self.doc += 1;
        }
        if self.doc >= self.docs {
            self.doc = TERMINATED;
        }
    }
}

impl DocSet for Members {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc += 1;
            self.settle();
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = target.min(self.docs);
            self.settle();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    /// As many as there can be: in an intersection another condition should lead, since asking about one document costs
    /// nothing and looking for the next may cost all.
    fn size_hint(&self) -> u32 {
        self.docs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: IssueSet = [0, 63, 64, 1_000, -5].into_iter().collect();
        let found: Vec<i64> = (-10..1_100).filter(|issue| set.contains(*issue)).collect();
        assert_eq!(found, [0, 63, 64, 1_000]);
        assert!(!IssueSet::default().contains(1));
    }
}
