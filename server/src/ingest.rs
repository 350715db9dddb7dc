//! From an accepted request to rows: admission, the queue, and the one writer behind it.
//!
//! Everything of one request is an [`arrival::Parcel`]. The writer gathers the parcels that wait and commits them as
//! one transaction; only then is anybody answered. What is kept, dropped or skipped is counted in the same transaction.

pub mod address_key;
pub mod admit;
pub mod arrival;
mod batch;
mod counters;
mod discards;
mod events;
mod feedback;
mod issues;
mod known;
pub mod mapping;
mod monitors;
mod names;
mod outcomes;
pub mod owners;
mod parts;
mod placing;
#[cfg(test)]
mod plans;
pub mod policy;
pub mod quota;
pub mod relink;
mod returning;
mod sampled;
mod sessions;
mod tally;
mod transactions;
mod trouble;
mod users;
pub mod watching;
pub mod writer;

pub use writer::{Queue, Writer};
