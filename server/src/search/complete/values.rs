//! Values that could stand behind a key.

use fieldfare_app::api::{Completion, IssueKind, Level, Priority, QUERY_KEYS, query_value};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{SUGGESTIONS_MAX, Scope, fits, seen, suggestion};
use crate::error::Result;
use crate::search::query::Is;
use crate::search::tables::like;
use crate::store::entities::{environment, incident, member, project, release, team};

/// Signs of comparison, which stay before whatever is suggested.
const SIGNS: [&str; 5] = [">=", "<=", ">", "<", "="];
/// Rows of one look; those that repeat or do not fit are left out of them.
const ROWS_MAX: u64 = 100;

/// States that their word alone does not explain.
const STATES: [(&str, &str); 10] = [
    ("unresolved", "still open"),
    ("resolved", "settled until it comes back"),
    ("archived", "put aside"),
    ("answered", "feedback whose writers were answered"),
    ("new", "first seen within the last week"),
    ("ongoing", "known for longer"),
    ("escalating", "much more often than it used to be"),
    ("regressed", "came back after it was resolved"),
    ("unassigned", "assigned to nobody"),
    ("linked", "linked to an incident"),
];
/// What may be there besides tags.
const THERE: [(&str, &str); 8] = [
    ("feedback", "somebody wrote about it"),
    ("screenshot", "a picture came with it"),
    ("attachment", "a file came with it"),
    ("stacktrace", "it says where it happened"),
    ("user", "it says who was hit"),
    ("release", "it says in which release"),
    ("environment", "it says in which environment"),
    ("error", "feedback about an error"),
];
const PEOPLE: [(&str, &str); 4] =
    [("me", "you"), ("my_teams", "one of your teams"), ("nobody", "not assigned"), ("anybody", "assigned to somebody")];
const TIMES: [(&str, &str); 6] = [
    ("-24h", "in the last 24 hours"),
    ("-7d", "in the last 7 days"),
    ("-30d", "in the last 30 days"),
    ("+30d", "more than 30 days ago"),
    ("today", "since midnight UTC"),
    ("yesterday", "the day before, UTC"),
];

/// Values of a tag that were seen.
pub(super) async fn of_tag<C: ConnectionTrait>(
    scope: &Scope<'_, C>,
    key: &str,
    begun: &str,
) -> Result<Vec<Completion>> {
    let values = seen::tag_values(scope, key, begun).await?;
    Ok(values.into_iter().map(|value| suggestion(query_value(&value), "")).collect())
}

pub(super) async fn suggestions<C: ConnectionTrait>(
    scope: &Scope<'_, C>,
    key: &str,
    begun: &str,
) -> Result<Vec<Completion>> {
    let known = |words: &[(&str, &str)]| words.iter().map(|(text, meaning)| suggestion(*text, *meaning)).collect();
    let found: Vec<Completion> = match key {
        "is" => Is::all().map(|is| suggestion(is.as_str(), meaning(&STATES, is.as_str()))).collect(),
        "kind" => IssueKind::ALL.iter().map(|kind| suggestion(kind.as_str(), "")).collect(),
        "level" => Level::ALL.iter().rev().map(|level| suggestion(level.as_str(), "")).collect(),
        "priority" => Priority::ALL.iter().rev().map(|priority| suggestion(priority.as_str(), "")).collect(),
        "first_seen" | "last_seen" | "regressed" => known(&TIMES),
        "release" | "first_release" | "last_release" | "regressed_in" => return releases(scope, begun).await,
        "environment" => environments(scope).await?,
        "project" => projects(scope).await?,
        "assigned" => members(scope, known(&PEOPLE)).await?,
        "linked" => incidents(scope, known(&[("incident", "to any incident")])).await?,
        "has" => {
            let mut there: Vec<Completion> = known(&THERE);
            there.extend(
                seen::tag_keys(scope, begun).await?.into_iter().map(|key| suggestion(query_value(&key), "a tag")),
            );
            there
        }
        other => examples(other),
    };
    let begun = begun.trim_start_matches('#');
    Ok(found
        .into_iter()
        .filter(|found| fits(found.text.trim_matches(['"', '#', '-', '+']), begun) || fits(&found.meaning, begun))
        .collect())
}

fn meaning(words: &[(&'static str, &'static str)], word: &str) -> &'static str {
    words.iter().find(|(known, _)| *known == word).map_or("", |(_, meaning)| meaning)
}

/// Values that nothing can be looked up for are shown by example.
fn examples(key: &str) -> Vec<Completion> {
    let of_key = QUERY_KEYS.iter().filter(|known| known.name == key).flat_map(|known| known.examples);
    let values = of_key.filter_map(|example| example.strip_prefix(key)?.strip_prefix(':'));
    values.map(|value| suggestion(value, "for example")).collect()
}

async fn releases<C: ConnectionTrait>(scope: &Scope<'_, C>, begun: &str) -> Result<Vec<Completion>> {
    let sign = SIGNS.into_iter().find(|sign| begun.starts_with(sign)).unwrap_or_default();
    let begun = begun[sign.len()..].trim();
    let of_project = scope.project_id.map(|id| release::Column::ProjectId.eq(id));
    let named = like(release::Column::Version, &format!("*{}*", begun.replace('*', "")));
    let versions: Vec<String> = release::Entity::find()
        .select_only()
        .column(release::Column::Version)
        .filter(Condition::all().add_option(of_project).add(named).add(release::Column::ArchivedAt.is_null()))
        .order_by_desc(release::Column::FirstSeen)
        .order_by_desc(release::Column::Id)
        .limit(ROWS_MAX)
        .into_tuple()
        .all(scope.db)
        .await?;
    let mut texts: Vec<String> = Vec::new();
    for version in versions {
        let text = query_value(&format!("{sign}{version}"));
        if texts.len() < SUGGESTIONS_MAX && !texts.contains(&text) {
            texts.push(text);
        }
    }
    let latest = (sign.is_empty() && "latest".starts_with(&begun.to_lowercase()))
        .then(|| suggestion("latest", "the latest release of each project"));
    Ok(latest.into_iter().chain(texts.into_iter().map(|text| suggestion(text, ""))).collect())
}

async fn environments<C: ConnectionTrait>(scope: &Scope<'_, C>) -> Result<Vec<Completion>> {
    let of_project = scope.project_id.map(|id| environment::Column::ProjectId.eq(id));
    let names: Vec<String> = environment::Entity::find()
        .select_only()
        .column(environment::Column::Name)
        .distinct()
        .filter(Condition::all().add_option(of_project))
        .order_by_asc(environment::Column::Name)
        .limit(ROWS_MAX)
        .into_tuple()
        .all(scope.db)
        .await?;
    Ok(names.into_iter().map(|name| suggestion(query_value(&name), "")).collect())
}

async fn projects<C: ConnectionTrait>(scope: &Scope<'_, C>) -> Result<Vec<Completion>> {
    let rows = project::Entity::find().order_by_asc(project::Column::Slug).limit(ROWS_MAX).all(scope.db).await?;
    Ok(rows.into_iter().map(|row| suggestion(query_value(&row.slug), row.name)).collect())
}

async fn members<C: ConnectionTrait>(scope: &Scope<'_, C>, mut found: Vec<Completion>) -> Result<Vec<Completion>> {
    let rows = member::Entity::find().order_by_asc(member::Column::Name).limit(ROWS_MAX).all(scope.db).await?;
    found.extend(rows.into_iter().map(|row| suggestion(query_value(&row.email), row.name)));
    let teams = team::Entity::find().order_by_asc(team::Column::Slug).limit(ROWS_MAX).all(scope.db).await?;
    found.extend(teams.into_iter().map(|row| suggestion(query_value(&format!("#{}", row.slug)), row.name)));
    Ok(found)
}

async fn incidents<C: ConnectionTrait>(scope: &Scope<'_, C>, mut found: Vec<Completion>) -> Result<Vec<Completion>> {
    let rows = incident::Entity::find().order_by_desc(incident::Column::Number).limit(ROWS_MAX).all(scope.db).await?;
    found.extend(rows.into_iter().map(|row| suggestion(format!("#{}", row.number), row.title)));
    Ok(found)
}
