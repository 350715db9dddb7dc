//! The editor of a project's grouping: what is in force, what a draft would do, and saving it.

use fieldfare_app::api::{
    FamilyChoice, FormerRules, GroupingDraft, GroupingEditor, GroupingRules, GroupingSettings, Role, RuleProblem,
    Timestamp, Viewer,
};
use sea_orm::ConnectionTrait;

use super::preview;
use super::settings::{CONCERN, ready, stored};
use crate::clock::DAY_MS;
use crate::error::{Error, Result};
use crate::grouping::{Family, Version};
use crate::issues::{names, require};
use crate::store::project_settings;

/// How long issues known by the rules before the present ones continue under these: a monthly job has run once.
const FORMER_FOR_MS: i64 = 30 * DAY_MS;
/// Largest text of rules, bytes; as a draft it stands in an address, which holds four times as much.
const RULES_BYTES_MAX: usize = 16_000;

/// The rules in force, or a draft with what it would do to the events that are stored.
///
/// # Errors
/// [`Error::NotFound`] for an unknown project, [`Error::Invalid`] for a draft that is too long.
pub async fn editor(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    draft: Option<GroupingDraft>,
) -> Result<GroupingEditor> {
    let project = names::project(db, slug).await?;
    let stored = stored(db, project.id).await?;
    let rules = match &draft {
        Some(draft) => read(draft)?,
        None => stored.rules.clone(),
    };
    let preview = match draft {
        Some(_) => Some(preview::preview(db, &project, &stored.rules, &rules).await?),
        None => None,
    };
    let (_, problems) = ready(&rules);
    Ok(GroupingEditor {
        name: project.name,
        may_change: viewer.role.may(Role::Lead),
        problems: problems
            .into_iter()
            .map(|problem| RuleProblem { line: problem.line, reason: problem.reason })
            .collect(),
        families: families(&rules),
        algorithms: Version::ALL.iter().rev().map(|version| version.name().to_owned()).collect(),
        former_until: stored.former.map(|former| former.until).filter(|until| until.0 > now),
        preview,
        rules,
    })
}

/// Puts a draft in force. With `continues`, an issue known by a key of the rules before goes on under the new ones.
///
/// # Errors
/// [`Error::Forbidden`] below lead, [`Error::Invalid`] when a line cannot be read.
pub async fn save(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    (draft, continues): (&GroupingDraft, bool),
) -> Result<i64> {
    require(viewer, Role::Lead)?;
    let project = names::project(db, slug).await?;
    let rules = read(draft)?;
    if let Some(problem) = ready(&rules).1.first() {
        return Err(Error::invalid("rules", format!("line {}: {}", problem.line, problem.reason)));
    }
    let before = stored(db, project.id).await?;
    let settings = succeed(before, rules, now, continues);
    project_settings::save(db, now, project.id, CONCERN, &settings).await?;
    Ok(project.id)
}

fn succeed(before: GroupingSettings, rules: GroupingRules, now: i64, continues: bool) -> GroupingSettings {
    if rules == before.rules {
        return GroupingSettings { former: before.former.filter(|_| continues), rules };
    }
    let until = Timestamp(now + FORMER_FOR_MS);
    let former = continues.then_some(FormerRules { rules: before.rules, until });
    GroupingSettings { rules, former }
}

fn read(draft: &GroupingDraft) -> Result<GroupingRules> {
    if draft.rules.len() > RULES_BYTES_MAX {
        return Err(Error::invalid("rules", format!("are longer than {RULES_BYTES_MAX} bytes")));
    }
    let Some(version) = Version::named(&draft.algorithm) else {
        return Err(Error::invalid("algorithm", format!("there is no version {}", draft.algorithm)));
    };
    let on = |family: &Family| draft.families.split(',').any(|name| name.trim() == family.name());
    Ok(GroupingRules {
        // Browsers send the line breaks of forms in their own way.
        rules: draft.rules.replace("\r\n", "\n").trim_end().to_owned(),
        families_off: Family::ALL.iter().filter(|family| !on(family)).map(|family| family.name().to_owned()).collect(),
        algorithm: version.name().to_owned(),
    })
}

fn families(rules: &GroupingRules) -> Vec<FamilyChoice> {
    let choice = |family: &Family| FamilyChoice {
        name: family.name().to_owned(),
        label: family.label().to_owned(),
        on: !rules.families_off.iter().any(|name| name == family.name()),
    };
    Family::ALL.iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> GroupingRules {
        GroupingRules { rules: text.to_owned(), ..GroupingRules::default() }
    }

    #[test]
    fn the_rules_before_are_remembered_for_a_while_unless_asked_not_to() {
        let before = GroupingSettings { rules: rules("a"), former: None };
        let changed = succeed(before.clone(), rules("b"), 5, true);
        assert_eq!(changed.former, Some(FormerRules { rules: rules("a"), until: Timestamp(5 + FORMER_FOR_MS) }));
        assert_eq!(succeed(before, rules("b"), 5, false).former, None);
        let again = succeed(changed.clone(), rules("b"), 9, true);
        assert_eq!(again, changed, "saving the same again changes nothing");
        assert_eq!(succeed(changed, rules("b"), 9, false).former, None);
    }
}
