//! The Sentry wire protocol: bytes in, plain values out. Pure: no database, no clock, no randomness, no async.
//!
//! Lenient throughout: whatever a real client sends is read, what is broken inside is dropped and noted. The formats
//! follow what SDKs send and `sentry-data-schemas` (MIT).

pub mod category;
mod certificate_report;
pub mod check_in;
pub mod client_report;
pub mod crash_form;
pub mod csp;
pub mod drift;
pub mod dsn_auth;
pub mod encoding;
pub mod envelope;
pub mod event;
pub mod feedback;
pub mod json;
pub mod mapped;
pub mod minidump;
pub mod msgpack;
pub mod names;
pub mod normalise;
mod remarks;
pub mod repair;
pub mod session;
pub mod title;
pub mod transaction;
pub mod user_agent;
