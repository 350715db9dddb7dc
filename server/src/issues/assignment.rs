//! To whom an issue is left: a member, a team, or nobody.

use std::collections::BTreeSet;

use fieldfare_app::api::{TeamName, Viewer};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::following::{self, Reason};
use super::state;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entities::{issue, member, team, team_member, team_project};

/// Somebody an issue can be left to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    Member { id: i64, name: String, email: String },
    Team { id: i64, slug: String },
}

impl Assignee {
    /// The columns `assignee_id` and `team_id`, of which one at most is filled.
    pub fn columns(&self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Member { id, .. } => (Some(*id), None),
            Self::Team { id, .. } => (None, Some(*id)),
        }
    }

    /// As activity names them: `Ada`, `#payments`.
    pub fn called(&self) -> String {
        match self {
            Self::Member { name, .. } => name.clone(),
            Self::Team { slug, .. } => format!("#{slug}"),
        }
    }

    /// As the API names them: `ada@example.org`, `#payments`.
    pub fn reference(&self) -> String {
        match self {
            Self::Member { email, .. } => email.clone(),
            Self::Team { slug, .. } => format!("#{slug}"),
        }
    }
}

impl From<member::Model> for Assignee {
    fn from(row: member::Model) -> Self {
        Self::Member { id: row.id, name: row.name, email: row.email }
    }
}

impl From<team::Model> for Assignee {
    fn from(row: team::Model) -> Self {
        Self::Team { id: row.id, slug: row.slug }
    }
}

/// Whom a field names: an e-mail address, `me` or `#team`; nobody when it is empty.
///
/// # Errors
/// [`Error::Invalid`] when there is no such member or team.
pub async fn find(db: &impl ConnectionTrait, viewer: &Viewer, assignee: &str) -> Result<Option<Assignee>> {
    let assignee = assignee.trim().to_lowercase();
    if let Some(slug) = assignee.strip_prefix('#') {
        let found = team::Entity::find().filter(team::Column::Slug.eq(slug)).one(db).await?;
        let missing = || Error::invalid("assignee", format!("there is no team #{slug}"));
        return found.map(|row| Some(row.into())).ok_or_else(missing);
    }
    let email = match &*assignee {
        "" => return Ok(None),
        "me" => &viewer.email,
        email => email,
    };
    let found = member::Entity::find().filter(member::Column::Email.eq(email)).one(db).await?;
    found.map(|row| Some(row.into())).ok_or_else(|| Error::invalid("assignee", "is not the e-mail address of a member"))
}

/// Leaves an issue to somebody and says so in its activity, unless it was theirs already.
pub(super) async fn assign(tx: &Tx, now: i64, viewer: &Viewer, issue: &issue::Model, assignee: &str) -> Result<()> {
    let assignee = find(tx, viewer, assignee).await?;
    let (assignee_id, team_id) = assignee.as_ref().map(Assignee::columns).unwrap_or_default();
    if (assignee_id, team_id) == (issue.assignee_id, issue.team_id) {
        return Ok(());
    }
    let changed = issue::ActiveModel {
        id: Set(issue.id),
        assignee_id: Set(assignee_id),
        team_id: Set(team_id),
        ..Default::default()
    };
    changed.update(tx).await?;
    if let Some(assignee) = &assignee {
        following::follow(tx, now, issue.id, &people(tx, assignee).await?, Reason::Assigned).await?;
    }
    let what = match &assignee {
        Some(Assignee::Member { id, .. }) if *id == viewer.member_id => "took this".to_owned(),
        Some(assignee) => format!("assigned this to {}", assignee.called()),
        None => "left this to nobody".to_owned(),
    };
    state::note(tx, now, &[(issue.id, Some(viewer.member_id), what)]).await
}

/// The members an assignment concerns: the one, or all of the team.
///
/// # Errors
/// When the database fails.
pub async fn people(db: &impl ConnectionTrait, assignee: &Assignee) -> Result<BTreeSet<i64>> {
    match assignee {
        Assignee::Member { id, .. } => Ok(BTreeSet::from([*id])),
        Assignee::Team { id, .. } => team_members(db, [*id]).await,
    }
}

/// The members of teams.
pub(super) async fn team_members(
    db: &impl ConnectionTrait,
    teams: impl IntoIterator<Item = i64>,
) -> Result<BTreeSet<i64>> {
    let rows = team_member::Entity::find().filter(team_member::Column::TeamId.is_in(teams)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.member_id).collect())
}

/// The teams an issue can be left to, those of its project first.
///
/// # Errors
/// When the database fails.
pub async fn teams(db: &impl ConnectionTrait, project_id: Option<i64>) -> Result<Vec<TeamName>> {
    let rows = team::Entity::find().order_by_asc(team::Column::Name).order_by_asc(team::Column::Id).all(db).await?;
    let of_project = team_project::Entity::find()
        .select_only()
        .column(team_project::Column::TeamId)
        .filter(team_project::Column::ProjectId.eq(project_id));
    let of_project: BTreeSet<i64> = of_project.into_tuple::<i64>().all(db).await?.into_iter().collect();
    let mut names: Vec<TeamName> = rows
        .into_iter()
        .map(|row| TeamName { of_project: of_project.contains(&row.id), slug: row.slug, name: row.name })
        .collect();
    names.sort_by_key(|team| !team.of_project);
    Ok(names)
}
