//! Where things are kept.

use std::path::PathBuf;

use super::sources::{ConfigError, DEFAULT_DATA, Sources};

/// The data directory and the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Storage {
    pub data: PathBuf,
    /// `None` means SQLite in the data directory.
    pub database_url: Option<String>,
}

impl Storage {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let data = sources.find("data").map_or(DEFAULT_DATA, |found| found.value.as_str());
        let database_url = sources.find("database_url");
        if let Some(found) = database_url
            && !["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| found.value.starts_with(scheme))
        {
            return Err(found.wrong("must begin with postgres:// or sqlite:"));
        }
        Ok(Self { data: PathBuf::from(data), database_url: database_url.map(|found| found.value.clone()) })
    }
}

/// Without the password that the URL may hold.
impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let database_url = self.database_url.as_ref().map(|_| "…");
        f.debug_struct("Storage").field("data", &self.data).field("database_url", &database_url).finish()
    }
}
