//! How much is let in.

use std::num::NonZeroU32;

use super::sources::{ConfigError, Sources};

/// Ten thousand events a second from one project: no real application sends as many, a loop gone wild does.
const DEFAULT_PROJECT_EVENTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600_000).expect("not zero");

/// Limits an operator may move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `None` means no limit.
    pub project_events_per_minute: Option<NonZeroU32>,
}

impl Limits {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let project_events_per_minute = match sources.find("project_events_per_minute") {
            None => Some(DEFAULT_PROJECT_EVENTS_PER_MINUTE),
            Some(found) => {
                NonZeroU32::new(found.value.parse().map_err(|_| found.wrong("must be a whole number, 0 for no limit"))?)
            }
        };
        Ok(Self { project_events_per_minute })
    }
}
