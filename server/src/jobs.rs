//! Work that happens later: what is owed, and who does it.

pub mod lease;
pub mod outbox;
pub mod runner;
pub mod steadiness;
