//! How a project groups its events: what it decided, what a change of that would do, and how an issue's own hashes came
//! about.

mod editor;
mod hashes;
mod preview;
mod sample;
mod settings;

pub use editor::{editor, save};
pub use hashes::of_issue;
pub use settings::{FormerGrouping, GroupingOf};
