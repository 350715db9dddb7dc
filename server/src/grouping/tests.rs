//! Whole events through the door: which ones meet, which ones part, and what the explanation says.

mod built;
mod chains;
mod fingerprints;
mod properties;
mod scenarios;

pub(super) use built::*;
