//! The search page: everything that matches, best first, each issue once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fieldfare_app::api::{Hit, HitKind, Role, SearchResults, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query as IndexQuery;
use tantivy::schema::Value;
use tantivy::{DocAddress, Order, Searcher, TantivyDocument};

use super::collect::{Best, BestOf};
use super::document::{Document, Key, Kind, cut};
use super::fields::{AT, Fields, GROUP};
use super::matching::Known;
use super::query::{Leaf, Node, Query, Seen, Split, Term, Versions};
use super::snippet::Highlighter;
use super::tables::{self, Asker};
use super::{Search, matching, source, unknown};
use crate::error::{Error, Result};
use crate::store::entities::{incident, issue, project, release};
use crate::store::{Store, paging};

/// Hits of one page.
const PAGE_HITS: usize = 25;
/// Most hits that can be reached; who has not found it by then needs another query.
const MAX_HITS: usize = 1_000;
/// Longest title made from the first line of a text, bytes.
const TITLE_BYTES: usize = 120;
/// Most releases that a comparison means, the newest first.
const RELEASES_MAX: u64 = 5_000;

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
    /// Everything that matches a query, best first, each issue once by its best document; of an issue that the query names,
    /// each of its documents. Negated terms concern the document. What the tables no longer hold is left out.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without a role that may look, [`Error::Invalid`] for a cursor that is not ours, and when
    /// the database or the index cannot be read.
    pub async fn search(
        &self,
        store: &Store,
        asker: Asker<'_>,
        query: &Query,
        cursor: Option<&str>,
    ) -> Result<SearchResults> {
        if !asker.viewer.role.may(Role::Viewer) {
            return Err(Error::Forbidden);
        }
        let offset = paging::given(cursor)?.map_or(0, |(offset, _)| offset);
        let offset = usize::try_from(offset).unwrap_or(0);
        if query.is_empty() {
            return Ok(SearchResults { hints: query.hints.clone(), ..SearchResults::default() });
        }
        let Plan { query: index_query, highlighted, hints } = self.plan(store, asker, query).await?;
        let ranked = if is_about_one_issue(&query.tree) {
            let happened = matching::of_kinds(&[Kind::Event, Kind::Feedback], self.fields());
            let index_query = matching::all(vec![index_query, happened], Vec::new());
            self.blocking(move |searcher| newest(searcher, &*index_query)).await?
        } else {
            self.blocking(move |searcher| best(searcher, &*index_query)).await?
        };
        let Ranked { hits: ranked, total } = ranked;
        let page: Vec<DocAddress> = ranked.iter().skip(offset).take(PAGE_HITS).copied().collect();
        let data = self.hits(store, page, highlighted).await?;
        let next = (offset + PAGE_HITS < ranked.len()).then_some(offset + PAGE_HITS);
        let next = next.and_then(|next| i64::try_from(next).ok()).map(|next| paging::cursor(next, 0));
        Ok(SearchResults { data, next, hints, total, understood: query.in_words() })
    }

    async fn plan(&self, store: &Store, asker: Asker<'_>, query: &Query) -> Result<Plan> {
        let db = store.reader();
        let Split { tree, parts, hints: ignored } = query.for_index();
        let mut hints = query.hints.clone();
        hints.extend(ignored);
        hints.extend(unknown::hints(db, query).await?);
        let mut named = Vec::with_capacity(parts.len());
        for part in parts {
            let (issues, is_cut) = tables::ids_of(db, asker, &part.wanted).await?;
            hints.extend(is_cut.then(|| tables::cut_hint(&part.wanted)));
            named.push(Arc::new(issues));
        }
        let known = known(db, query).await?;
        let fields = self.fields();
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Own(term) => matching::of(term, fields, &known),
            Leaf::Part(at) => matching::of_issues(named.get(*at).cloned().unwrap_or_default()),
        };
        Ok(Plan { query: matching::tree(&tree, &leaf), highlighted: highlighted(&query.tree, fields), hints })
    }

    async fn hits(&self, store: &Store, page: Vec<DocAddress>, highlighted: Box<dyn IndexQuery>) -> Result<Vec<Hit>> {
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

/// What the tables know of the projects and releases that a query names.
async fn known(db: &impl ConnectionTrait, query: &Query) -> Result<Known> {
    let mut known = Known::default();
    for term in query.tree.terms() {
        match term {
            Term::Project(slug) => {
                let ids = project::Entity::find().select_only().column(project::Column::Id);
                let ids: Vec<i64> = ids.filter(tables::of_slug(slug)).into_tuple().all(db).await?;
                known.projects.insert(slug.clone(), ids);
            }
            Term::Release(Seen::In, versions) if !matches!(versions, Versions::Named(_)) => {
                known.releases.insert(versions.clone(), releases(db, versions).await?);
            }
            _ => {}
        }
    }
    Ok(known)
}

/// The versions that a comparison means, by project.
async fn releases(db: &impl ConnectionTrait, versions: &Versions) -> Result<Vec<(i64, Vec<String>)>> {
    let rows: Vec<(i64, String)> = release::Entity::find()
        .select_only()
        .columns([release::Column::ProjectId, release::Column::Version])
        .filter(tables::meant(versions))
        .order_by_desc(release::Column::FirstSeen)
        .limit(RELEASES_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let mut by_project: HashMap<i64, Vec<String>> = HashMap::new();
    for (project_id, version) in rows {
        by_project.entry(project_id).or_default().push(version);
    }
    Ok(by_project.into_iter().collect())
}

/// The words that a document may have been found by: none that it must not have.
fn highlighted(tree: &Node<Term>, fields: &Fields) -> Box<dyn IndexQuery> {
    let known = Known::default();
    let mut found = Vec::new();
    let mut waiting = vec![tree];
    while let Some(node) = waiting.pop() {
        match node {
            Node::Term(term) => found.push(matching::of(term, fields, &known)),
            Node::All(inner) | Node::Any(inner) => waiting.extend(inner),
            Node::Not(_) => {}
        }
    }
    matching::any(found)
}

/// Whether a query names the one issue whose documents it wants.
fn is_about_one_issue(tree: &Node<Term>) -> bool {
    let names_one = |node: &Node<Term>| matches!(node, Node::Term(Term::Issue(_)));
    match tree {
        Node::All(inner) => inner.iter().any(names_one),
        other => names_one(other),
    }
}

/// What matches, in order, as far as it can be reached, and how much there is.
struct Ranked {
    hits: Vec<DocAddress>,
    total: u64,
}

/// The best document of each issue, best first.
fn best(searcher: &Searcher, query: &dyn IndexQuery) -> tantivy::Result<Ranked> {
    let found = searcher.search(query, &BestOf { column: GROUP, scored: true })?;
    let mut ranked: Vec<(i64, Best)> = found.into_iter().collect();
    ranked.sort_unstable_by_key(|(group, best)| std::cmp::Reverse((best.rank(), *group)));
    let total = ranked.len() as u64;
    Ok(Ranked { hits: ranked.into_iter().take(MAX_HITS).map(|(_, best)| best.address).collect(), total })
}

/// Every document, newest first.
fn newest(searcher: &Searcher, query: &dyn IndexQuery) -> tantivy::Result<Ranked> {
    let by_time = TopDocs::with_limit(MAX_HITS).order_by_fast_field::<i64>(AT, Order::Desc);
    let (total, found) = searcher.search(query, &(Count, by_time))?;
    Ok(Ranked { hits: found.into_iter().map(|(_, address)| address).collect(), total: total as u64 })
}

fn keys(searcher: &Searcher, page: &[DocAddress], field: tantivy::schema::Field) -> tantivy::Result<Vec<Key>> {
    let mut keys = Vec::with_capacity(page.len());
    for address in page {
        let document: TantivyDocument = searcher.doc(*address)?;
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
