//! Projects: making one, getting its first event, and its settings.

mod create;
mod discarded;
mod filters;
mod first_event;
mod general;
mod keys;
mod privacy;
mod refusal;
mod scrubbing;
mod settings;
mod snippet_list;
mod snippets;
mod start;
mod stats;
mod tabs;
mod trial;

pub(crate) use create::NewProjectPage;
pub(crate) use privacy::ProjectPrivacyPage;
pub(crate) use settings::ProjectSettingsPage;
pub(crate) use start::ProjectStartPage;
