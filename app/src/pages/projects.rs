//! Projects: making one, getting its first event, and its settings.

mod create;
mod first_event;
mod general;
mod keys;
mod limits;
mod monitor_rows;
mod monitors;
mod settings;
mod snippet_list;
mod snippets;
mod start;
mod stats;
mod tabs;

pub(crate) use create::NewProjectPage;
pub(crate) use limits::ProjectLimitsPage;
pub(crate) use monitors::MonitorsPage;
pub(crate) use settings::ProjectSettingsPage;
pub(crate) use start::ProjectStartPage;
