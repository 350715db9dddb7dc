//! What lists ask of a query: a condition on their rows, made of what SQL can answer and of what the index found.

use std::collections::HashMap;

use sea_orm::{Condition, ConnectionTrait};
use tantivy::Searcher;
use tantivy::query::Query as IndexQuery;

use super::collect::{Best, BestOf};
use super::document::Kind;
use super::fields::{GROUP, SUBJECT};
use super::matching::Known;
use super::query::{Node, Part, Query, Split, Term};
use super::tables::{self, Asker, Rows};
use super::{Search, matching, unknown};
use crate::error::Result;

/// Most rows that the index may name for one part of a query, the newest first; beyond them its words are too vague to make
/// a list of.
const FOUND_MAX: usize = 5_000;

/// A query as a condition on rows, and what to tell whoever asked.
#[derive(Debug)]
pub struct Asked {
    pub condition: Condition,
    /// Whole sentences.
    pub hints: Vec<String>,
}

impl Search {
    /// The condition on the table `issue` that a query makes.
    ///
    /// Words, phrases, `user:`, `has:` and tags are asked of the index: an issue meets those that stand side by side when one
    /// of its documents meets them all, and a negated one when none of its documents meets it: `-browser:Safari` hides what
    /// was ever seen in Safari. The index looks in these projects only.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn on_issues(
        &self,
        db: &impl ConnectionTrait,
        asker: Asker<'_>,
        query: &Query,
        project_ids: Option<&[i64]>,
    ) -> Result<Asked> {
        self.asked(db, asker, query, (Rows::Issues, project_ids)).await
    }

    /// The condition on the table `feedback` that a query makes; see [`Search::on_issues`].
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn on_feedback(
        &self,
        db: &impl ConnectionTrait,
        asker: Asker<'_>,
        query: &Query,
        project_ids: Option<&[i64]>,
    ) -> Result<Asked> {
        self.asked(db, asker, query, (Rows::Feedback, project_ids)).await
    }

    async fn asked(
        &self,
        db: &impl ConnectionTrait,
        asker: Asker<'_>,
        query: &Query,
        (rows, project_ids): (Rows, Option<&[i64]>),
    ) -> Result<Asked> {
        let Split { tree, parts, hints: ignored } = query.for_tables();
        let mut hints = query.hints.clone();
        hints.extend(ignored);
        hints.extend(unknown::hints(db, query).await?);
        let mut found = Vec::with_capacity(parts.len());
        for (part, ids) in parts.iter().zip(self.found(&parts, rows, project_ids).await?) {
            if ids.len() > FOUND_MAX {
                hints.push(cut(part));
            }
            found.push(ids.into_iter().take(FOUND_MAX).collect::<Vec<_>>());
        }
        let condition = tables::condition(&tree, rows, asker, (db.get_database_backend(), &found));
        Ok(Asked { condition, hints })
    }

    /// The rows that each part means, newest first, and one more than are used where there are more.
    async fn found(&self, parts: &[Part], rows: Rows, project_ids: Option<&[i64]>) -> Result<Vec<Vec<i64>>> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let questions: Vec<Question> = parts.iter().map(|part| self.question(part, rows, project_ids)).collect();
        let column = if rows == Rows::Issues { GROUP } else { SUBJECT };
        self.blocking(move |searcher| questions.into_iter().map(|question| question.ask(searcher, column)).collect())
            .await
    }

    fn question(&self, part: &Part, rows: Rows, project_ids: Option<&[i64]>) -> Question {
        let fields = self.fields();
        let scope = project_ids.map(|ids| matching::in_projects(ids, fields));
        let kind = (rows == Rows::Feedback).then(|| matching::of_kinds(&[Kind::Feedback], fields));
        let tree = |tree: &Node<Term>| matching::tree(tree, &|term| matching::of(term, fields, &Known::default()));
        let wanted = std::iter::once(tree(&part.wanted)).chain(scope).chain(kind).collect();
        Question { wanted: matching::all(wanted, Vec::new()), unwanted: part.unwanted.as_ref().map(tree) }
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

/// A part as the index understands it.
struct Question {
    wanted: Box<dyn IndexQuery>,
    unwanted: Option<Box<dyn IndexQuery>>,
}

impl Question {
    fn ask(self, searcher: &Searcher, column: &'static str) -> tantivy::Result<Vec<i64>> {
        let mut found = collect(searcher, column, &*self.wanted)?;
        if let Some(unwanted) = self.unwanted {
            let hidden = collect(searcher, column, &*unwanted)?;
            found.retain(|id, _| !hidden.contains_key(id));
        }
        Ok(newest(found, FOUND_MAX + 1))
    }
}

fn cut(part: &Part) -> String {
    let words = Query { tree: part.wanted.clone(), hints: Vec::new() };
    format!("“{words}” is in more than {FOUND_MAX} of them; only the {FOUND_MAX} with the newest were looked at.")
}

fn collect(searcher: &Searcher, column: &'static str, query: &dyn IndexQuery) -> tantivy::Result<HashMap<i64, Best>> {
    searcher.search(query, &BestOf { column, scored: false })
}

/// Groups below 1 are incidents, which are no issues.
fn newest(found: HashMap<i64, Best>, limit: usize) -> Vec<i64> {
    let mut found: Vec<(i64, i64)> =
        found.into_iter().filter(|(id, _)| *id > 0).map(|(id, best)| (best.at, id)).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().take(limit).map(|(_, id)| id).collect()
}
