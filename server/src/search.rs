//! One search over everything: the query language, the index behind it and what keeps the index up to date.
//!
//! The index is a cache of the tables: it may be deleted at any moment and is rebuilt from them. It knows words, tags and
//! people; states, assignments and the order of releases are left to SQL, which alone knows them as of now. A query is a
//! tree that both answer parts of (docs/decisions/020-queries-as-trees.md).
//! Reads tables only to fill the index and to show what was found; changes none.

mod analyser;
mod collect;
mod comments;
mod complete;
mod document;
mod event_text;
mod fields;
mod find;
pub mod follower;
mod fresh;
mod groups;
mod ids;
mod index;
mod matching;
mod pattern;
pub mod query;
mod snippet;
mod source;
pub(crate) mod tables;
mod unknown;

pub use event_text::EventText;
pub use ids::Asked;
pub use index::Search;
pub use tables::Asker;

#[cfg(test)]
mod tests;
