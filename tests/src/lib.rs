//! What tests and benchmarks share: traffic that looks like the field's, and an installation to send it to.

pub mod traffic;
