//! Cron monitors: when a job is expected, and what a check-in or its absence means.
//!
//! Pure: times come in as Unix milliseconds, nothing is stored here. Knows the protocol's form of a monitor's settings,
//! since that is the form they are kept in.

mod config;
mod crontab;
mod schedule;
mod standing;
mod watch;
mod words;

pub use config::{Config, Fault, SLUG_CHARS, slug};
pub use crontab::Crontab;
pub use schedule::{Schedule, Unit, counts_for, expected_after, is_ahead};
pub use standing::{Consequence, Outcome, Standing};
pub use watch::Watch;
pub use words::in_words;
