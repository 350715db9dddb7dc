//! The query language: free words, "quoted phrases" and `key:value`, each negated by `-` or `!`.
//!
//! People type and paste whatever they have at hand, so nothing is an error: what cannot be understood is searched as
//! text, and a hint says so in a whole sentence. Knows neither the index nor the tables.

mod key;
mod lexer;

use fieldfare_app::api::{IssueKind, Level};

use lexer::Piece;

/// Longest query that is read, bytes; a pasted error message fits, a pasted stack trace would match nothing anyway.
pub const MAX_QUERY_BYTES: usize = 1_000;
/// Most terms that are used; each costs a lookup in every segment of the index.
pub const MAX_TERMS: usize = 40;
/// Hints that are given; who gets these has enough to read.
const MAX_HINTS: usize = 10;

/// What somebody asks for, and what to tell them about how it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of them must hold.
    pub terms: Vec<Term>,
    /// Whole sentences.
    pub hints: Vec<String>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub negated: bool,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// One free word.
    Text(String),
    /// Words in this order.
    Phrase(String),
    Is(Is),
    Kind(IssueKind),
    /// A version, `latest`, or a comparison such as `>=2.4.0`.
    Release(String),
    Environment(String),
    Level(Level),
    /// Id, e-mail address, name or address of an affected user or reporter; `*` stands for anything.
    User(String),
    Assigned(Assigned),
    /// A tag, or something else that may be there, as `screenshot`.
    Has(String),
    Tag {
        key: String,
        value: String,
    },
    /// A project's slug.
    Project(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// The viewer.
    Me,
    Nobody,
    /// E-mail address or name.
    Member(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    Unresolved,
    Resolved,
    Archived,
    Answered,
    New,
    Ongoing,
    Escalating,
    Regressed,
    Assigned,
    Unassigned,
    /// Linked to an incident.
    Linked,
}

impl Is {
    /// Every state with its word.
    pub const ALL: &[(&str, Self)] = &[
        ("unresolved", Self::Unresolved),
        ("resolved", Self::Resolved),
        ("archived", Self::Archived),
        ("answered", Self::Answered),
        ("new", Self::New),
        ("ongoing", Self::Ongoing),
        ("escalating", Self::Escalating),
        ("regressed", Self::Regressed),
        ("assigned", Self::Assigned),
        ("unassigned", Self::Unassigned),
        ("linked", Self::Linked),
    ];
}

impl What {
    /// Whether only the search index can answer it; SQL answers everything else.
    pub fn needs_index(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Phrase(_) | Self::User(_) | Self::Has(_) | Self::Tag { .. })
    }
}

impl Query {
    /// Whether it asks for nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// Reads a query. Never fails; see [`Query::hints`].
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let text = capped(text, &mut query.hints);
    for piece in lexer::pieces(text, &mut query.hints) {
        if query.terms.len() == MAX_TERMS {
            query.hints.push(format!("Only the first {MAX_TERMS} terms were used."));
            break;
        }
        query.terms.extend(term(piece, &mut query.hints));
    }
    query.hints.truncate(MAX_HINTS);
    query
}

/// The beginning of a text that is too long, cut between characters.
fn capped<'a>(text: &'a str, hints: &mut Vec<String>) -> &'a str {
    if text.len() <= MAX_QUERY_BYTES {
        return text;
    }
    hints.push(format!("The query is long; only its first {MAX_QUERY_BYTES} bytes were used."));
    &text[..text.floor_char_boundary(MAX_QUERY_BYTES)]
}

fn term(piece: Piece, hints: &mut Vec<String>) -> Option<Term> {
    match piece {
        Piece::Word { negated, text } => has_letters(&text).then_some(Term { negated, what: What::Text(text) }),
        Piece::Phrase { negated, text } => has_letters(&text).then_some(Term { negated, what: What::Phrase(text) }),
        Piece::Pair { negated, key, value } => Some(Term { negated, what: key::what(&key, value, hints) }),
    }
}

/// Punctuation alone can be found nowhere.
fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests;
