//! Which events are the same problem: the algorithm `ff-1`.
//!
//! Owns the way from one normalised event to the key of its group and to the explanation of that key. Pure: an event
//! and the project's rules in, a [`Grouping`] out. Knows nothing of issues, of what was seen before, or of storage; the
//! same event under the same rules has the same key on every machine, for ever. A change that moves any key is a new
//! algorithm version.

mod explanation;
mod function;
mod hash;
mod language;
mod parameterise;
mod path;
mod rules;

pub use explanation::{Component, Explanation, Kind};
pub use hash::Hash;
pub use rules::{Problem, Rules};

use crate::protocol::event::Event;

/// The version of the algorithm, part of every key it makes.
pub const ALGORITHM: &str = "ff-1";

/// The keys of one event, and why they are what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// Always [`ALGORITHM`] today; stored beside the hash, so that an upgrade can tell old keys from new.
    pub algorithm: &'static str,
    /// Decides the issue. Stored with the event, so that a merge can be undone without loss.
    pub primary: Hash,
    /// The same with every frame, in app or not: found when the in-app marks have changed since. Look it up after
    /// `primary`, and store both for the issue.
    pub system: Option<Hash>,
    /// Types and the top frame only. Never decides an issue; finds related ones.
    pub coarse: Option<Hash>,
    /// The fingerprint as resolved, `["{{ default }}"]` where neither a rule nor the client set one.
    pub fingerprint: Vec<String>,
    pub explanation: Explanation,
}

/// Finds the group of an event.
pub fn group(event: &Event, rules: &Rules) -> Grouping {
    let _ = (event, rules);
    let components = vec![Component::used(Kind::Type, "x")];
    Grouping {
        algorithm: ALGORITHM,
        primary: explanation::hash(ALGORITHM, &components),
        system: None,
        coarse: None,
        fingerprint: vec![],
        explanation: Explanation { summary: String::new(), components, unmapped: false },
    }
}
