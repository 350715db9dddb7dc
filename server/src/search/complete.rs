//! How a query could go on where somebody is writing: keys, and values from the data of the projects.

mod keys;
mod seen;
mod values;

use fieldfare_app::api::{Completion, Completions, Role, Viewer};
use sea_orm::ConnectionTrait;

use super::Search;
use super::query::cursor::{self, Writing};
use crate::error::{Error, Result};

/// Suggestions given; a list that one still reads.
const SUGGESTIONS_MAX: usize = 20;

/// Where to look for values.
#[derive(Debug)]
struct Scope<'a, C> {
    db: &'a C,
    search: &'a Search,
    /// In all projects without one.
    project_id: Option<i64>,
}

impl Search {
    /// What could stand at a place in a query, counted in UTF-16 code units as browsers do; at its end without one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without a role that may look, and when the database or the index cannot be read.
    pub async fn complete(
        &self,
        db: &impl ConnectionTrait,
        viewer: &Viewer,
        project_id: Option<i64>,
        (query, at): (&str, Option<u32>),
    ) -> Result<Completions> {
        if !viewer.role.may(Role::Viewer) {
            return Err(Error::Forbidden);
        }
        let cursor = cursor::at(query, at.map_or(query.len(), |at| byte_of(query, at)));
        let scope = Scope { db, search: self, project_id };
        let mut suggestions = match &cursor.writing {
            Writing::Word(word) => keys::suggestions(&scope, word).await?,
            Writing::Value { key, is_tag: true, begun } => values::of_tag(&scope, key, begun).await?,
            Writing::Value { key, is_tag: false, begun } => values::suggestions(&scope, key, begun).await?,
        };
        suggestions.truncate(SUGGESTIONS_MAX);
        Ok(Completions { from: unit_of(query, cursor.at.start), to: unit_of(query, cursor.at.end), suggestions })
    }
}

fn suggestion(text: impl Into<String>, meaning: impl Into<String>) -> Completion {
    Completion { text: text.into(), meaning: meaning.into() }
}

/// Whether a text begins with what was written of it, or a part of it does.
fn fits(text: &str, begun: &str) -> bool {
    let (text, begun) = (text.to_lowercase(), begun.to_lowercase());
    let parts = text.match_indices(['@', ' ', '-', '.', '_', '/']).map(|(at, _)| at + 1);
    parts.chain([0]).any(|from| text[from..].starts_with(&begun))
}

/// The byte before which so many UTF-16 code units stand.
fn byte_of(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or(usize::MAX);
    for (at, char) in text.char_indices() {
        if left < char.len_utf16() {
            return at;
        }
        left -= char.len_utf16();
    }
    text.len()
}

/// How many UTF-16 code units stand before a byte.
fn unit_of(text: &str, byte: usize) -> u32 {
    let units = text.get(..byte).map_or(0, |before| before.encode_utf16().count());
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use fieldfare_app::api::QUERY_KEYS;

    use super::*;
    use crate::search::query::{Term, parse};

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "aä😀b";
        for (byte, unit) in [(0, 0), (1, 1), (3, 2), (7, 4), (8, 5)] {
            assert_eq!((unit_of(text, byte), byte_of(text, unit)), (unit, byte));
        }
        assert_eq!(byte_of(text, 3), 3, "between the halves of a character");
        assert_eq!(byte_of(text, 99), text.len());
    }

    #[test]
    fn a_text_fits_by_the_beginning_of_any_of_its_parts() {
        for (text, begun, expected) in
            [("shop@2.4.0", "2.4", true), ("Ada Lovelace", "love", true), ("shop", "op", false), ("x", "", true)]
        {
            assert_eq!(fits(text, begun), expected, "{text} {begun}");
        }
    }

    #[test]
    fn every_key_is_explained_with_examples_that_are_understood() {
        for key in QUERY_KEYS {
            for example in key.examples {
                let read = parse(example);
                assert_eq!(read.hints, Vec::<String>::new(), "{example}");
                let is_text = |term: &Term| matches!(term, Term::Text(_) | Term::Phrase(_));
                assert!(!read.is_empty() && !read.tree.terms().any(is_text), "{example}");
            }
        }
        for name in crate::search::query::key_names() {
            assert!(QUERY_KEYS.iter().any(|key| key.name == name), "{name} is explained");
        }
    }
}
