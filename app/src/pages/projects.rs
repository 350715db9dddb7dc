//! Projects: making one, getting its first event, and its settings.

mod arrivals;
mod create;
mod discarded;
mod filters;
mod general;
mod grouping;
mod grouping_help;
mod grouping_preview;
mod keys;
mod limits;
mod monitor_rows;
mod monitors;
mod ownership;
mod ownership_help;
mod ownership_trial;
mod privacy;
mod refusal;
mod scrubbing;
mod settings;
mod snippet_list;
mod snippets;
mod source_maps;
mod start;
mod stats;
mod tabs;
mod trial;

pub(crate) use arrivals::ArrivalsPage;
pub(crate) use create::NewProjectPage;
pub(crate) use grouping::GroupingPage;
pub(crate) use limits::ProjectLimitsPage;
pub(crate) use monitors::MonitorsPage;
pub(crate) use ownership::OwnershipPage;
pub(crate) use privacy::ProjectPrivacyPage;
pub(crate) use settings::ProjectSettingsPage;
pub(crate) use source_maps::SourceMapsPage;
pub(crate) use start::ProjectStartPage;
