//! The search page: everything that matches, best first, each issue once.

use std::collections::{HashMap, HashSet};

use fieldfare_app::api::{Hit, HitKind, Role, SearchResults, Timestamp, Viewer};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use tantivy::query::Query as IndexQuery;
use tantivy::schema::Value;
use tantivy::{Searcher, TantivyDocument};

use super::collect::{Best, BestOf};
use super::document::{Document, Key, cut};
use super::fields::GROUP;
use super::query::{Query, What};
use super::scope::{self, Known};
use super::snippet::Highlighter;
use super::{Search, matching, source};
use crate::error::{Error, Result};
use crate::store::entities::{incident, issue, project};
use crate::store::{Store, paging};

/// Hits of one page.
const PAGE_HITS: usize = 25;
/// Most hits that can be reached; who has not found it by then needs another query.
const MAX_HITS: usize = 1_000;
/// Longest title made from the first line of a text, bytes.
const TITLE_BYTES: usize = 120;

/// What to ask the index: everything, and the part whose words are highlighted.
struct Plan {
    query: Box<dyn IndexQuery>,
    highlighted: Box<dyn IndexQuery>,
    hints: Vec<String>,
}

/// Names that hits show instead of ids.
struct Names {
    issues: HashMap<i64, String>,
    incidents: HashMap<i64, i64>,
}

impl Search {
    /// Everything that matches a query, best first, each issue once by its best document. Negated terms concern that
    /// document. What the tables no longer hold is left out.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without a role that may look, [`Error::Invalid`] for a cursor that is not ours, and when
    /// the database or the index cannot be read.
    pub async fn search(
        &self,
        store: &Store,
        viewer: &Viewer,
        query: &Query,
        cursor: Option<&str>,
    ) -> Result<SearchResults> {
        if !viewer.role.may(Role::Viewer) {
            return Err(Error::Forbidden);
        }
        let offset = paging::given(cursor)?.map_or(0, |(offset, _)| offset);
        let offset = usize::try_from(offset).unwrap_or(0);
        if query.is_empty() {
            return Ok(SearchResults { hints: query.hints.clone(), ..SearchResults::default() });
        }
        let Plan { query: index_query, highlighted, hints } = self.plan(store, query).await?;
        let ranked = self.blocking(move |searcher| rank(searcher, &*index_query)).await?;
        let ranked = in_state(store, viewer, query, ranked).await?;
        let page: Vec<Best> = ranked.iter().skip(offset).take(PAGE_HITS).map(|(_, best)| *best).collect();
        let data = self.hits(store, page, highlighted).await?;
        let next = (offset + PAGE_HITS < ranked.len()).then(|| offset + PAGE_HITS);
        let next = next.and_then(|next| i64::try_from(next).ok()).map(|next| paging::cursor(next, 0));
        Ok(SearchResults { data, next, hints, total: ranked.len() as u64 })
    }

    async fn plan(&self, store: &Store, query: &Query) -> Result<Plan> {
        let projects = scope::projects(store.reader()).await?;
        let releases = scope::releases(store.reader(), query).await?;
        let mut hints = query.hints.clone();
        let (mut wanted, mut unwanted, mut highlighted) = (Vec::new(), Vec::new(), Vec::new());
        for term in &query.terms {
            if let What::Project(slug) = &term.what
                && !projects.contains_key(&slug.to_lowercase())
            {
                hints.push(format!("There is no project “{slug}”."));
            }
            let Some(condition) = self.condition(&term.what, &projects, &releases) else { continue };
            if term.negated {
                unwanted.push(condition);
            } else {
                highlighted.push(condition.box_clone());
                wanted.push(condition);
            }
        }
        Ok(Plan { query: matching::all(wanted, unwanted), highlighted: matching::any(highlighted), hints })
    }

    /// One term as the index understands it, with the tables' help.
    fn condition(
        &self,
        what: &What,
        projects: &HashMap<String, i64>,
        releases: &[Known],
    ) -> Option<Box<dyn IndexQuery>> {
        match what {
            What::Project(slug) => {
                let id = projects.get(&slug.to_lowercase()).copied();
                Some(matching::in_projects(id.as_slice(), self.fields()))
            }
            What::Release(value) if scope::is_comparison(value) => {
                Some(matching::in_releases(&scope::versions(value, releases), self.fields()))
            }
            other => matching::of(other, self.fields()),
        }
    }

    async fn hits(&self, store: &Store, page: Vec<Best>, highlighted: Box<dyn IndexQuery>) -> Result<Vec<Hit>> {
        let fields = *self.fields();
        let (keys, highlighter) = self
            .blocking(move |searcher| {
                let keys = keys(searcher, &page, fields.key)?;
                Ok((keys, Highlighter::new(searcher, &*highlighted, &fields)?))
            })
            .await?;
        let documents = source::load(store.reader(), &keys, source::Texts::new()).await?;
        let names = names(store, &documents).await?;
        let by_key: HashMap<Key, Document> = documents.into_iter().map(|document| (document.key, document)).collect();
        let found = keys.iter().filter_map(|key| by_key.get(key));
        Ok(found.filter_map(|document| hit(document, &names, &highlighter)).collect())
    }
}

/// The groups that match, best first.
fn rank(searcher: &Searcher, query: &dyn IndexQuery) -> tantivy::Result<Vec<(i64, Best)>> {
    let found = searcher.search(query, &BestOf { column: GROUP, scored: true })?;
    let mut ranked: Vec<(i64, Best)> = found.into_iter().collect();
    ranked.sort_unstable_by_key(|(group, best)| std::cmp::Reverse((best.rank(), *group)));
    ranked.truncate(MAX_HITS);
    Ok(ranked)
}

/// Drops what is not in the state a query asks for; incidents are in none.
async fn in_state(store: &Store, viewer: &Viewer, query: &Query, ranked: Vec<(i64, Best)>) -> Result<Vec<(i64, Best)>> {
    if !scope::asks_for_state(query) {
        return Ok(ranked);
    }
    let ids: Vec<i64> = ranked.iter().map(|(group, _)| *group).filter(|group| *group > 0).collect();
    let kept = scope::in_state(store.reader(), viewer, query, &ids).await?;
    Ok(ranked.into_iter().filter(|(group, _)| kept.contains(group)).collect())
}

fn keys(searcher: &Searcher, page: &[Best], field: tantivy::schema::Field) -> tantivy::Result<Vec<Key>> {
    let mut keys = Vec::with_capacity(page.len());
    for best in page {
        let document: TantivyDocument = searcher.doc(best.address)?;
        let value = document.get_first(field);
        keys.extend(value.and_then(|value| value.as_bytes().and_then(Key::from_bytes)));
    }
    Ok(keys)
}

async fn names(store: &Store, documents: &[Document]) -> Result<Names> {
    let issue_ids: HashSet<i64> = documents.iter().map(|document| document.issue_id).filter(|id| *id > 0).collect();
    let incident_id = |key: Key| if let Key::Incident(id) = key { Some(id) } else { None };
    let incident_ids: Vec<i64> = documents.iter().filter_map(|document| incident_id(document.key)).collect();
    let to_project =
        issue::Entity::belongs_to(project::Entity).from(issue::Column::ProjectId).to(project::Column::Id).into();
    let issues: Vec<(i64, i64, String)> = issue::Entity::find()
        .select_only()
        .columns([issue::Column::Id, issue::Column::Number])
        .column(project::Column::Slug)
        .join(JoinType::InnerJoin, to_project)
        .filter(issue::Column::Id.is_in(issue_ids))
        .into_tuple()
        .all(store.reader())
        .await?;
    let incidents =
        incident::Entity::find().filter(incident::Column::Id.is_in(incident_ids)).all(store.reader()).await?;
    Ok(Names {
        issues: issues
            .into_iter()
            .map(|(id, number, slug)| (id, format!("{}-{number}", slug.to_uppercase())))
            .collect(),
        incidents: incidents.into_iter().map(|row| (row.id, row.number)).collect(),
    })
}

fn hit(document: &Document, names: &Names, highlighter: &Highlighter) -> Option<Hit> {
    let kind = document.key.hit_kind();
    let issue = match kind {
        HitKind::Incident => String::new(),
        _ => names.issues.get(&document.issue_id)?.clone(),
    };
    let id = match document.key {
        Key::Event { event_id, .. } => event_id.simple().to_string(),
        Key::Feedback(id) | Key::Comment(id) => id.to_string(),
        Key::Issue(_) => issue.clone(),
        Key::Incident(id) => names.incidents.get(&id)?.to_string(),
    };
    Some(Hit {
        kind,
        id,
        issue,
        title: title(document),
        snippet: highlighter.html(document),
        release: document.release.clone(),
        environment: document.environment.clone(),
        at: Timestamp(document.at),
    })
}

/// Feedback and comments have no title of their own; their first line is one.
fn title(document: &Document) -> String {
    if !document.title.is_empty() {
        return document.title.clone();
    }
    cut(document.body.lines().next().unwrap_or_default(), TITLE_BYTES).to_owned()
}
