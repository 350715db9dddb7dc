//! What tests and benchmarks share: traffic that looks like the field's, and an installation to send it to.

pub mod envelope;
pub mod installation;
pub mod traffic;

pub use envelope::Envelope;
pub use installation::{Database, Installation};
