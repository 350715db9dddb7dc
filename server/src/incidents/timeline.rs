//! What the timeline says, and writing it.

use fieldfare_app::api::{IncidentStatus, Severity, Viewer};
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait};

use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::incident_entry;

/// One line to be written: what kind of thing happened, and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

impl Line {
    pub(super) fn new(kind: &'static str, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) status: IncidentStatus,
    pub(super) severity: Severity,
}

/// The lines of one update: for what differs, and for a note that is not empty. Always in this order, by
/// which `notify` tells one update from the next.
pub(super) fn lines(before: Standing, after: Standing, note: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    if before.status != after.status {
        let kind = if after.status == IncidentStatus::Resolved { "resolved" } else { "status" };
        lines.push(Line::new(kind, format!("{} → {}", before.status, after.status)));
    }
    if before.severity != after.severity {
        lines.push(Line::new("severity", format!("{} → {}", before.severity, after.severity)));
    }
    if !note.is_empty() {
        lines.push(Line::new("note", note));
    }
    lines
}

/// Writes lines to the timeline and answers the id of the first.
pub(super) async fn write(tx: &Tx, incident_id: i64, viewer: &Viewer, now: i64, lines: Vec<Line>) -> Result<i64> {
    let mut first = None;
    for line in lines {
        let row = incident_entry::ActiveModel {
            id: NotSet,
            incident_id: Set(incident_id),
            member_id: Set(Some(viewer.member_id)),
            happened_at: Set(now),
            kind: Set(line.kind.to_owned()),
            text: Set(line.text),
        };
        let written = incident_entry::Entity::insert(row).exec(tx).await?.last_insert_id;
        first.get_or_insert(written);
    }
    first.ok_or_else(|| anyhow::anyhow!("a change of an incident without a line in its timeline").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(status: IncidentStatus, severity: Severity) -> Standing {
        Standing { status, severity }
    }

    #[test]
    fn an_update_says_what_differs_and_nothing_else() {
        use IncidentStatus::{Identified, Investigating, Resolved};
        use Severity::{Critical, Minor};
        let before = standing(Investigating, Minor);
        for (after, note, expected) in [
            (before, "", vec![]),
            (before, "look", vec![("note", "look")]),
            (standing(Identified, Minor), "", vec![("status", "investigating → identified")]),
            (
                standing(Resolved, Critical),
                "done",
                vec![("resolved", "investigating → resolved"), ("severity", "minor → critical"), ("note", "done")],
            ),
        ] {
            let lines = lines(before, after, note);
            let said: Vec<_> = lines.iter().map(|line| (line.kind, line.text.as_str())).collect();
            assert_eq!(said, expected);
        }
    }
}
