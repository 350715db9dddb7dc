//! Which feedback says the same thing.
//!
//! Owns the comparison of one piece of feedback with another: today copies and near copies (double submits, pasted
//! texts), later clusters by meaning, for which [`Signature`] stays the cheap first stage. Pure: texts in, keys and
//! verdicts out; what to do with them, and within which project, is the caller's business.

mod normalise;
mod signature;
mod title;

pub use signature::{Key, Signature, distance, is_near_duplicate, near_duplicate_key, signature};
pub use title::title;
