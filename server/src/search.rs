//! One search over everything: the query language, the index behind it and what keeps the index up to date.
//!
//! The index is a cache of the tables: it may be deleted at any moment and is rebuilt from them. It knows words, tags and
//! people; states, assignments and the order of releases are left to SQL, which alone knows them as of now.

pub mod query;
