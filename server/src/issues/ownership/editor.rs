//! The editor of a project's ownership rules: what is in force, what waits to be mended, and what matches something.

use fieldfare_app::api::{
    OwnershipDraft, OwnershipEditor, OwnershipMatch, OwnershipSettings, OwnershipTrial, Role, RuleProblem, Timestamp,
    Viewer,
};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{Owners, stored};
use crate::error::{Error, Result};
use crate::issues::{assignment, names, require};
use crate::ownership::{Problem, Sample, Subject};
use crate::protocol::normalise::{self, Arrival};
use crate::store::entities::{event, project};
use crate::store::{payload, project_settings};

/// Largest text of rules, bytes: all of the lines that are read, and as much again for comments.
const RULES_BYTES_MAX: usize = 512 * 1024;

/// The rules in force, or the draft that waits, with what `subject` matches.
///
/// # Errors
/// [`Error::NotFound`] for an unknown project.
pub async fn editor(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str, subject: &str) -> Result<OwnershipEditor> {
    let project = names::project(db, slug).await?;
    let OwnershipSettings { rules, auto_assign, draft } = stored(db, project.id).await?;
    let drafted = draft.as_ref().map(|draft| (draft.by.clone(), draft.at));
    let (rules, auto_assign) = draft.map_or((rules, auto_assign), |draft| (draft.rules, draft.auto_assign));
    let (owners, problems) = Owners::of(db, &rules).await?;
    let sample = Sample::read(subject);
    let trial = match sample == Sample::default() {
        true => None,
        false => Some(attempt(db, &project, &owners, &sample).await.or_else(said)?),
    };
    Ok(OwnershipEditor {
        may_change: viewer.role.may(Role::Lead),
        problems: problems.into_iter().map(problem).collect(),
        teams: assignment::teams(db, Some(project.id)).await?,
        name: project.name,
        rules,
        auto_assign,
        drafted,
        trial,
    })
}

/// The rules in force.
///
/// # Errors
/// [`Error::NotFound`] for an unknown project.
pub async fn settings(db: &impl ConnectionTrait, _viewer: &Viewer, slug: &str) -> Result<OwnershipSettings> {
    let project = names::project(db, slug).await?;
    stored(db, project.id).await
}

/// Puts rules in force if every line can be read, and keeps them as a draft if not. Answers the project's id.
///
/// # Errors
/// [`Error::Forbidden`] below lead, [`Error::NotFound`] for an unknown project, [`Error::Invalid`] when the text is far
/// too long.
pub async fn save(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    (rules, auto_assign): (&str, bool),
) -> Result<i64> {
    let (project, rules) = begin(db, viewer, slug, rules).await?;
    let (_, problems) = Owners::of(db, &rules).await?;
    let settings = if problems.is_empty() {
        OwnershipSettings { rules, auto_assign, draft: None }
    } else {
        let draft = OwnershipDraft { rules, auto_assign, by: viewer.name.clone(), at: Timestamp(now) };
        OwnershipSettings { draft: Some(draft), ..stored(db, project.id).await? }
    };
    project_settings::save(db, now, project.id, OwnershipSettings::CONCERN, &settings).await?;
    Ok(project.id)
}

/// Puts rules in force, or changes nothing where a line cannot be read. Answers the project's id.
///
/// # Errors
/// As [`save`], and [`Error::Invalid`] when a line cannot be read; says which and why.
pub async fn replace(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    (rules, auto_assign): (&str, bool),
) -> Result<i64> {
    let (project, rules) = begin(db, viewer, slug, rules).await?;
    let (_, problems) = Owners::of(db, &rules).await?;
    if !problems.is_empty() {
        let problems = problems.iter().map(|problem| format!("line {}: {}", problem.line, problem.reason));
        return Err(Error::invalid("rules", problems.collect::<Vec<_>>().join("; ")));
    }
    let settings = OwnershipSettings { rules, auto_assign, draft: None };
    project_settings::save(db, now, project.id, OwnershipSettings::CONCERN, &settings).await?;
    Ok(project.id)
}

/// Forgets the draft.
///
/// # Errors
/// [`Error::Forbidden`] below lead, [`Error::NotFound`] for an unknown project.
pub async fn discard_draft(db: &impl ConnectionTrait, now: i64, viewer: &Viewer, slug: &str) -> Result<()> {
    require(viewer, Role::Lead)?;
    let project = names::project(db, slug).await?;
    let settings = OwnershipSettings { draft: None, ..stored(db, project.id).await? };
    project_settings::save(db, now, project.id, OwnershipSettings::CONCERN, &settings).await
}

/// Which rules match something: those in force, or others.
///
/// # Errors
/// [`Error::NotFound`] for an unknown project, [`Error::Invalid`] for an event that is not one of its.
pub async fn rehearse(
    db: &impl ConnectionTrait,
    _viewer: &Viewer,
    slug: &str,
    (sample, rules): (&Sample, Option<&str>),
) -> Result<OwnershipTrial> {
    let project = names::project(db, slug).await?;
    let rules = match rules {
        Some(rules) => text(rules)?,
        None => stored(db, project.id).await?.rules,
    };
    let (owners, _) = Owners::of(db, &rules).await?;
    attempt(db, &project, &owners, sample).await
}

async fn begin(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    rules: &str,
) -> Result<(project::Model, String)> {
    require(viewer, Role::Lead)?;
    Ok((names::project(db, slug).await?, text(rules)?))
}

/// The text with lines that end as lines do; browsers send them in their own way.
fn text(rules: &str) -> Result<String> {
    if rules.len() > RULES_BYTES_MAX {
        return Err(Error::invalid("rules", format!("are longer than {} kB", RULES_BYTES_MAX / 1024)));
    }
    Ok(rules.replace("\r\n", "\n").replace('\0', "").trim_end().to_owned())
}

async fn attempt(
    db: &impl ConnectionTrait,
    project: &project::Model,
    owners: &Owners,
    sample: &Sample,
) -> Result<OwnershipTrial> {
    let Some(event_id) = sample.event_id else { return Ok(tried(owners, &sample.subject())) };
    let found = event::Entity::find_by_id((project.id, event_id)).one(db).await?;
    let Some(row) = found else {
        return Err(Error::invalid("event_id", "that is not the id of an event of this project"));
    };
    let arrival = Arrival { event_id, received_at: row.received_at, client_ip: None };
    let event = normalise::event(payload::unpack(&row.payload)?, &arrival);
    Ok(tried(owners, &Subject::of_event(&event)))
}

/// What was typed wrongly is said where it was typed; the rest of the page stays.
fn said(error: Error) -> Result<OwnershipTrial> {
    match error {
        Error::Invalid { reason, .. } => Ok(OwnershipTrial { problem: Some(reason), ..OwnershipTrial::default() }),
        other => Err(other),
    }
}

fn tried(owners: &Owners, subject: &Subject<'_>) -> OwnershipTrial {
    let matches = owners.rules.matching(subject);
    let last = matches.last().map(|found| found.rule.line);
    let assignment = owners.assignment(subject);
    OwnershipTrial {
        subject: subject.pairs(),
        matches: matches
            .into_iter()
            .map(|found| OwnershipMatch {
                line: found.rule.line,
                condition: found.rule.condition.clone(),
                owners: found.rule.owners.iter().map(ToString::to_string).collect(),
                decides: last == Some(found.rule.line),
                value: found.value,
            })
            .collect(),
        assignee: assignment.map(|found| found.assignee.reference()),
        problem: None,
    }
}

fn problem(problem: Problem) -> RuleProblem {
    RuleProblem { line: problem.line, reason: problem.reason }
}
