//! Incidents: something wrong enough to be run. Owns their state, their timeline and what is linked to them; knows
//! nothing of mail (it only says what is owed) and nothing of how they are shown.
//!
//! Every change is one transaction of the caller's: the lines of the timeline, the change for the search index, the
//! activity of the issues concerned and the mails owed are kept together or not at all.

mod declare;
mod links;
mod read;
mod timeline;
mod update;

pub use declare::{NewIncident, declare};
pub use links::{for_issue, link, open, unlink};
pub use read::{get, list};
pub use update::{Update, update};

use fieldfare_app::api::{Role, Viewer};

use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::changes::{self, Change};

/// Characters of a title: one line of a mail's subject and of a status page.
pub const TITLE_CHARS_MAX: usize = 200;
/// Characters of a note: several screens of text; longer ones are documents and belong elsewhere.
pub const NOTE_CHARS_MAX: usize = 10_000;

/// Begins every change: permission first, then the lock that orders changes, which on PostgreSQL also makes incident
/// numbers gapless.
async fn begin(tx: &Tx, viewer: &Viewer) -> Result<()> {
    if !viewer.role.may(Role::Developer) {
        return Err(Error::Forbidden);
    }
    changes::lock(tx).await
}

async fn record(tx: &Tx, incident_id: i64) -> Result<()> {
    changes::record(tx, &[Change::Incident { incident_id }]).await
}

/// The note as it is kept, or why it cannot be.
fn checked_note(note: &str) -> Result<&str> {
    let note = note.trim();
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(Error::invalid("note", format!("must not be longer than {NOTE_CHARS_MAX} characters")));
    }
    Ok(note)
}

/// The title as it is kept, on one line, or why it cannot be.
fn checked_title(title: &str) -> Result<String> {
    let title = title.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let title = title.collect::<Vec<_>>().join(" ");
    match title.chars().count() {
        0 => Err(Error::invalid("title", "must not be empty")),
        1..=TITLE_CHARS_MAX => Ok(title),
        _ => Err(Error::invalid("title", format!("must not be longer than {TITLE_CHARS_MAX} characters"))),
    }
}

#[cfg(test)]
mod tests;
