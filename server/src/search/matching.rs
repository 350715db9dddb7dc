//! What a term of the query language means to the index.

use std::collections::HashMap;
use std::sync::Arc;

use fieldfare_app::api::IssueKind;
use tantivy::Term as IndexTerm;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::analyser;
use super::document::{Kind, tag_term};
use super::fields::Fields;
use super::groups::{GroupsQuery, IssueSet};
use super::pattern::PatternQuery;
use super::query::{Node, Seen, Term, Versions};

/// How much more a word weighs in a title, in a message and anywhere else.
const BOOSTS: (f32, f32, f32) = (3.0, 2.0, 1.0);
/// How much finding a word in a second field adds to finding it in the best one.
const TIE_BREAKER: f32 = 0.1;
/// Longest term of the index, bytes; see the analyser.
const MAX_TERM_BYTES: usize = 64;

type Clause = (Occur, Box<dyn Query>);

/// What the index needs the tables for, as far as a query asks for it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Ids of the projects that a slug means.
    pub(super) projects: HashMap<String, Vec<i64>>,
    /// Versions of projects that a comparison means.
    pub(super) releases: HashMap<Versions, Vec<(i64, Vec<String>)>>,
}

/// The documents that a tree asks for, whose leaves `leaf` makes.
pub(super) fn tree<T>(node: &Node<T>, leaf: &impl Fn(&T) -> Box<dyn Query>) -> Box<dyn Query> {
    match node {
        Node::Term(term) => leaf(term),
        Node::Not(inner) => all(Vec::new(), vec![tree(inner, leaf)]),
        Node::Any(inner) => any(inner.iter().map(|each| tree(each, leaf)).collect()),
        Node::All(inner) => {
            let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
            for each in inner {
                match each {
                    Node::Not(not) => unwanted.push(tree(not, leaf)),
                    other => wanted.push(tree(other, leaf)),
                }
            }
            all(wanted, unwanted)
        }
    }
}

/// The documents that a term asks for. What the index cannot say finds nothing: it is asked of the tables.
pub(super) fn of(term: &Term, fields: &Fields, known: &Known) -> Box<dyn Query> {
    match term {
        Term::Text(text) => in_text(text, Forms::Any, fields),
        Term::Phrase(text) => in_text(text, Forms::AsWritten, fields),
        Term::User(value) => exact(fields.people, value),
        Term::Has(value) => exact(fields.has, value),
        Term::Tag { key, value } => exact(fields.tag, &tag_term(key, value)),
        Term::Environment(value) => exact(fields.environment, value),
        Term::Release(Seen::In, Versions::Named(name)) => exact(fields.release, name),
        Term::Release(Seen::In, versions) => in_releases(known.releases.get(versions), fields),
        Term::Level(level) => exact(fields.level, level.as_str()),
        Term::Kind(kind) => of_kind(*kind, fields),
        Term::Project(slug) => in_projects(known.projects.get(slug).map_or(&[][..], Vec::as_slice), fields),
        _ => Box::new(EmptyQuery),
    }
}

/// Documents of issues that the tables named.
pub(super) fn of_issues(issues: Arc<IssueSet>) -> Box<dyn Query> {
    quiet(Box::new(GroupsQuery(issues)))
}

/// All of these conditions, the negated ones not.
pub(super) fn all(wanted: Vec<Box<dyn Query>>, unwanted: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    let mut clauses: Vec<Clause> = wanted.into_iter().map(|query| (Occur::Must, query)).collect();
    if clauses.is_empty() {
        clauses.push((Occur::Must, quiet(Box::new(AllQuery))));
    }
    clauses.extend(unwanted.into_iter().map(|query| (Occur::MustNot, query)));
    Box::new(BooleanQuery::new(clauses))
}

/// Any of these conditions.
pub(super) fn any(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(BooleanQuery::union(queries))
}

/// Documents of these projects.
pub(super) fn in_projects(ids: &[i64], fields: &Fields) -> Box<dyn Query> {
    quiet(Box::new(TermSetQuery::new(ids.iter().map(|id| IndexTerm::from_field_i64(fields.project, *id)))))
}

/// Documents of these versions of these projects.
fn in_releases(releases: Option<&Vec<(i64, Vec<String>)>>, fields: &Fields) -> Box<dyn Query> {
    let of_project = |(project, versions): &(i64, Vec<String>)| {
        let terms = versions.iter().map(|version| IndexTerm::from_field_text(fields.release, &version.to_lowercase()));
        all(vec![in_projects(&[*project], fields), Box::new(TermSetQuery::new(terms))], Vec::new())
    };
    quiet(any(releases.into_iter().flatten().map(of_project).collect()))
}

/// Documents of one of these kinds.
pub(super) fn of_kinds(kinds: &[Kind], fields: &Fields) -> Box<dyn Query> {
    quiet(Box::new(TermSetQuery::new(kinds.iter().map(|kind| IndexTerm::from_field_u64(fields.kind, *kind as u64)))))
}

fn of_kind(kind: IssueKind, fields: &Fields) -> Box<dyn Query> {
    match kind {
        IssueKind::Error => of_kinds(&[Kind::Event, Kind::ErrorIssue], fields),
        IssueKind::Feedback => of_kinds(&[Kind::Feedback, Kind::FeedbackIssue], fields),
    }
}

/// A condition that does not count for the order of hits.
fn quiet(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// One whole term, where `*` stands for anything.
fn exact(field: Field, value: &str) -> Box<dyn Query> {
    let value = value.to_lowercase();
    if value.contains('*') {
        return quiet(Box::new(PatternQuery::new(field, &value)));
    }
    quiet(Box::new(TermQuery::new(IndexTerm::from_field_text(field, &value), IndexRecordOption::Basic)))
}

/// Whether a word may be found by its stem.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forms {
    Any,
    AsWritten,
}

/// A word or words in order, in any text; the field where they weigh most counts.
fn in_text(text: &str, forms: Forms, fields: &Fields) -> Box<dyn Query> {
    let (title, body, rest) = BOOSTS;
    let weighted = [(fields.title, title, forms), (fields.body, body, forms), (fields.rest, rest, Forms::AsWritten)];
    let queries = weighted
        .into_iter()
        .map(|(field, boost, forms)| Box::new(BoostQuery::new(in_field(field, text, forms), boost)) as Box<dyn Query>);
    Box::new(DisjunctionMaxQuery::with_tie_breaker(queries.collect(), TIE_BREAKER))
}

fn in_field(field: Field, text: &str, forms: Forms) -> Box<dyn Query> {
    if forms_a_pattern(text) {
        return Box::new(PatternQuery::new(field, &text.to_lowercase()));
    }
    let (mut parts, whole) = analyser::parts(text);
    parts.retain(|(_, part)| part.len() <= MAX_TERM_BYTES);
    let mut ways: Vec<Box<dyn Query>> = whole.map(|whole| word(field, &whole)).into_iter().collect();
    match parts.as_slice() {
        [] => {}
        [(_, part)] if forms == Forms::Any => {
            ways.extend(analyser::forms(part).iter().map(|form| word(field, form)));
        }
        [(_, part)] => ways.push(word(field, part)),
        _ => ways.push(phrase(field, parts)),
    }
    any(ways)
}

/// An asterisk among letters; in a pasted comment or glob it is punctuation.
fn forms_a_pattern(text: &str) -> bool {
    text.contains('*') && text.chars().all(|char| char.is_alphanumeric() || matches!(char, '*' | '_' | '.'))
}

fn word(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(IndexTerm::from_field_text(field, word), IndexRecordOption::WithFreqs))
}

fn phrase(field: Field, parts: Vec<(usize, String)>) -> Box<dyn Query> {
    let terms = parts.into_iter().map(|(at, part)| (at, IndexTerm::from_field_text(field, &part)));
    Box::new(PhraseQuery::new_with_offset(terms.collect()))
}
