//! One search over everything: the query language, the index behind it and what keeps the index up to date.
//!
//! The index is a cache of the tables: it may be deleted at any moment and is rebuilt from them. It knows words, tags and
//! people; states, assignments and the order of releases are left to SQL, which alone knows them as of now.
//! Reads tables only to fill the index and to show what was found; changes none.

mod analyser;
mod collect;
mod comments;
mod document;
mod event_text;
mod fields;
mod find;
pub mod follower;
mod fresh;
mod ids;
mod index;
mod matching;
mod pattern;
pub mod query;
mod scope;
mod snippet;
mod source;

pub use event_text::EventText;
pub use index::Search;

#[cfg(test)]
mod tests;
