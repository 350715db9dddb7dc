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
mod names;
mod outcomes;
mod placing;
pub mod policy;
pub mod quota;
mod sessions;
mod tally;
mod users;
pub mod writer;

pub use writer::{Queue, Writer};
