//! Incidents as lists and the API carry them: a fixed number of queries for a page, however long it is.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use fieldfare_app::api::{Incident, IncidentDetail, IncidentStatus, Page, Severity, TimelineEntry, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::timeline::Standing;
use crate::error::{Error, Result};
use crate::issues::{self, names, names::Names};
use crate::releases::order::{self, ReleaseOrder};
use crate::store::entities::{incident, incident_entry, incident_issue, issue_release, release};
use crate::store::paging::{self, PAGE_ROWS};

/// One page of all incidents: open ones first, then newest first.
///
/// # Errors
/// [`Error::Invalid`] for a cursor of another list.
pub async fn list(db: &impl ConnectionTrait, cursor: Option<&str>) -> Result<Page<Incident>> {
    let mut select = incident::Entity::find();
    if let Some((closed, number)) = paging::given(cursor)? {
        select = select.filter(behind(closed, number));
    }
    let ordered = select.order_by_asc(self::closed()).order_by_desc(incident::Column::Number);
    let rows = ordered.limit(PAGE_ROWS + 1).all(db).await?;
    let (rows, next) = paging::cut(rows, PAGE_ROWS, |row| (i64::from(row.resolved_at.is_some()), row.number));
    Ok(Page { data: whole(db, rows).await?, next })
}

/// One incident with the issues linked to it.
///
/// # Errors
/// [`Error::NotFound`] when there is none of this number.
pub async fn get(db: &impl ConnectionTrait, now: i64, number: i64) -> Result<IncidentDetail> {
    let row = row(db, number).await?;
    let ids: Vec<i64> = linked(db, &[row.id]).await?.into_iter().map(|(_, issue_id)| issue_id).collect();
    let linked = issues::rows(db, now, &ids).await?;
    let incident = whole(db, vec![row]).await?.pop().ok_or_else(|| Error::not_found("incident"))?;
    Ok(IncidentDetail { incident, linked })
}

/// The row of an incident.
pub(super) async fn row(db: &impl ConnectionTrait, number: i64) -> Result<incident::Model> {
    let found = incident::Entity::find().filter(incident::Column::Number.eq(number)).one(db).await?;
    found.ok_or_else(|| Error::not_found("incident"))
}

/// Where an incident stands; words of a later version of the program read as the most urgent.
pub(super) fn standing(row: &incident::Model) -> Standing {
    Standing {
        status: word(&row.status, IncidentStatus::Investigating),
        severity: word(&row.severity, Severity::Critical),
    }
}

fn word<T: FromStr>(text: &str, otherwise: T) -> T {
    text.parse().unwrap_or(otherwise)
}

/// 0 for open incidents, 1 for resolved ones: what every list sorts by first.
pub(super) fn closed() -> SimpleExpr {
    Expr::case(incident::Column::ResolvedAt.is_null(), 0_i64).finally(1_i64).into()
}

/// What comes after a row in the order of [`list`].
fn behind(closed: i64, number: i64) -> Condition {
    let same = Condition::all().add(self::closed().eq(closed)).add(incident::Column::Number.lt(number));
    Condition::any().add(self::closed().gt(closed)).add(same)
}

async fn whole(db: &impl ConnectionTrait, rows: Vec<incident::Model>) -> Result<Vec<Incident>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let entries = entries(db, &ids).await?;
    let linked = linked(db, &ids).await?;
    let members =
        entries.iter().filter_map(|entry| entry.member_id).chain(rows.iter().filter_map(|row| row.declared_by));
    let members = names::members(db, members.collect::<BTreeSet<_>>()).await?;
    let issue_ids: BTreeSet<i64> = linked.iter().map(|(_, issue_id)| *issue_id).collect();
    let around = Around {
        short_ids: names::short_ids(db, issue_ids.iter().copied()).await?,
        releases: releases(db, &issue_ids).await?,
        timelines: by_incident(entries.into_iter().map(|entry| (entry.incident_id, said(entry, &members)))),
        linked: by_incident(linked),
        members,
    };
    Ok(rows.into_iter().map(|row| around.incident(row)).collect())
}

/// Everything a page of incidents needs beside their own rows.
struct Around {
    members: Names,
    short_ids: Names,
    /// By issue.
    releases: HashMap<i64, Vec<release::Model>>,
    timelines: HashMap<i64, Vec<TimelineEntry>>,
    linked: HashMap<i64, Vec<i64>>,
}

impl Around {
    fn incident(&self, row: incident::Model) -> Incident {
        let Standing { status, severity } = standing(&row);
        let linked = self.linked.get(&row.id).map_or(&[][..], Vec::as_slice);
        Incident {
            id: row.id,
            number: row.number,
            severity,
            status,
            declared_at: Timestamp(row.declared_at),
            resolved_at: row.resolved_at.map(Timestamp),
            declared_by: row.declared_by.and_then(|id| self.members.get(&id).cloned()),
            issues: linked.iter().filter_map(|id| self.short_ids.get(id).cloned()).collect(),
            releases: newest_first(linked.iter().filter_map(|id| self.releases.get(id)).flatten()),
            timeline: self.timelines.get(&row.id).cloned().unwrap_or_default(),
            title: row.title,
        }
    }
}

/// Versions without repetition, in the order of every list of releases.
fn newest_first<'a>(releases: impl Iterator<Item = &'a release::Model>) -> Vec<String> {
    let mut releases: Vec<_> = releases.collect();
    releases.sort_by_cached_key(|release| Reverse(order::rank(&place(release))));
    let mut seen = HashSet::new();
    releases
        .into_iter()
        .filter(|release| seen.insert(&release.version))
        .map(|release| release.version.clone())
        .collect()
}

fn place(release: &release::Model) -> ReleaseOrder<'_> {
    let release::Model { version, released_at, first_seen, .. } = release;
    ReleaseOrder { version, released_at: *released_at, first_seen: *first_seen }
}

fn by_incident<T>(pairs: impl IntoIterator<Item = (i64, T)>) -> HashMap<i64, Vec<T>> {
    let mut by_incident: HashMap<i64, Vec<T>> = HashMap::new();
    for (incident_id, item) in pairs {
        by_incident.entry(incident_id).or_default().push(item);
    }
    by_incident
}

fn said(entry: incident_entry::Model, members: &Names) -> TimelineEntry {
    TimelineEntry {
        at: Timestamp(entry.happened_at),
        by: entry.member_id.and_then(|id| members.get(&id).cloned()),
        kind: entry.kind,
        text: entry.text,
    }
}

async fn entries(db: &impl ConnectionTrait, incident_ids: &[i64]) -> Result<Vec<incident_entry::Model>> {
    let select = incident_entry::Entity::find()
        .filter(incident_entry::Column::IncidentId.is_in(incident_ids.iter().copied()))
        .order_by_asc(incident_entry::Column::Id);
    Ok(select.all(db).await?)
}

/// Incident and issue of every link, in the order they were linked.
async fn linked(db: &impl ConnectionTrait, incident_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let select = incident_issue::Entity::find()
        .select_only()
        .columns([incident_issue::Column::IncidentId, incident_issue::Column::IssueId])
        .filter(incident_issue::Column::IncidentId.is_in(incident_ids.iter().copied()))
        .order_by_asc(incident_issue::Column::LinkedAt)
        .order_by_asc(incident_issue::Column::IssueId);
    Ok(select.into_tuple().all(db).await?)
}

/// The releases each issue was seen in.
async fn releases(db: &impl ConnectionTrait, issue_ids: &BTreeSet<i64>) -> Result<HashMap<i64, Vec<release::Model>>> {
    let pairs = issue_release::Entity::find()
        .select_only()
        .columns([issue_release::Column::IssueId, issue_release::Column::ReleaseId])
        .filter(issue_release::Column::IssueId.is_in(issue_ids.iter().copied()));
    let pairs: Vec<(i64, i64)> = pairs.into_tuple().all(db).await?;
    let ids: BTreeSet<i64> = pairs.iter().map(|(_, release_id)| *release_id).collect();
    let found = release::Entity::find().filter(release::Column::Id.is_in(ids)).all(db).await?;
    let found: HashMap<i64, release::Model> = found.into_iter().map(|row| (row.id, row)).collect();
    Ok(by_incident(pairs.into_iter().filter_map(|(issue_id, id)| Some((issue_id, found.get(&id)?.clone())))))
}
