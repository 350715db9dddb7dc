//! Which events are the same problem: the algorithm, in its [`Version`]s.
//!
//! Owns the way from one normalised event to the key of its group and to the explanation of that key. Pure: an event
//! and the project's rules in, a [`Grouping`] out. Knows nothing of issues, of what was seen before, or of storage; the
//! same event under the same rules has the same key on every machine, for ever. A change that moves any key is a new
//! algorithm version.

mod chain;
mod content;
mod explanation;
mod families;
mod fingerprint;
mod function;
pub(crate) mod glob;
mod hash;
mod in_app;
mod language;
mod machinery;
mod parameterise;
mod path;
mod rules;
mod stack;
mod version;

pub use explanation::{Component, Explanation, Kind};
pub use families::Family;
pub use hash::Hash;
pub use parameterise::parameterise;
pub use rules::{Problem, Rules};
pub use version::Version;

use crate::protocol::event::Event;
use content::Content;
use fingerprint::{DEFAULT, Fingerprint, Source};

/// Part of the keys that owe nothing to the algorithm, so that they outlive it.
const EXPLICIT: &str = "fingerprint";

/// The keys of one event, and why they are what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The name of the [`Version`] that made the keys.
    pub algorithm: &'static str,
    /// Decides the issue. Stored with the event, so that a merge can be undone without loss.
    pub primary: Hash,
    /// The same with every frame, in app or not: found when the in-app marks have changed since. Look it up after
    /// `primary`, and store both for the issue. None where it would be no different.
    pub system: Option<Hash>,
    /// Types and the top frame only. Never decides an issue; finds related ones.
    pub coarse: Option<Hash>,
    /// The fingerprint as resolved, `["{{ default }}"]` where neither a rule nor the client set one.
    pub fingerprint: Vec<String>,
    pub explanation: Explanation,
}

/// Finds the group of an event.
pub fn group(event: &Event, rules: &Rules) -> Grouping {
    let fingerprint = Fingerprint::resolve(event, rules);
    match fingerprint.source {
        Source::Content => by_content(content::content(event, rules), fingerprint, rules.version()),
        _ if fingerprint.has_default() => by_both(&content::content(event, rules), fingerprint, rules.version()),
        _ => by_fingerprint(fingerprint, rules.version()),
    }
}

fn by_content(content: Content, fingerprint: Fingerprint, version: Version) -> Grouping {
    let hash = |components: &Vec<Component>| explanation::hash(version.name(), components);
    let primary = hash(&content.components);
    Grouping {
        algorithm: version.name(),
        primary,
        system: content.system.as_ref().map(hash).filter(|system| *system != primary),
        coarse: content.coarse.as_ref().map(hash),
        fingerprint: fingerprint.parts,
        explanation: Explanation {
            summary: format!("Grouped by {}.", content.summary),
            components: content.components,
            unmapped: content.unmapped,
        },
    }
}

/// The content's key is a part of the fingerprint's.
fn by_both(content: &Content, fingerprint: Fingerprint, version: Version) -> Grouping {
    let algorithm = version.name();
    let key = |components: &[Component]| {
        let inner = explanation::hash(algorithm, components).to_string();
        let parts =
            fingerprint.parts.iter().map(|part| Component::used(Kind::Fingerprint, part.replace(DEFAULT, &inner)));
        explanation::hash(algorithm, &parts.collect::<Vec<_>>())
    };
    let primary = key(&content.components);
    let system = content.system.as_deref().map(key).filter(|system| *system != primary);
    let coarse = content.coarse.as_ref().map(|components| explanation::hash(algorithm, components));
    let parts = parts(&fingerprint);
    let summary = format!("Grouped by {}, which includes {}.", setter(&fingerprint), content.summary);
    let components = parts.into_iter().chain(content.components.iter().cloned()).collect();
    let explanation = Explanation { summary, components, unmapped: content.unmapped };
    Grouping { algorithm, primary, system, coarse, fingerprint: fingerprint.parts, explanation }
}

fn by_fingerprint(fingerprint: Fingerprint, version: Version) -> Grouping {
    let components = parts(&fingerprint);
    Grouping {
        algorithm: version.name(),
        primary: explanation::hash(EXPLICIT, &components),
        system: None,
        coarse: None,
        explanation: Explanation {
            summary: format!("Grouped by {}.", setter(&fingerprint)),
            components,
            unmapped: false,
        },
        fingerprint: fingerprint.parts,
    }
}

fn parts(fingerprint: &Fingerprint) -> Vec<Component> {
    let parts = fingerprint.parts.iter();
    parts.map(|part| Component::used(Kind::Fingerprint, part.as_str()).because(setter(fingerprint))).collect()
}

fn setter(fingerprint: &Fingerprint) -> String {
    match fingerprint.source {
        Source::Rule(line) => format!("the fingerprint of the project's rule on line {line}"),
        Source::Client => "the fingerprint the client sent".to_owned(),
        Source::Content => "its content".to_owned(),
    }
}

#[cfg(test)]
mod tests;
