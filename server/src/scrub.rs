//! Takes secrets out of an event before anything of it is stored: by the names of fields, and by what secrets look like.
//!
//! Works on the JSON as sent, in one walk, and says in the event's own `_meta` what it replaced and by which rule. Which
//! fields are free and which belong to the protocol is known here, so that nothing that names or groups an event is lost
//! to the name of its key. Running it again changes nothing. Pure: no clock, no database.

mod addresses;
mod cards;
mod cookies;
mod keys;
mod pairs;
mod path;
mod places;
mod remarks;
mod rules;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod walk;

pub use addresses::{sender, state_sender};
use fieldfare_app::api::Protection;
pub use rules::{Problem, Rules};

use crate::protocol::json::Json;

/// What stands where a secret was.
pub const FILTERED: &str = "[Filtered]";

/// What a project wants taken out.
#[derive(Clone, Debug)]
pub struct Scrubber {
    /// Whether the built-in rules are on.
    pub built_in: bool,
    /// Whether addresses of people may stay.
    pub keeps_addresses: bool,
    pub rules: Rules,
}

impl Default for Scrubber {
    fn default() -> Self {
        Self { built_in: true, keeps_addresses: false, rules: Rules::default() }
    }
}

/// One place where something was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Keys and indexes from the root of the payload.
    pub path: Vec<String>,
    /// `@password`, or the project's own rule as it is written.
    pub rule: String,
    /// Which bytes of the text that is left stand for what was taken.
    pub range: (usize, usize),
    /// Bytes of the text before.
    pub length: usize,
    /// Whether the value is gone and not replaced.
    pub is_removed: bool,
}

/// What was replaced in one payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// The first hundred places.
    pub remarks: Vec<Remark>,
    /// All of them.
    pub count: usize,
}

impl Remark {
    /// The path as people write it, `extra.payload.0`.
    pub fn dotted(&self) -> String {
        self.path.join(".")
    }
}

impl Scrubber {
    /// What the settings of a project ask for, and the lines of its rules that cannot be read.
    pub fn of(settings: &Protection) -> (Self, Vec<Problem>) {
        let (rules, problems) = Rules::parse(&settings.rules);
        (Self { built_in: settings.scrub, keeps_addresses: settings.store_addresses, rules }, problems)
    }

    /// Scrubs an event, feedback or any other payload in the shape of an event. `json` is the text it was read from.
    pub fn event(&self, payload: &mut Json<'_>, json: &[u8]) -> Scrubbed {
        let scrubbed = walk::event(self, payload, tokens::may_be_in(json));
        remarks::write(payload, &scrubbed.remarks);
        scrubbed
    }

    /// Scrubs a text that stands alone, such as what somebody wrote.
    pub fn prose(&self, text: &mut String) -> bool {
        walk::prose(self, text)
    }
}
