//! How long things are kept where a project says nothing else.

use super::sources::{ConfigError, Sources};

/// A quarter: a bug seen in one release is still there to compare with in the next few.
const DEFAULT_DAYS: u32 = 90;
/// About 3 GB of a typical application, well within what search and pages answer in milliseconds.
const DEFAULT_EVENTS: u32 = 1_000_000;

/// `None` means without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Age at which events go.
    pub days: Option<u32>,
    /// Events kept of each project.
    pub events: Option<u32>,
}

impl Retention {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let number = |name: &str, default: u32| match sources.find(name) {
            None => Ok(Some(default)),
            Some(found) => {
                let number = found.value.parse().map_err(|_| found.wrong("must be a whole number, 0 for no limit"))?;
                Ok(Some(number).filter(|number| *number > 0))
            }
        };
        Ok(Self { days: number("retention_days", DEFAULT_DAYS)?, events: number("retention_events", DEFAULT_EVENTS)? })
    }
}
