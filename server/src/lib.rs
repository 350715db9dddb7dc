//! Everything behind Fieldfare's interface.
//!
//! Edges: `cli`, `http`, `backend`. Areas: `ingest`, `issues`, `feedback`, `releases`, `incidents`, `notify`, `search`,
//! `accounts`. Pure rooms: `protocol`, `grouping`, `clustering`. Base: `store`, `jobs`, `clock`, `ids`, `error`.
//! Imports go down that list; `tests/it/boundaries.rs` holds them to it.

pub mod clock;
pub mod error;
pub mod ids;
pub mod incidents;
pub mod jobs;
pub mod notify;
pub mod store;
