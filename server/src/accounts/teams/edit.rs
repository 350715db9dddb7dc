//! Making, changing and deleting teams: leads and above do.

use std::collections::BTreeSet;

use fieldfare_app::api::{Role, Team, TeamDraft, Viewer};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    Statement,
};

use crate::error::{Error, Result};
use crate::slug;
use crate::store::entities::{member, project, team, team_member, team_project};
use crate::store::{Tx, changes};

/// Longest name, characters; what fits a list.
const NAME_MAX: usize = 100;
/// What a team is called in addresses when its name has no letters for it.
const FALLBACK_SLUG: &str = "team";

/// Makes a team; its slug comes from its name unless one is given.
///
/// # Errors
/// When the viewer may not, or a field is not acceptable.
pub async fn create(tx: &Tx, now: i64, viewer: &Viewer, draft: &TeamDraft) -> Result<Team> {
    begin(tx, viewer).await?;
    let name = name(&draft.name)?;
    let row = team::ActiveModel {
        id: NotSet,
        organization_id: Set(organization(tx, viewer).await?),
        slug: Set(free_slug(tx, draft, &name, None).await?),
        name: Set(name),
        created_at: Set(now),
    };
    let made = row.insert(tx).await?;
    fill(tx, made.id, draft).await?;
    super::get(tx, viewer, &made.slug).await
}

/// Changes a team, whole: whoever and whatever the draft does not name is no longer in it.
///
/// # Errors
/// When the viewer may not, there is no such team, or a field is not acceptable.
pub async fn save(tx: &Tx, viewer: &Viewer, slug: &str, draft: &TeamDraft) -> Result<Team> {
    begin(tx, viewer).await?;
    let row = super::row(tx, slug).await?;
    let name = name(&draft.name)?;
    let slug = free_slug(tx, draft, &name, Some(&row)).await?;
    let changed = team::ActiveModel { id: Set(row.id), slug: Set(slug.clone()), name: Set(name), ..Default::default() };
    changed.update(tx).await?;
    team_member::Entity::delete_many().filter(team_member::Column::TeamId.eq(row.id)).exec(tx).await?;
    team_project::Entity::delete_many().filter(team_project::Column::TeamId.eq(row.id)).exec(tx).await?;
    fill(tx, row.id, draft).await?;
    super::get(tx, viewer, &slug).await
}

/// Deletes a team. What was left to it is left to nobody, and says so.
///
/// # Errors
/// When the viewer may not, or there is no such team.
pub async fn delete(tx: &Tx, now: i64, viewer: &Viewer, slug: &str) -> Result<()> {
    begin(tx, viewer).await?;
    let row = super::row(tx, slug).await?;
    let what = format!("left this to nobody: the team #{} was deleted", row.slug);
    for (sql, values) in [
        (
            "INSERT INTO activity (issue_id, member_id, happened_at, what) \
             SELECT id, $2, $3, $4 FROM issue WHERE team_id = $1",
            vec![row.id.into(), viewer.member_id.into(), now.into(), what.into()],
        ),
        ("UPDATE issue SET team_id = NULL WHERE team_id = $1", vec![row.id.into()]),
    ] {
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    team::Entity::delete_by_id(row.id).exec(tx).await?;
    Ok(())
}

/// Permission first. The lock keeps the writer of events from leaving an issue to a team that is about to go.
async fn begin(tx: &Tx, viewer: &Viewer) -> Result<()> {
    if !viewer.role.may(Role::Lead) {
        return Err(Error::Forbidden);
    }
    changes::lock(tx).await
}

async fn organization(tx: &Tx, viewer: &Viewer) -> Result<i64> {
    let found = member::Entity::find_by_id(viewer.member_id).one(tx).await?;
    Ok(found.ok_or(Error::Forbidden)?.organization_id)
}

fn name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must be 1 to {NAME_MAX} characters on one line")));
    }
    Ok(name.to_owned())
}

/// The slug that is wished for, if nobody else has it; else the one it has; else one made from the name.
async fn free_slug(tx: &Tx, draft: &TeamDraft, name: &str, before: Option<&team::Model>) -> Result<String> {
    let others = team::Entity::find().all(tx).await?;
    let others: Vec<&str> =
        others.iter().filter(|row| before.is_none_or(|before| before.id != row.id)).map(|row| &*row.slug).collect();
    let is_taken = |slug: &str| others.contains(&slug);
    let wished = draft.slug.trim().trim_start_matches('#').to_lowercase();
    match (wished.as_str(), before) {
        ("", Some(before)) => Ok(before.slug.clone()),
        ("", None) => Ok(slug::first_free(slug::from_name(name, FALLBACK_SLUG), is_taken)),
        (wished, _) if !slug::is_slug(wished) => {
            Err(Error::invalid("slug", "must be lower-case letters, digits and single hyphens, like web-shop"))
        }
        (wished, _) if is_taken(wished) => Err(Error::invalid("slug", format!("another team is called #{wished}"))),
        (wished, _) => Ok(wished.to_owned()),
    }
}

async fn fill(tx: &Tx, team_id: i64, draft: &TeamDraft) -> Result<()> {
    let members = member_ids(tx, &draft.members).await?;
    let rows = members
        .into_iter()
        .map(|member_id| team_member::ActiveModel { team_id: Set(team_id), member_id: Set(member_id) });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        team_member::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    let projects = project_ids(tx, &draft.projects).await?;
    let rows = projects
        .into_iter()
        .map(|project_id| team_project::ActiveModel { team_id: Set(team_id), project_id: Set(project_id) });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        team_project::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn member_ids(tx: &Tx, addresses: &[String]) -> Result<BTreeSet<i64>> {
    let known: Vec<(String, i64)> =
        member::Entity::find().all(tx).await?.into_iter().map(|row| (row.email, row.id)).collect();
    ids("members", "is not the e-mail address of a member", addresses, &known)
}

async fn project_ids(tx: &Tx, slugs: &[String]) -> Result<BTreeSet<i64>> {
    let known: Vec<(String, i64)> =
        project::Entity::find().all(tx).await?.into_iter().map(|row| (row.slug, row.id)).collect();
    ids("projects", "is not the slug of a project", slugs, &known)
}

/// The ids of those that are named; blanks name nothing.
fn ids(field: &str, wrong: &str, named: &[String], known: &[(String, i64)]) -> Result<BTreeSet<i64>> {
    let named = named.iter().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
    named
        .map(|name| {
            let found = known.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
            found.ok_or_else(|| Error::invalid(field, format!("“{name}” {wrong}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids_or_are_refused() {
        let known = [("ada@x.org".to_owned(), 1), ("bo@x.org".to_owned(), 2)];
        let read = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            ids("members", "is unknown", &named, &known)
        };
        assert_eq!(read(&[" ADA@x.org", "ada@x.org", ""]).unwrap(), BTreeSet::from([1]));
        assert!(matches!(read(&["cy@x.org"]), Err(Error::Invalid { field, reason })
            if field == "members" && reason == "“cy@x.org” is unknown"));
        assert!(name(" \n").is_err() && name("a\tb").is_err());
        assert_eq!(name(" Payments ").unwrap(), "Payments");
    }
}
