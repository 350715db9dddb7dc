//! What a query says about projects, releases and triage, which the tables know and the index does not.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use fieldfare_app::api::Viewer;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use semver::Version;

use super::query::{Assigned, Is, Query, What};
use crate::error::Result;
use crate::store::entities::{incident_issue, issue, member, project, release};

/// Most releases a comparison is made with, the newest first.
const MAX_RELEASES: u64 = 5_000;

/// A release as far as comparisons need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) project_id: i64,
    pub(super) version: String,
    pub(super) first_seen: i64,
    pub(super) is_archived: bool,
}

/// The ids of projects by lower-case slug.
///
/// # Errors
/// When the database fails.
pub(super) async fn projects(db: &impl ConnectionTrait) -> Result<HashMap<String, i64>> {
    let rows = project::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.slug.to_lowercase(), row.id)).collect())
}

/// The releases, if the query compares any.
///
/// # Errors
/// When the database fails.
pub(super) async fn releases(db: &impl ConnectionTrait, query: &Query) -> Result<Vec<Known>> {
    let compares = |what: &What| matches!(what, What::Release(value) if is_comparison(value));
    if !query.terms.iter().any(|term| compares(&term.what)) {
        return Ok(Vec::new());
    }
    // Archived ones are never the latest, but may be compared with.
    let newest = release::Entity::find().order_by_desc(release::Column::FirstSeen).limit(MAX_RELEASES);
    let rows = newest.all(db).await?.into_iter();
    Ok(rows
        .map(|row| Known {
            project_id: row.project_id,
            version: row.version,
            first_seen: row.first_seen,
            is_archived: row.archived_at.is_some(),
        })
        .collect())
}

/// Whether a value of `release:` must be compared with the releases there are.
pub(super) fn is_comparison(value: &str) -> bool {
    value == "latest" || value.starts_with(['<', '>'])
}

/// The versions that a comparison means. One that is not a version compares with nothing.
pub(super) fn versions(value: &str, known: &[Known]) -> Vec<String> {
    if value == "latest" {
        return latest(known);
    }
    let (keeps, bound): (fn(Ordering) -> bool, &str) = match value {
        _ if value.starts_with(">=") => (Ordering::is_ge, &value[2..]),
        _ if value.starts_with("<=") => (Ordering::is_le, &value[2..]),
        _ if value.starts_with('>') => (Ordering::is_gt, &value[1..]),
        _ => (Ordering::is_lt, &value[1..]),
    };
    let Some(bound) = semver_of(bound) else { return Vec::new() };
    let keeps = |known: &&Known| semver_of(&known.version).is_some_and(|version| keeps(version.cmp_precedence(&bound)));
    known.iter().filter(keeps).map(|known| known.version.clone()).collect()
}

/// The last release of each project to appear.
fn latest(known: &[Known]) -> Vec<String> {
    let mut newest: HashMap<i64, &Known> = HashMap::new();
    for release in known.iter().filter(|release| !release.is_archived) {
        let kept = newest.entry(release.project_id).or_insert(release);
        if kept.first_seen < release.first_seen {
            *kept = release;
        }
    }
    newest.into_values().map(|release| release.version.clone()).collect()
}

/// `shop@2.4`, `v2.4.0` and `2.4.0` alike; missing numbers are 0.
fn semver_of(text: &str) -> Option<Version> {
    let text = text.rsplit_once('@').map_or(text, |(_, short)| short);
    let text = text.strip_prefix('v').unwrap_or(text);
    let numbers = text.find(['-', '+']).unwrap_or(text.len());
    let missing = 2_usize.saturating_sub(text[..numbers].matches('.').count());
    Version::parse(&format!("{}{}{}", &text[..numbers], ".0".repeat(missing), &text[numbers..])).ok()
}

/// Whether a query asks about triage.
pub(super) fn asks_for_state(query: &Query) -> bool {
    query.terms.iter().any(|term| matches!(term.what, What::Is(_) | What::Assigned(_)))
}

/// Those of the issues that are in the states a query asks for.
///
/// # Errors
/// When the database fails.
pub(super) async fn in_state(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    query: &Query,
    ids: &[i64],
) -> Result<HashSet<i64>> {
    let rows = issue::Entity::find().filter(issue::Column::Id.is_in(ids.to_vec())).all(db).await?;
    let links = incident_issue::Entity::find().filter(incident_issue::Column::IssueId.is_in(ids.to_vec()));
    let people = member::Entity::find().all(db).await?;
    let known = Triage {
        viewer: viewer.member_id,
        members: people.into_iter().map(|row| (row.id, row.email.to_lowercase(), row.name.to_lowercase())).collect(),
        linked: links.all(db).await?.into_iter().map(|row| row.issue_id).collect(),
    };
    let holds = |row: &issue::Model| query.terms.iter().all(|term| known.holds(&term.what, row) != Some(term.negated));
    Ok(rows.into_iter().filter(holds).map(|row| row.id).collect())
}

struct Triage {
    viewer: i64,
    /// Id, e-mail address and name in lower case.
    members: Vec<(i64, String, String)>,
    linked: HashSet<i64>,
}

impl Triage {
    /// Whether an issue is what a term asks for; `None` for terms of another kind.
    fn holds(&self, what: &What, row: &issue::Model) -> Option<bool> {
        match what {
            What::Is(is) => Some(self.is(*is, row)),
            What::Assigned(Assigned::Me) => Some(row.assignee_id == Some(self.viewer)),
            What::Assigned(Assigned::Nobody) => Some(row.assignee_id.is_none() && row.team_id.is_none()),
            What::Assigned(Assigned::Member(who)) => Some(self.assigned_to(&who.to_lowercase(), row)),
            _ => None,
        }
    }

    fn is(&self, is: Is, row: &issue::Model) -> bool {
        match is {
            Is::Unresolved => row.status == "unresolved",
            Is::Resolved => row.status == "resolved",
            Is::Archived => row.status == "archived",
            Is::Answered => row.status == "answered",
            Is::New => row.substatus.as_deref() == Some("new"),
            Is::Ongoing => row.substatus.as_deref() == Some("ongoing"),
            Is::Escalating => row.substatus.as_deref() == Some("escalating"),
            Is::Regressed => row.substatus.as_deref() == Some("regressed"),
            Is::Assigned => row.assignee_id.is_some() || row.team_id.is_some(),
            Is::Unassigned => row.assignee_id.is_none() && row.team_id.is_none(),
            Is::Linked => self.linked.contains(&row.id),
        }
    }

    fn assigned_to(&self, who: &str, row: &issue::Model) -> bool {
        self.members.iter().any(|(id, email, name)| row.assignee_id == Some(*id) && (email == who || name == who))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_name_the_versions_they_mean() {
        let known =
            [("shop@2.4.0", 1), ("2.10.0", 2), ("v2.4.0-rc.1", 4), ("nightly", 3)].map(|(version, first_seen)| Known {
                project_id: 1,
                version: version.to_owned(),
                first_seen,
                is_archived: false,
            });
        for (value, expected) in [
            (">=2.4.0", vec!["shop@2.4.0", "2.10.0"]),
            (">2.4", vec!["2.10.0"]),
            ("<2.4.0", vec!["v2.4.0-rc.1"]),
            ("<=shop@2.4.0", vec!["shop@2.4.0", "v2.4.0-rc.1"]),
            ("latest", vec!["v2.4.0-rc.1"]),
            (">nightly", vec![]),
        ] {
            assert_eq!(versions(value, &known), expected, "{value}");
        }
    }
}
