//! Settings: read once at the start, checked once, one struct per concern.
//!
//! A setting is looked for on the command line, then in the environment, then in `fieldfare.toml`; the first place
//! that has it wins. Nothing else reads the environment.

mod flags;
mod limits;
mod log;
mod mail;
mod retention;
mod sources;
mod storage;
mod web;

pub use flags::Flags;
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use mail::Mail;
pub use retention::Retention;
pub use sources::ConfigError;
pub use storage::Storage;
pub use web::Web;

use sources::Sources;

/// Every setting of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub storage: Storage,
    pub web: Web,
    pub mail: Mail,
    pub limits: Limits,
    pub retention: Retention,
    pub log: Log,
}

impl Config {
    /// Reads every setting from where it is set.
    ///
    /// # Errors
    /// When a value is not understood; the error names the setting and the place.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        Self::from_sources(&Sources::of_this_process(flags)?)
    }

    /// Settings by name and value, everything else at its default; neither environment nor files are read.
    ///
    /// # Errors
    /// When a name is unknown or a value is not understood.
    pub fn of<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ConfigError> {
        Self::from_sources(&Sources::given(settings)?)
    }

    fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        Ok(Self {
            storage: Storage::from_sources(sources)?,
            web: Web::from_sources(sources)?,
            mail: Mail::from_sources(sources)?,
            limits: Limits::from_sources(sources)?,
            retention: Retention::from_sources(sources)?,
            log: Log::from_sources(sources)?,
        })
    }
}

#[cfg(test)]
mod tests;
