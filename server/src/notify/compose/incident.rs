//! An incident: declared, updated, resolved. One mail tells one update, however many lines it has in the timeline.

use fieldfare_app::api::{IncidentStatus, Timestamp};
use fieldfare_app::routes;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Links;
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter, LinkedIssue, Tone, words};
use crate::store::entities::{incident, incident_entry, incident_issue, member};

/// Lines of a timeline that one update can have, and a few more.
const LINES_MAX: u64 = 8;
/// Linked issues listed in a mail; the page has the rest.
const ISSUES_MAX: u64 = 20;

pub(super) async fn update(
    db: &impl ConnectionTrait,
    links: Links<'_>,
    incident_id: i64,
    entry_id: i64,
) -> Result<Letter> {
    let found = incident::Entity::find_by_id(incident_id).one(db).await?;
    let incident = found.ok_or_else(|| Error::not_found("incident"))?;
    let lines = lines(db, incident_id, entry_id).await?;
    let by = match lines.first().ok_or_else(|| Error::not_found("update"))?.member_id {
        Some(id) => member::Entity::find_by_id(id).one(db).await?.map(|member| member.name),
        None => None,
    };
    let mut body = body(links, &incident, &lines, by.as_deref().unwrap_or("Fieldfare"));
    body.issues = linked(db, links, incident_id).await?;
    Ok(body.letter(format!("incident-{incident_id}"))?)
}

async fn lines(db: &impl ConnectionTrait, incident_id: i64, from: i64) -> Result<Vec<incident_entry::Model>> {
    let mut lines = incident_entry::Entity::find()
        .filter(incident_entry::Column::IncidentId.eq(incident_id))
        .filter(incident_entry::Column::Id.gte(from))
        .order_by_asc(incident_entry::Column::Id)
        .limit(LINES_MAX)
        .all(db)
        .await?;
    lines.truncate(of_one_update(&lines));
    Ok(lines)
}

/// Of the lines of an incident from a certain one on, how many belong to the same update: written by the same member
/// at the same moment, in the order an update has.
fn of_one_update(entries: &[incident_entry::Model]) -> usize {
    let Some(first) = entries.first() else { return 0 };
    let same =
        |entry: &incident_entry::Model| (entry.member_id, entry.happened_at) == (first.member_id, first.happened_at);
    let following = entries.windows(2).take_while(|pair| same(&pair[1]) && place(&pair[0].kind) < place(&pair[1].kind));
    1 + following.count()
}

/// The place of a kind of line within one update.
fn place(kind: &str) -> u8 {
    match kind {
        "declared" => 0,
        "status" | "resolved" => 1,
        "severity" => 2,
        "note" => 3,
        _ => 4,
    }
}

fn body(links: Links<'_>, incident: &incident::Model, lines: &[incident_entry::Model], by: &str) -> Body {
    let what = lines.first().map(|line| headline(line, &incident.severity)).unwrap_or_default();
    let note = lines.iter().find(|line| matches!(line.kind.as_str(), "declared" | "note"));
    let mut body = Body {
        subject: format!("[Incident #{}] {what}: {}", incident.number, words(&incident.title)),
        tone: if incident.status == IncidentStatus::Resolved.as_str() { Tone::Good } else { Tone::Bad },
        kicker: format!("Incident #{}: {what}", incident.number),
        title: incident.title.clone(),
        lead: lines.iter().filter_map(change).collect(),
        quote: note.map(|line| line.text.clone()).unwrap_or_default(),
        action: "Open the incident",
        url: links.to(&routes::incident(incident.number)),
        because: "incidents are switched on in your settings",
        settings_url: links.settings(),
        unsubscribe_url: links.unsubscribe_url.to_owned(),
        ..Body::default()
    };
    body.fact("Severity", incident.severity.clone());
    body.fact("Status", incident.status.clone());
    body.fact("By", by);
    body.fact("Declared", Timestamp(incident.declared_at).readable());
    body.fact("Resolved", incident.resolved_at.map(|at| Timestamp(at).readable()).unwrap_or_default());
    body
}

/// What happened, in a word or two.
fn headline(line: &incident_entry::Model, severity: &str) -> String {
    let after = line.text.rsplit(" → ").next().unwrap_or_default();
    match line.kind.as_str() {
        "declared" => format!("Declared, {severity}"),
        "resolved" => "Resolved".to_owned(),
        "status" => capitalised(after),
        "severity" => format!("Now {after}"),
        _ => "Update".to_owned(),
    }
}

/// A line of the timeline as a sentence, if it tells a change.
fn change(line: &incident_entry::Model) -> Option<String> {
    match line.kind.as_str() {
        "status" | "resolved" => Some(format!("Status: {}", line.text)),
        "severity" => Some(format!("Severity: {}", line.text)),
        _ => None,
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

async fn linked(db: &impl ConnectionTrait, links: Links<'_>, incident_id: i64) -> Result<Vec<LinkedIssue>> {
    let ids = incident_issue::Entity::find()
        .select_only()
        .column(incident_issue::Column::IssueId)
        .filter(incident_issue::Column::IncidentId.eq(incident_id))
        .order_by_asc(incident_issue::Column::LinkedAt)
        .limit(ISSUES_MAX);
    let ids: Vec<i64> = ids.into_tuple().all(db).await?;
    super::linked(db, links, ids).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_update_are_told_from_the_next() {
        let entry = |member_id, happened_at, kind: &str| incident_entry::Model {
            id: 0,
            incident_id: 1,
            member_id: Some(member_id),
            happened_at,
            kind: kind.to_owned(),
            text: String::new(),
        };
        for (entries, expected) in [
            (vec![], 0),
            (vec![entry(1, 5, "note")], 1),
            (vec![entry(1, 5, "status"), entry(1, 5, "severity"), entry(1, 5, "note"), entry(1, 5, "note")], 3),
            (vec![entry(1, 5, "status"), entry(2, 5, "note")], 1),
            (vec![entry(1, 5, "status"), entry(1, 6, "note")], 1),
            (vec![entry(1, 5, "declared"), entry(1, 5, "linked")], 2),
        ] {
            assert_eq!(of_one_update(&entries), expected, "{entries:?}");
        }
    }
}
