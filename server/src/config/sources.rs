//! The places a setting can come from, in the order in which they are asked.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Flags;

/// Every setting there is.
const SETTINGS: [&str; 14] = [
    "data",
    "database_url",
    "installation_quotas",
    "listen",
    "log",
    "log_level",
    "mail_from",
    "project_events_per_minute",
    "project_quotas",
    "public_url",
    "retention_days",
    "retention_events",
    "smtp_url",
    "trusted_proxies",
];
/// Settings that hold passwords: in the environment, `…_FILE` may name a file that holds the value.
const SECRETS: [&str; 2] = ["database_url", "smtp_url"];
/// The settings file, in the working directory or in the data directory.
const FILE_NAME: &str = "fieldfare.toml";
/// Where everything is kept when nobody says otherwise.
pub(super) const DEFAULT_DATA: &str = "./data";

/// A setting that is not understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ConfigError {
    place: String,
    reason: String,
}

impl ConfigError {
    fn new(place: impl fmt::Display, reason: impl Into<String>) -> Self {
        Self { place: place.to_string(), reason: reason.into() }
    }
}

/// A value and how to name the place it came from.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) value: String,
    place: String,
}

impl Found {
    /// This value is wrong, for this reason.
    pub(super) fn wrong(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError::new(&self.place, reason)
    }
}

/// What each place said; earlier places win.
#[derive(Debug)]
pub(super) struct Sources(Vec<BTreeMap<String, Found>>);

impl Sources {
    pub(super) fn of_this_process(flags: &Flags) -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let env = |name: &str| std::env::var(name).ok();
        Self::read(flags, &env, Path::new(""))
    }

    /// `env` answers for the environment, `here` is the working directory.
    pub(super) fn read(flags: &Flags, env: &dyn Fn(&str) -> Option<String>, here: &Path) -> Result<Self, ConfigError> {
        let mut sources = Self(vec![from_flags(flags), from_environment(env)?]);
        let named = flags.config.clone().or_else(|| env("FIELDFARE_CONFIG").map(PathBuf::from));
        if let Some(file) = named.map_or_else(|| sources.file_nearby(here), |file| Some(here.join(file))) {
            sources.0.push(from_file(&file)?);
        }
        Ok(sources)
    }

    pub(super) fn given<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ConfigError> {
        let mut layer = BTreeMap::new();
        for (name, value) in settings {
            known(name, name)?;
            layer.insert(name.to_owned(), Found { value: value.to_owned(), place: name.to_owned() });
        }
        Ok(Self(vec![layer]))
    }

    /// The value of a setting, from the first place that has one.
    pub(super) fn find(&self, name: &str) -> Option<&Found> {
        self.0.iter().find_map(|layer| layer.get(name))
    }

    fn file_nearby(&self, here: &Path) -> Option<PathBuf> {
        let data = self.find("data").map_or(DEFAULT_DATA, |found| found.value.as_str());
        [here.join(FILE_NAME), here.join(data).join(FILE_NAME)].into_iter().find(|file| file.is_file())
    }
}

fn from_flags(flags: &Flags) -> BTreeMap<String, Found> {
    let found = |(name, value): (&str, String)| {
        let place = format!("--{}", name.replace('_', "-"));
        (name.to_owned(), Found { value, place })
    };
    flags.given().map(found).collect()
}

/// An empty variable counts as absent, since that is how many tools unset one.
fn from_environment(env: &dyn Fn(&str) -> Option<String>) -> Result<BTreeMap<String, Found>, ConfigError> {
    let mut layer = BTreeMap::new();
    for name in SETTINGS {
        let variable = format!("FIELDFARE_{}", name.to_uppercase());
        let direct = env(&variable).filter(|value| !value.is_empty());
        let from_file = SECRETS.contains(&name).then(|| secret_file(&format!("{variable}_FILE"), env)).transpose()?;
        let found = match (direct, from_file.flatten()) {
            (Some(_), Some(file)) => return Err(file.wrong(format!("{variable} is set, too; keep one of them"))),
            (Some(value), None) => Some(Found { value, place: variable }),
            (None, file) => file,
        };
        layer.extend(found.map(|found| (name.to_owned(), found)));
    }
    Ok(layer)
}

fn secret_file(variable: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Found>, ConfigError> {
    let Some(file) = env(variable).filter(|file| !file.is_empty()) else { return Ok(None) };
    let content = std::fs::read_to_string(&file)
        .map_err(|error| ConfigError::new(variable, format!("{file} cannot be read: {error}")))?;
    Ok(Some(Found { value: content.trim_end().to_owned(), place: variable.to_owned() }))
}

fn from_file(file: &Path) -> Result<BTreeMap<String, Found>, ConfigError> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| ConfigError::new(&shown, error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error| ConfigError::new(&shown, format!("{error}")))?;
    let mut layer = BTreeMap::new();
    for (name, value) in table {
        let place = format!("`{name}` in {shown}");
        known(&name, &place)?;
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            _ => return Err(ConfigError::new(place, "must be a text or a number")),
        };
        layer.insert(name, Found { value, place });
    }
    Ok(layer)
}

fn known(name: &str, place: &str) -> Result<(), ConfigError> {
    if SETTINGS.contains(&name) {
        return Ok(());
    }
    Err(ConfigError::new(place, format!("there is no such setting; there are {}", SETTINGS.join(", "))))
}
