//! What tests and benchmarks share: traffic that looks like the field's, and an installation to send it to.

pub mod envelope;
pub mod installation;
pub mod page;
pub mod people;
pub mod poll;
pub mod report;
pub mod traffic;

pub use envelope::Envelope;
pub use installation::{Database, Installation};
pub use page::Page;
pub use people::Person;
pub use poll::eventually;
