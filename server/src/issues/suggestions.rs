//! Who should perhaps look at an issue: its owners by the rules, who resolved it or spoke of it before, and who wrote
//! the commits of the release it came with.

use std::collections::{BTreeMap, HashMap};

use fieldfare_app::api::Suggestion;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::assignment::Assignee;
use super::names;
use super::ownership::Owners;
use crate::error::Result;
use crate::ownership::Subject;
use crate::protocol::event::Event;
use crate::protocol::normalise::{self, Arrival};
use crate::store::entities::{activity, comment, event, feedback, issue, member, release_commit};
use crate::store::{payload, project_settings};

/// Suggestions that are shown; more is no help.
const SHOWN_MAX: usize = 5;
/// Authors of commits that are suggested, those of most commits first.
const AUTHORS_MAX: usize = 3;
/// How the line of activity of a resolution begins.
const RESOLVED: &str = "resolved this";

/// Who, with every reason, best first. Whoever has it already is not among them.
pub(super) async fn of(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Vec<Suggestion>> {
    let mut reasons = owners(db, issue).await?;
    reasons.extend(by_members(db, resolvers(db, issue).await?).await?);
    reasons.extend(by_members(db, authors(db, issue).await?).await?);
    reasons.extend(by_members(db, speakers(db, issue).await?).await?);
    let mut suggestions = gathered(reasons, (issue.assignee_id, issue.team_id));
    suggestions.truncate(SHOWN_MAX);
    Ok(suggestions)
}

/// One suggestion for each, in the order of their best reason.
fn gathered(reasons: Vec<(Assignee, String)>, has_it: (Option<i64>, Option<i64>)) -> Vec<Suggestion> {
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (who, reason) in reasons.into_iter().filter(|(who, _)| who.columns() != has_it) {
        match suggestions.iter_mut().find(|known| known.assignee == who.reference()) {
            Some(known) => known.reasons.push(reason),
            None => {
                suggestions.push(Suggestion { assignee: who.reference(), name: who.called(), reasons: vec![reason] });
            }
        }
    }
    suggestions
}

/// By the rules in force, whether or not new issues are assigned by them, as the latest event has it.
async fn owners(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Vec<(Assignee, String)>> {
    use fieldfare_app::api::OwnershipSettings;
    let settings: OwnershipSettings = project_settings::load(db, issue.project_id, OwnershipSettings::CONCERN).await?;
    let (owners, _) = Owners::of(db, &settings.rules).await?;
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let Some((event, url)) = latest(db, issue).await? else { return Ok(Vec::new()) };
    let mut subject = Subject::of_event(&event);
    subject.url = url.as_deref().or(subject.url);
    Ok(owners.suggested(&subject))
}

/// The latest event, or the latest piece of feedback with the page it was written on.
async fn latest(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Option<(Event, Option<String>)>> {
    let (event_id, received_at, packed, url) = if issue.kind == "feedback" {
        let pieces = feedback::Entity::find().filter(feedback::Column::IssueId.eq(issue.id));
        let Some(row) = pieces.order_by_desc(feedback::Column::Id).one(db).await? else { return Ok(None) };
        (row.event_id, row.created_at, row.payload, row.url)
    } else {
        let events = event::Entity::find().filter(event::Column::IssueId.eq(issue.id));
        let newest = events.order_by_desc(event::Column::HappenedAt).order_by_desc(event::Column::EventId);
        let Some(row) = newest.one(db).await? else { return Ok(None) };
        (row.event_id, row.received_at, row.payload, None)
    };
    let arrival = Arrival { event_id, received_at, client_ip: None };
    Ok(Some((normalise::event(payload::unpack(&packed)?, &arrival), url)))
}

type Reasons = Vec<(i64, String)>;

/// Who resolved it before, the latest first.
async fn resolvers(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Reasons> {
    let lines = activity::Entity::find()
        .select_only()
        .column(activity::Column::MemberId)
        .filter(activity::Column::IssueId.eq(issue.id))
        .filter(activity::Column::MemberId.is_not_null())
        .filter(activity::Column::What.starts_with(RESOLVED))
        .group_by(activity::Column::MemberId)
        .order_by_desc(activity::Column::Id.max());
    let members: Vec<i64> = lines.into_tuple().all(db).await?;
    Ok(members.into_iter().map(|id| (id, "resolved it before".to_owned())).collect())
}

/// Who wrote most of the commits of the release it was first seen in, as far as tools told of them.
async fn authors(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Reasons> {
    use release_commit::Column as C;
    let commits = release_commit::Entity::find()
        .select_only()
        .column(C::AuthorEmail)
        .filter(C::ProjectId.eq(issue.project_id))
        .filter(C::ReleaseId.eq(issue.first_release_id))
        .filter(C::AuthorEmail.is_not_null());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for email in commits.into_tuple::<String>().all(db).await? {
        *counts.entry(email.to_lowercase()).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let members = member::Entity::find().filter(member::Column::Email.is_in(counts.keys().cloned())).all(db).await?;
    let version = names::releases(db, [issue.first_release_id]).await?.remove(&issue.first_release_id);
    let mut found: Vec<(u32, i64)> =
        members.into_iter().filter_map(|row| Some((*counts.get(&row.email)?, row.id))).collect();
    found.sort_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
    let version = version.unwrap_or_default();
    let said = |count: u32| match count {
        1 => format!("wrote a commit of {version}"),
        _ => format!("wrote {count} commits of {version}"),
    };
    Ok(found.into_iter().take(AUTHORS_MAX).map(|(count, id)| (id, said(count))).collect())
}

/// Who commented on it, the latest first.
async fn speakers(db: &impl ConnectionTrait, issue: &issue::Model) -> Result<Reasons> {
    let comments = comment::Entity::find()
        .select_only()
        .column(comment::Column::MemberId)
        .filter(comment::Column::IssueId.is_in(names::with_merged(db, issue.id).await?))
        .filter(comment::Column::MemberId.is_not_null())
        .group_by(comment::Column::MemberId)
        .order_by_desc(comment::Column::Id.max());
    let members: Vec<i64> = comments.into_tuple().all(db).await?;
    Ok(members.into_iter().map(|id| (id, "commented on it".to_owned())).collect())
}

/// With the members behind the ids; who is gone is left out.
async fn by_members(db: &impl ConnectionTrait, reasons: Reasons) -> Result<Vec<(Assignee, String)>> {
    if reasons.is_empty() {
        return Ok(Vec::new());
    }
    let ids = reasons.iter().map(|(id, _)| *id);
    let rows = member::Entity::find().filter(member::Column::Id.is_in(ids)).all(db).await?;
    let rows: HashMap<i64, member::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(reasons.into_iter().filter_map(|(id, reason)| Some((rows.get(&id)?.clone().into(), reason))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_suggested_once_with_every_reason() {
        let ada = || Assignee::Member { id: 1, name: "Ada".into(), email: "ada@x.org".into() };
        let bo = || Assignee::Member { id: 2, name: "Bo".into(), email: "bo@x.org".into() };
        let web = || Assignee::Team { id: 1, slug: "web".into() };
        let reasons = vec![
            (web(), "owns it".to_owned()),
            (ada(), "resolved it before".to_owned()),
            (bo(), "commented on it".to_owned()),
            (ada(), "commented on it".to_owned()),
        ];
        let shown = |has_it| {
            let lines = gathered(reasons.clone(), has_it).into_iter();
            lines.map(|it| format!("{} {}: {}", it.assignee, it.name, it.reasons.join(", "))).collect::<Vec<_>>()
        };
        let expected = [
            "#web #web: owns it",
            "ada@x.org Ada: resolved it before, commented on it",
            "bo@x.org Bo: commented on it",
        ];
        assert_eq!(shown((None, None)), expected);
        assert_eq!(shown((Some(1), None)), [expected[0], expected[2]]);
        assert_eq!(shown((None, Some(1))), expected[1..]);
    }
}
