//! What a term of the query language means to the index.

use fieldfare_app::api::IssueKind;
use tantivy::Term as IndexTerm;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::analyser;
use super::document::{Kind, tag_term};
use super::fields::Fields;
use super::pattern::PatternQuery;
use super::query::What;

/// How much more a word weighs in a title, in a message and anywhere else.
const BOOSTS: (f32, f32, f32) = (3.0, 2.0, 1.0);
/// How much finding a word in a second field adds to finding it in the best one.
const TIE_BREAKER: f32 = 0.1;
/// Longest term of the index, bytes; see the analyser.
const MAX_TERM_BYTES: usize = 64;

type Clause = (Occur, Box<dyn Query>);

/// The documents that a term asks for; `None` if the index cannot say.
pub(super) fn of(what: &What, fields: &Fields) -> Option<Box<dyn Query>> {
    match what {
        What::Text(text) => Some(in_text(text, Forms::Any, fields)),
        What::Phrase(text) => Some(in_text(text, Forms::AsWritten, fields)),
        What::User(value) => Some(exact(fields.people, value)),
        What::Has(value) => Some(exact(fields.has, value)),
        What::Tag { key, value } => Some(exact(fields.tag, &tag_term(key, value))),
        What::Environment(value) => Some(exact(fields.environment, value)),
        What::Release(value) => Some(exact(fields.release, value)),
        What::Level(level) => Some(exact(fields.level, level.as_str())),
        What::Kind(kind) => Some(of_kind(*kind, fields)),
        What::Is(_) | What::Assigned(_) | What::Project(_) => None,
    }
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

/// Documents of releases with one of these versions.
pub(super) fn in_releases(versions: &[String], fields: &Fields) -> Box<dyn Query> {
    let terms = versions.iter().map(|version| IndexTerm::from_field_text(fields.release, &version.to_lowercase()));
    quiet(Box::new(TermSetQuery::new(terms)))
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
