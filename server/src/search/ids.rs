//! What lists need of the index: which issues, which feedback. Everything else they ask SQL.

use std::collections::HashMap;

use tantivy::Searcher;
use tantivy::query::Query as IndexQuery;

use super::Search;
use super::collect::{Best, BestOf};
use super::document::Kind;
use super::fields::{GROUP, SUBJECT};
use super::matching;
use super::query::Query;
use crate::error::Result;

type Queries = Vec<Box<dyn IndexQuery>>;

impl Search {
    /// The issues that a query asks for, newest first, as far as the index can tell: free words, phrases, `user:`,
    /// `has:` and tags. `None` when the query has nothing of the kind; the other terms are the caller's.
    ///
    /// An issue is found when one of its documents meets every such term, and left out when any meets a negated one:
    /// `-browser:Safari` hides what was ever seen in Safari.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn issue_ids(
        &self,
        query: &Query,
        project_ids: Option<&[i64]>,
        limit: usize,
    ) -> Result<Option<Vec<i64>>> {
        let Some((mut wanted, unwanted)) = self.index_terms(query) else { return Ok(None) };
        wanted.extend(project_ids.map(|ids| matching::in_projects(ids, self.fields())));
        let found = self.blocking(move |searcher| {
            let mut found = collect(searcher, GROUP, matching::all(wanted, Vec::new()))?;
            if !unwanted.is_empty() {
                let hidden = collect(searcher, GROUP, matching::any(unwanted))?;
                found.retain(|issue, _| !hidden.contains_key(issue));
            }
            Ok(found)
        });
        Ok(Some(newest(found.await?, limit)))
    }

    /// The pieces of feedback that a query asks for, newest first; see [`Search::issue_ids`]. Negated terms concern the
    /// piece itself.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn feedback_ids(
        &self,
        query: &Query,
        project_ids: Option<&[i64]>,
        limit: usize,
    ) -> Result<Option<Vec<i64>>> {
        let Some((mut wanted, unwanted)) = self.index_terms(query) else { return Ok(None) };
        wanted.push(matching::of_kinds(&[Kind::Feedback], self.fields()));
        wanted.extend(project_ids.map(|ids| matching::in_projects(ids, self.fields())));
        let query = matching::all(wanted, unwanted);
        let found = self.blocking(move |searcher| collect(searcher, SUBJECT, query)).await?;
        Ok(Some(newest(found, limit)))
    }

    /// The terms that need the index: what must hold, and what must not.
    fn index_terms(&self, query: &Query) -> Option<(Queries, Queries)> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for term in query.terms.iter().filter(|term| term.what.needs_index()) {
            let side = if term.negated { &mut unwanted } else { &mut wanted };
            side.extend(matching::of(&term.what, self.fields()));
        }
        (!wanted.is_empty() || !unwanted.is_empty()).then_some((wanted, unwanted))
    }

    /// Searches where blocking is allowed: pages of the index may have to come from disk.
    pub(super) async fn blocking<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Searcher) -> tantivy::Result<T> + Send + 'static,
    {
        let searcher = self.searcher();
        let outcome = tokio::task::spawn_blocking(move || work(&searcher)).await;
        Ok(outcome.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
    }
}

fn collect(
    searcher: &Searcher,
    column: &'static str,
    query: Box<dyn IndexQuery>,
) -> tantivy::Result<HashMap<i64, Best>> {
    searcher.search(&*query, &BestOf { column, scored: false })
}

/// Groups below 1 are incidents, which are no issues.
fn newest(found: HashMap<i64, Best>, limit: usize) -> Vec<i64> {
    let mut found: Vec<(i64, i64)> =
        found.into_iter().filter(|(id, _)| *id > 0).map(|(id, best)| (best.at, id)).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().take(limit).map(|(_, id)| id).collect()
}
