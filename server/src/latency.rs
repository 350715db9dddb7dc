//! How long things took, and what they are called: a histogram that can be added up, and names without their changing
//! parts. Pure.

mod histogram;
mod name;

pub use histogram::Histogram;
pub use name::{OTHER, name};
