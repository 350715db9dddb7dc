//! What is logged, and in which form.

use tracing_subscriber::EnvFilter;

use super::sources::{ConfigError, Sources};

/// Our own words, without what a library says of migrations at every start.
const DEFAULT_LEVEL: &str = "info,sea_orm_migration=warn,sqlx=warn";

/// The log on stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// A level, or directives by target as `tracing-subscriber` reads them.
    pub level: String,
}

/// For eyes or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Human,
    Json,
}

impl Log {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let format = match sources.find("log") {
            None => LogFormat::Human,
            Some(found) => match found.value.as_str() {
                "human" => LogFormat::Human,
                "json" => LogFormat::Json,
                _ => return Err(found.wrong("must be human or json")),
            },
        };
        let level = match sources.find("log_level") {
            None => DEFAULT_LEVEL.to_owned(),
            Some(found) if EnvFilter::try_new(&found.value).is_ok() => found.value.clone(),
            Some(found) => return Err(found.wrong("must be error, warn, info or debug, or like info,fieldfare=debug")),
        };
        Ok(Self { format, level })
    }
}
