//! Everything behind Fieldfare's interface.
//!
//! Edges: `cli`, `demo`, `load`, `http`, `backend`. Areas: `ingest`, `issues`, `feedback`, `releases`, `incidents`, `notify`, `search`,
//! `accounts`, `projects`, `retention`, `source_maps`. Pure rooms: `protocol`, `grouping`, `clustering`, `scrub`, `filters`,
//! `monitors`, `latency`, `ownership`, `markdown`. Base: `store`, `live`, `jobs`, `clock`, `ids`, `slug`, `error`.
//! Imports go down that list; `tests/it/boundaries.rs` holds them to it.

pub mod accounts;
pub mod backend;
pub mod cli;
pub mod clock;
pub mod clustering;
pub mod config;
pub mod demo;
pub mod error;
pub mod feedback;
pub mod filters;
pub mod grouping;
pub mod http;
pub mod ids;
pub mod incidents;
pub mod ingest;
pub mod issues;
pub mod jobs;
pub mod latency;
pub mod live;
pub mod load;
pub mod markdown;
pub mod monitors;
pub mod notify;
pub mod overview;
pub mod ownership;
pub mod projects;
pub mod protocol;
pub mod releases;
pub mod retention;
pub mod scrub;
pub mod search;
pub mod slug;
pub mod source_maps;
pub mod state;
pub mod store;
pub mod views;
