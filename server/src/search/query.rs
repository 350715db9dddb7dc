//! The query language: words, "quoted phrases", `key:value` with comparisons, ranges and lists, `-` or `!` for not, `OR`
//! and parentheses. docs/query-language.md describes it to those who write in it.
//!
//! People type and paste whatever they have at hand, so nothing is an error: what cannot be understood is searched as
//! text or left out, and a hint says so in a whole sentence. Knows neither the index nor the tables, nor what time it is.

pub mod cursor;
mod explain;
mod key;
mod lexer;
mod parser;
mod print;
mod range;
mod split;
mod term;
mod tree;
mod versions;
mod when;

pub use range::Range;
pub use split::{Leaf, Part, Split};
pub use term::{Assigned, Counter, Is, Linked, Moment, Seen, Side, Term};
pub use tree::Node;
pub use versions::Versions;
pub use when::{Span, When, Window};

/// Longest query that is read, bytes; a pasted error message fits, a pasted stack trace would match nothing anyway.
pub const MAX_QUERY_BYTES: usize = 1_000;
/// Most terms that are used, those of lists counted one by one; each costs a lookup in every segment of the index.
pub const MAX_TERMS: usize = 40;
/// Deepest nesting of parentheses; nobody can read more, and compiling goes down as deep.
pub const MAX_DEPTH: usize = 10;
/// Hints that are given; who gets these has enough to read.
const MAX_HINTS: usize = 10;

/// What somebody asks for, and what to tell them about how it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub tree: Node<Term>,
    /// Whole sentences.
    pub hints: Vec<String>,
}

impl Query {
    /// Whether it asks for nothing in particular.
    pub fn is_empty(&self) -> bool {
        self.tree.terms().next().is_none()
    }
}

/// Reads a query. Never fails; see [`Query::hints`].
pub fn parse(text: &str) -> Query {
    let mut hints = Hints::default();
    let text = capped(text, &mut hints);
    let tree = parser::parse(lexer::tokens(text, &mut hints), &mut hints);
    Query { tree, hints: hints.0 }
}

/// The key of a tag as it is written before a value that is not known yet.
pub fn tag_key(key: &str) -> String {
    lexer::tag_key(key, "a")
}

/// The names of all keys.
#[cfg(test)]
pub(crate) fn key_names() -> impl Iterator<Item = &'static str> {
    key::names()
}

/// The beginning of a text that is too long, cut between characters.
fn capped<'a>(text: &'a str, hints: &mut Hints) -> &'a str {
    if text.len() <= MAX_QUERY_BYTES {
        return text;
    }
    hints.add(format!("The query is long; only its first {MAX_QUERY_BYTES} bytes were used."));
    &text[..text.floor_char_boundary(MAX_QUERY_BYTES)]
}

/// Sentences for whoever asked, each once.
#[derive(Debug, Default)]
struct Hints(Vec<String>);

impl Hints {
    fn add(&mut self, hint: impl Into<String>) {
        let hint = hint.into();
        if self.0.len() < MAX_HINTS && !self.0.contains(&hint) {
            self.0.push(hint);
        }
    }
}

#[cfg(test)]
mod tests;
