//! Issues: the inbox, one issue with its events, and what members do with it. Ingestion makes issues; this reads and
//! triages them.

pub mod archive;
pub mod assignment;
mod bulk;
pub mod comments;
mod commits;
mod deciding;
mod deletion;
mod detail;
mod discussion;
mod escalation;
mod events;
pub(crate) mod filter;
pub mod following;
mod hours;
mod inbox;
mod merge;
mod moving;
pub mod names;
pub mod ownership;
mod parts;
mod people;
mod prioritising;
mod priority;
pub mod recovery;
pub mod regression;
pub mod regrouping;
pub mod reopening;
mod rows;
pub mod sampling;
pub mod state;
mod suggestions;
mod timekeeper;
pub mod timeline;
mod triage;
mod unmerge;
mod whole;

pub use bulk::{bulk_change, change_many, undo};
pub use commits::released;
pub use deletion::{Afterwards, delete, delete_some, run as run_deletions};
pub use detail::{activity, get};
pub use discussion::{discussion, suggested};
pub(crate) use events::attachments;
pub use events::{event, event_of, events, newest_of_each};
pub use inbox::{Sources, inbox, list};
pub(crate) use inbox::{filled, projects};
pub use merge::{MERGED, merge};
pub use priority::start_reason;
pub use regrouping::{FormerGrouping, GroupingOf};
pub use rows::{TREND_DAYS, rows};
pub(crate) use rows::{TrendDays, count, word};
pub use timekeeper::Timekeeper;
pub use triage::{Change, change};
pub use unmerge::unmerge;

use fieldfare_app::api::{Role, Viewer};

use crate::error::{Error, Result};

/// Refuses whoever may not do what needs `role`.
pub(crate) fn require(viewer: &Viewer, role: Role) -> Result<()> {
    if viewer.role.may(role) { Ok(()) } else { Err(Error::Forbidden) }
}
