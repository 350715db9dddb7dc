//! What holds an issue together: its hashes in words, what was merged into it, and what looks like it.

use std::collections::{BTreeMap, HashMap};

use fieldfare_app::api::{IssueGrouping, IssueHash, IssueName, RelatedIssue, Timestamp, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::sample;
use super::settings::GroupingOf;
use crate::error::Result;
use crate::grouping::{Hash, Rules, group};
use crate::issues::names::{self, short_id};
use crate::issues::{MERGED, moving, parts};
use crate::store::entities::{event, feedback, group_hash, issue, issue_part};

/// Hashes listed; an issue with more has a rule with a wildcard.
const HASHES_MAX: usize = 50;
/// Events counted by hash, newest first.
const EVENTS_COUNTED: u64 = 1_000;
/// Issues that may look like this one: of the same type, seen last.
const CANDIDATES_MAX: u64 = 20;
/// Related issues shown.
const RELATED_MAX: usize = 10;

/// What holds an issue together.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown issue.
pub async fn of_issue(db: &impl ConnectionTrait, _viewer: &Viewer, issue: &str) -> Result<IssueGrouping> {
    let issue = names::issue(db, issue).await?;
    let rules = GroupingOf::load(db, issue.project_id).await?.rules;
    let slug = names::projects(db).await?.remove(&issue.project_id).unwrap_or_default();
    let seen =
        if issue.kind == "feedback" { feedback_seen(db, &issue).await? } else { events_seen(db, &issue).await? };
    let newest_only = seen.values().map(|seen| seen.events).sum::<u64>() >= EVENTS_COUNTED;
    let homes = homes(db, &issue, &slug).await?;
    let mut hashes = Vec::new();
    for (hash, seen) in most_first(seen) {
        hashes.push(described(db, &issue, &rules, (hash, seen), &homes).await?);
    }
    Ok(IssueGrouping {
        hashes,
        newest_only,
        merged: merged(db, &issue, &slug).await?,
        related: related(db, &issue, &rules, &slug).await?,
    })
}

/// What is stored under one hash.
struct Seen {
    events: u64,
    first: i64,
    last: i64,
    /// The newest event.
    event_id: Option<Uuid>,
    /// For feedback, its words.
    text: String,
}

fn most_first(seen: HashMap<Uuid, Seen>) -> Vec<(Uuid, Seen)> {
    let mut seen: Vec<(Uuid, Seen)> = seen.into_iter().collect();
    seen.sort_by_key(|(hash, seen)| (std::cmp::Reverse(seen.events), *hash));
    seen.truncate(HASHES_MAX);
    seen
}

async fn events_seen(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<HashMap<Uuid, Seen>> {
    let rows = event::Entity::find()
        .select_only()
        .columns([event::Column::Hash, event::Column::HappenedAt, event::Column::EventId])
        .filter(event::Column::IssueId.eq(issue.id))
        .order_by_desc(event::Column::HappenedAt)
        .limit(EVENTS_COUNTED)
        .into_tuple::<(Uuid, i64, Uuid)>()
        .all(db)
        .await?;
    let mut by_hash = HashMap::new();
    for (hash, at, event_id) in rows {
        add(&mut by_hash, hash, at, || (Some(event_id), String::new()));
    }
    Ok(by_hash)
}

async fn feedback_seen(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<HashMap<Uuid, Seen>> {
    let hashes: BTreeMap<i64, Uuid> = moving::feedback_hashes(db, issue.id).await?.into_iter().collect();
    let rows = feedback::Entity::find()
        .select_only()
        .columns([feedback::Column::Id, feedback::Column::CreatedAt, feedback::Column::Message])
        .filter(feedback::Column::IssueId.eq(issue.id))
        .order_by_desc(feedback::Column::CreatedAt)
        .limit(EVENTS_COUNTED)
        .into_tuple::<(i64, i64, String)>()
        .all(db)
        .await?;
    let mut by_hash = HashMap::new();
    for (id, at, message) in rows {
        if let Some(hash) = hashes.get(&id) {
            add(&mut by_hash, *hash, at, || (None, message));
        }
    }
    Ok(by_hash)
}

/// Rows come newest first, so the first of a hash is its newest.
fn add(by_hash: &mut HashMap<Uuid, Seen>, hash: Uuid, at: i64, newest: impl FnOnce() -> (Option<Uuid>, String)) {
    let seen = by_hash.entry(hash).or_insert_with(|| {
        let (event_id, text) = newest();
        Seen { events: 0, first: at, last: at, event_id, text }
    });
    seen.events += 1;
    seen.first = seen.first.min(at);
    seen.last = seen.last.max(at);
}

/// The short id of the merged issue each hash came with.
async fn homes(db: &impl ConnectionTrait, issue: &issue::Model, slug: &str) -> Result<HashMap<Uuid, String>> {
    let parts: HashMap<i64, i64> =
        parts::of(db, issue.id).await?.into_iter().map(|part| (part.id, part.home_issue_id)).collect();
    if parts.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = issue::Entity::find().filter(issue::Column::Id.is_in(parts.values().copied())).all(db).await?;
    let names: HashMap<i64, String> = rows
        .into_iter()
        .filter(|home| home.id != issue.id)
        .map(|home| (home.id, short_id(slug, home.number)))
        .collect();
    let hashes = group_hash::Entity::find()
        .filter(group_hash::Column::ProjectId.eq(issue.project_id))
        .filter(group_hash::Column::IssueId.eq(issue.id))
        .all(db)
        .await?;
    let home = |row: group_hash::Model| Some((row.hash, names.get(parts.get(&row.part_id?)?)?.clone()));
    Ok(hashes.into_iter().filter_map(home).collect())
}

async fn described(
    db: &impl ConnectionTrait,
    issue: &issue::Model,
    rules: &Rules,
    (hash, seen): (Uuid, Seen),
    homes: &HashMap<Uuid, String>,
) -> Result<IssueHash> {
    let event = match seen.event_id {
        Some(event_id) => sample::one(db, issue.project_id, event_id).await?,
        None => None,
    };
    let summary = event.map_or(seen.text, |event| {
        let grouping = group(&event, rules);
        match grouping.primary == Hash::from(hash) {
            true => grouping.explanation.summary,
            false => {
                format!("{} Its hash was made by rules or an algorithm before these.", grouping.explanation.summary)
            }
        }
    });
    Ok(IssueHash {
        hash: hash.simple().to_string(),
        merged_from: homes.get(&hash).cloned(),
        events: seen.events,
        first_seen: Timestamp(seen.first),
        last_seen: Timestamp(seen.last),
        summary,
        event_id: seen.event_id.map(|id| id.simple().to_string()),
    })
}

async fn merged(db: &impl ConnectionTrait, issue: &issue::Model, slug: &str) -> Result<Vec<IssueName>> {
    let homes = issue_part::Entity::find()
        .select_only()
        .column(issue_part::Column::HomeIssueId)
        .filter(issue_part::Column::IssueId.eq(issue.id))
        .filter(issue_part::Column::HomeIssueId.ne(issue.id));
    let homes: Vec<i64> = homes.into_tuple().all(db).await?;
    let rows =
        issue::Entity::find().filter(issue::Column::Id.is_in(homes)).order_by_asc(issue::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(|row| named(slug, row)).collect())
}

fn named(slug: &str, row: issue::Model) -> IssueName {
    IssueName { short_id: short_id(slug, row.number), title: row.title }
}

/// Issues of the same type whose newest event was raised in the same place, whatever led there.
async fn related(
    db: &impl ConnectionTrait,
    issue: &issue::Model,
    rules: &Rules,
    slug: &str,
) -> Result<Vec<RelatedIssue>> {
    let coarse = async |issue: &issue::Model| -> Result<Option<Hash>> {
        Ok(sample::of_issue(db, issue, 1).await?.pop().and_then(|newest| group(&newest.event, rules).coarse))
    };
    let Some(own) = coarse(issue).await? else { return Ok(Vec::new()) };
    let kind = issue.title.split(':').next().unwrap_or_default();
    let candidates = issue::Entity::find()
        .filter(issue::Column::ProjectId.eq(issue.project_id))
        .filter(issue::Column::Kind.eq("error"))
        .filter(issue::Column::Status.ne(MERGED))
        .filter(issue::Column::Id.ne(issue.id))
        .filter(issue::Column::Title.starts_with(kind))
        .order_by_desc(issue::Column::LastSeen)
        .limit(CANDIDATES_MAX)
        .all(db)
        .await?;
    let mut related = Vec::new();
    for candidate in candidates {
        if related.len() == RELATED_MAX {
            break;
        }
        if coarse(&candidate).await? == Some(own) {
            let reason = "same type, raised in the same place".to_owned();
            related.push(RelatedIssue { issue: named(slug, candidate), reason });
        }
    }
    Ok(related)
}
