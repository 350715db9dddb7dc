//! Everything behind Fieldfare's interface.
//!
//! Edges: `cli`, `http`, `backend`. Areas: `ingest`, `issues`, `feedback`, `releases`, `incidents`, `notify`, `search`,
//! `accounts`, `projects`. Pure rooms: `protocol`, `grouping`, `clustering`. Base: `store`, `jobs`, `clock`, `ids`, `slug`,
//! `error`. Imports go down that list; `tests/it/boundaries.rs` holds them to it.

pub mod clock;
pub mod error;
pub mod ids;
pub mod incidents;
pub mod issues;
pub mod jobs;
pub mod notify;
pub mod releases;
pub mod search;
pub mod store;
