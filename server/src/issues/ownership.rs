//! The ownership rules of a project: in force, as a draft, tried, and whom they leave an issue to.

mod editor;

use std::collections::HashMap;

use fieldfare_app::api::OwnershipSettings;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub use editor::{discard_draft, editor, rehearse, replace, save, settings};

use super::assignment::Assignee;
use crate::error::Result;
use crate::ownership::{Match, Owner, Problem, Rules, Subject};
use crate::store::entities::{member, team};
use crate::store::project_settings;

/// Characters of a condition and of the value it matches that a line of activity holds.
const CHARS_MAX: usize = 200;

/// Rules with the people they name.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    rules: Rules,
    known: HashMap<Owner, Assignee>,
}

/// Whom a new issue is left to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub assignee: Assignee,
    /// The line of activity: `assigned this to #payments, since …`.
    pub what: String,
}

impl Owners {
    /// Makes rules ready. Lines that cannot be read, or name somebody who does not exist, are reported.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(db: &impl ConnectionTrait, text: &str) -> Result<(Self, Vec<Problem>)> {
        let (rules, mut problems) = Rules::parse(text);
        let known = known(db, &rules).await?;
        for rule in rules.iter() {
            let unknown = rule.owners.iter().filter(|owner| !known.contains_key(owner));
            problems.extend(unknown.map(|owner| Problem { line: rule.line, reason: nobody(owner) }));
        }
        problems.sort_by_key(|problem| problem.line);
        Ok((Self { rules, known }, problems))
    }

    /// The rules in force of a project, if new issues are assigned by them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn for_new_issues(db: &impl ConnectionTrait, project_id: i64) -> Result<Self> {
        let settings = stored(db, project_id).await?;
        if !settings.auto_assign || settings.rules.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self::of(db, &settings.rules).await?.0)
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whom something new is left to: the first owner of the last rule that matches.
    pub fn assignment(&self, subject: &Subject<'_>) -> Option<Assignment> {
        let decides = self.rules.deciding(subject)?;
        let assignee = decides.rule.owners.iter().find_map(|owner| self.known.get(owner))?.clone();
        let what = format!("assigned this to {}, since {}", assignee.called(), reason(&decides));
        Some(Assignment { assignee, what })
    }

    /// The owners of the last rule that matches, who exist, and why they are.
    pub(super) fn suggested(&self, subject: &Subject<'_>) -> Vec<(Assignee, String)> {
        let Some(decides) = self.rules.deciding(subject) else { return Vec::new() };
        let owners = decides.rule.owners.iter().filter_map(|owner| self.known.get(owner).cloned());
        owners.map(|owner| (owner, format!("owns it, since {}", reason(&decides)))).collect()
    }
}

/// `path:src/checkout/** in line 4 of the ownership rules matches src/checkout/cart.py`
fn reason(found: &Match<'_>) -> String {
    let (condition, value) = (short(&found.rule.condition), short(&found.value));
    format!("{condition} in line {} of the ownership rules matches {value}", found.rule.line)
}

/// Somebody's words on one line, not too many of them.
fn short(text: &str) -> String {
    let chars = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    let more = text.chars().nth(CHARS_MAX).map(|_| '…');
    chars.take(CHARS_MAX).chain(more).collect()
}

fn nobody(owner: &Owner) -> String {
    match owner {
        Owner::Team(slug) => format!("there is no team #{slug}"),
        Owner::Member(email) => format!("{email} is not the e-mail address of a member"),
    }
}

/// The members and teams that rules name, as far as they exist.
async fn known(db: &impl ConnectionTrait, rules: &Rules) -> Result<HashMap<Owner, Assignee>> {
    let (mut slugs, mut addresses) = (Vec::new(), Vec::new());
    for owner in rules.iter().flat_map(|rule| &rule.owners) {
        match owner {
            Owner::Team(slug) => slugs.push(slug.clone()),
            Owner::Member(email) => addresses.push(email.clone()),
        }
    }
    let mut known = HashMap::new();
    if !slugs.is_empty() {
        let rows = team::Entity::find().filter(team::Column::Slug.is_in(slugs)).all(db).await?;
        known.extend(rows.into_iter().map(|row| (Owner::Team(row.slug.clone()), row.into())));
    }
    if !addresses.is_empty() {
        let rows = member::Entity::find().filter(member::Column::Email.is_in(addresses)).all(db).await?;
        known.extend(rows.into_iter().map(|row| (Owner::Member(row.email.clone()), row.into())));
    }
    Ok(known)
}

async fn stored(db: &impl ConnectionTrait, project_id: i64) -> Result<OwnershipSettings> {
    project_settings::load(db, project_id, OwnershipSettings::CONCERN).await
}
