//! Tags that were seen, as the index lists them: the most frequent first, and of a project only those that are in it.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use tantivy::query::{EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

use super::{SUGGESTIONS_MAX, Scope};
use crate::error::Result;
use crate::search::document::tag_term;
use crate::search::fields::Fields;
use crate::search::matching;

/// Terms that are read of each segment; with more of one beginning, what is frequent among the first has to do.
const TERMS_READ: usize = 1_000;
/// Terms that are looked for in a project; each costs a lookup in every segment.
const TERMS_TRIED: usize = 60;
/// What `has:` knows besides tags.
const NOT_TAGS: [&str; 7] = ["stacktrace", "user", "release", "environment", "attachment", "screenshot", "error"];

/// Keys of tags that begin with a text.
pub(super) async fn tag_keys<C: ConnectionTrait>(scope: &Scope<'_, C>, begun: &str) -> Result<Vec<String>> {
    let keys = terms(scope, scope.search.fields().has, begun.to_lowercase()).await?;
    Ok(keys.into_iter().filter(|key| !NOT_TAGS.contains(&key.as_str())).collect())
}

/// Values of a tag that begin with a text.
pub(super) async fn tag_values<C: ConnectionTrait>(
    scope: &Scope<'_, C>,
    key: &str,
    begun: &str,
) -> Result<Vec<String>> {
    let prefix = tag_term(key, "").to_lowercase();
    let found = terms(scope, scope.search.fields().tag, format!("{prefix}{}", begun.to_lowercase())).await?;
    Ok(found.into_iter().filter_map(|term| term.strip_prefix(&prefix).map(str::to_owned)).collect())
}

async fn terms<C: ConnectionTrait>(scope: &Scope<'_, C>, field: Field, begun: String) -> Result<Vec<String>> {
    let (fields, project_id) = (*scope.search.fields(), scope.project_id);
    let found = scope.search.blocking(move |searcher| {
        let mut terms: Vec<(u64, String)> =
            counted(searcher, field, &begun)?.into_iter().map(|(term, count)| (count, term)).collect();
        terms.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let terms = terms.into_iter().map(|(_, term)| term).take(TERMS_TRIED);
        let mut kept = Vec::new();
        for term in terms {
            if kept.len() < SUGGESTIONS_MAX
                && is_in(searcher, &fields, project_id, Term::from_field_text(field, &term))?
            {
                kept.push(term);
            }
        }
        Ok(kept)
    });
    found.await
}

/// Terms that begin with a text, and in how many documents each is.
fn counted(searcher: &Searcher, field: Field, begun: &str) -> tantivy::Result<HashMap<String, u64>> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(field)?;
        let mut terms = index.terms().range().ge(begun.as_bytes()).into_stream()?;
        let mut read = 0;
        while read < TERMS_READ && terms.advance() && terms.key().starts_with(begun.as_bytes()) {
            read += 1;
            if let Ok(term) = std::str::from_utf8(terms.key()) {
                *counts.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    Ok(counts)
}

/// Whether any document of a project has a term.
fn is_in(searcher: &Searcher, fields: &Fields, project_id: Option<i64>, term: Term) -> tantivy::Result<bool> {
    let Some(project_id) = project_id else { return Ok(true) };
    let has = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
    let both = matching::all(vec![has, matching::in_projects(&[project_id], fields)], Vec::new());
    let weight = both.weight(EnableScoring::disabled_from_searcher(searcher))?;
    for reader in searcher.segment_readers() {
        if weight.scorer(reader, 1.0)?.doc() != TERMINATED {
            return Ok(true);
        }
    }
    Ok(false)
}
