//! A project's own grouping rules: which events are one problem whatever their stacks say, whose code a frame is, and
//! which built-in families are off.
//!
//! One rule a line, the first that matches decides; `#` begins a comment:
//!
//! ```text
//! type:DatabaseError value:"*timed out*"  -> database-timeout, {{ transaction }}
//! tags.tenant:acme !release:*-dev         -> {{ default }}, acme
//! path:*/generated/*                      -> @not-in-app
//! family:network                          -> @off
//! ```

mod matcher;
mod parse;

pub(super) use matcher::Field;
use matcher::Matcher;

use super::families::Family;
use super::version::Version;
use crate::protocol::event::{Event, Frame};

/// How a project wants its events grouped; `Rules::default()` has no rules and takes the first version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    fingerprints: Vec<FingerprintRule>,
    in_app: Vec<InAppRule>,
    families_off: Vec<Family>,
    version: Version,
}

/// A line of the rules that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based.
    pub line: usize,
    pub reason: String,
}

/// All matchers must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FingerprintRule {
    matchers: Vec<Matcher>,
    pub(super) fingerprint: Vec<String>,
    /// 1-based, for the explanation.
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct InAppRule {
    matchers: Vec<Matcher>,
    in_app: bool,
}

impl Rules {
    /// Reads rules, one a line; a line that cannot be read is reported and does nothing.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        parse::parse(text)
    }

    /// Turns a built-in family off.
    pub fn without_family(mut self, family: Family) -> Self {
        self.families_off.push(family);
        self
    }

    /// Uses this version of the algorithm.
    pub fn with_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    pub(super) const fn version(&self) -> Version {
        self.version
    }

    pub(super) fn is_on(&self, family: Family) -> bool {
        !self.families_off.contains(&family)
    }

    pub(super) fn fingerprint(&self, event: &Event) -> Option<&FingerprintRule> {
        self.fingerprints.iter().find(|rule| rule.matchers.iter().all(|matcher| matcher.matches(event)))
    }

    /// What the project says of a frame, if anything.
    pub(super) fn in_app(&self, frame: &Frame) -> Option<bool> {
        let matches = |rule: &&InAppRule| rule.matchers.iter().all(|matcher| matcher.matches_frame(frame));
        self.in_app.iter().find(matches).map(|rule| rule.in_app)
    }
}

#[cfg(test)]
mod tests;
