//! What other rules would do to the events that are stored: which issues would be one, and which would be several.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Context;
use fieldfare_app::api::{GroupingPreview, GroupingRules, IssueName, WouldMerge, WouldSplit};
use sea_orm::ConnectionTrait;

use super::sample::{self, Sampled};
use super::settings::ready;
use crate::error::Result;
use crate::grouping::{Hash, Rules, group};
use crate::issues::names::short_id;
use crate::store::entities::project;

/// Merges and splits listed; beyond that the numbers tell.
const LISTED_MAX: usize = 100;

/// Tries other rules on the newest events of every issue seen lately.
///
/// # Errors
/// When the database fails.
pub(super) async fn preview(
    db: &impl ConnectionTrait,
    project: &project::Model,
    current: &GroupingRules,
    draft: &GroupingRules,
) -> Result<GroupingPreview> {
    let (issues, sampled) = sample::newest(db, project.id).await?;
    let (current, draft) = (ready(current).0, ready(draft).0);
    // Up to a second of pure work has no place among tasks that wait for the network.
    let tried = tokio::task::spawn_blocking(move || tried(&sampled, &current, &draft));
    let tried = tried.await.context("grouping stored events")?;
    let effect = effect(&tried);
    let names: HashMap<i64, IssueName> = issues
        .into_iter()
        .map(|issue| (issue.id, IssueName { short_id: short_id(&project.slug, issue.number), title: issue.title }))
        .collect();
    let name = |id: &i64| names.get(id).cloned();
    Ok(GroupingPreview {
        events: tried.len(),
        issues: names.len(),
        regrouped: tried.iter().filter(|one| one.current != one.draft).count(),
        merges: effect
            .merges
            .into_iter()
            .map(|(ids, reason)| WouldMerge { issues: ids.iter().filter_map(name).collect(), reason })
            .collect(),
        splits: effect
            .splits
            .into_iter()
            .filter_map(|(id, into)| Some(WouldSplit { issue: name(&id)?, into }))
            .collect(),
    })
}

/// One stored event under both rules.
#[derive(Clone, Debug)]
struct Tried {
    issue_id: i64,
    current: Hash,
    draft: Hash,
    /// How the draft came to its hash.
    by: String,
}

fn tried(sampled: &[Sampled], current: &Rules, draft: &Rules) -> Vec<Tried> {
    let one = |sampled: &Sampled| {
        let now = group(&sampled.event, current);
        let then = group(&sampled.event, draft);
        Tried { issue_id: sampled.issue_id, current: now.primary, draft: then.primary, by: then.explanation.summary }
    };
    sampled.iter().map(one).collect()
}

/// What a draft would do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Effect {
    merges: Vec<(BTreeSet<i64>, String)>,
    splits: Vec<(i64, Vec<String>)>,
}

/// Issues merge when events of theirs get one hash that at least one of them did not have; an issue splits when events
/// of it that have one hash now get several.
fn effect(tried: &[Tried]) -> Effect {
    let mut effect = Effect { merges: merges(tried), splits: splits(tried) };
    effect.merges.truncate(LISTED_MAX);
    effect.splits.truncate(LISTED_MAX);
    effect
}

fn merges(tried: &[Tried]) -> Vec<(BTreeSet<i64>, String)> {
    let mut by_draft: BTreeMap<Hash, (BTreeSet<i64>, bool, &str)> = BTreeMap::new();
    for one in tried {
        let (issues, changes, _) = by_draft.entry(one.draft).or_insert((BTreeSet::new(), false, &one.by));
        issues.insert(one.issue_id);
        *changes |= one.current != one.draft;
    }
    let mut merges: Vec<(BTreeSet<i64>, String)> = Vec::new();
    for (issues, changes, by) in by_draft.into_values() {
        if !changes || issues.len() < 2 {
            continue;
        }
        // Two hashes that share an issue make one merge of all.
        let (touching, mut apart): (Vec<_>, Vec<_>) =
            merges.into_iter().partition(|(other, _)| !other.is_disjoint(&issues));
        let reason = touching.first().map_or_else(|| by.to_owned(), |(_, reason)| reason.clone());
        let all = touching.into_iter().fold(issues, |mut all, (other, _)| {
            all.extend(other);
            all
        });
        apart.push((all, reason));
        merges = apart;
    }
    merges.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    merges
}

fn splits(tried: &[Tried]) -> Vec<(i64, Vec<String>)> {
    let mut by_current: BTreeMap<(i64, Hash), BTreeMap<Hash, &str>> = BTreeMap::new();
    for one in tried {
        by_current.entry((one.issue_id, one.current)).or_default().insert(one.draft, &one.by);
    }
    let mut splits: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for ((issue_id, _), drafts) in by_current {
        if drafts.len() > 1 {
            splits.entry(issue_id).or_default().extend(drafts.into_values().map(str::to_owned));
        }
    }
    splits.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tried(issue_id: i64, current: u128, draft: u128) -> Tried {
        let hash = |number| Hash::from(Uuid::from_u128(number));
        Tried { issue_id, current: hash(current), draft: hash(draft), by: format!("rule {draft}") }
    }

    fn merged(of: &[(i64, u128, u128)]) -> Vec<Vec<i64>> {
        let tried: Vec<Tried> = of.iter().map(|(issue, current, draft)| tried(*issue, *current, *draft)).collect();
        effect(&tried).merges.into_iter().map(|(issues, _)| issues.into_iter().collect()).collect()
    }

    fn split(of: &[(i64, u128, u128)]) -> Vec<(i64, usize)> {
        let tried: Vec<Tried> = of.iter().map(|(issue, current, draft)| tried(*issue, *current, *draft)).collect();
        effect(&tried).splits.into_iter().map(|(issue, into)| (issue, into.len())).collect()
    }

    #[test]
    fn issues_merge_when_a_draft_gives_them_one_hash() {
        for (of, expected) in [
            (&[(1, 1, 1), (2, 2, 2)][..], &[][..]),
            (&[(1, 1, 9), (2, 2, 9)], &[&[1, 2][..]]),
            (&[(1, 1, 1), (2, 2, 1)], &[&[1, 2]]),
            // Split off by hand: the hash is theirs already, the draft has no part in it.
            (&[(1, 1, 1), (2, 1, 1)], &[]),
            (&[(1, 1, 9), (2, 2, 9), (2, 3, 8), (3, 4, 8)], &[&[1, 2, 3]]),
            (&[(1, 1, 9), (2, 2, 9), (3, 3, 8), (4, 4, 8), (5, 5, 8)], &[&[3, 4, 5], &[1, 2]]),
            (&[(1, 1, 9), (1, 2, 9)], &[]),
        ] {
            assert_eq!(merged(of), expected, "{of:?}");
        }
    }

    #[test]
    fn an_issue_splits_when_one_hash_becomes_several() {
        for (of, expected) in [
            (&[(1, 1, 8), (1, 1, 9)][..], &[(1, 2)][..]),
            (&[(1, 1, 1), (1, 1, 9), (1, 1, 8)], &[(1, 3)]),
            // Two hashes before, two after.
            (&[(1, 1, 8), (1, 2, 9)], &[]),
            (&[(1, 1, 8), (1, 1, 8)], &[]),
        ] {
            assert_eq!(split(of), expected, "{of:?}");
        }
    }

    #[test]
    fn each_merge_says_by_what() {
        assert_eq!(effect(&[tried(1, 1, 9), tried(2, 2, 9)]).merges[0].1, "rule 9");
        assert_eq!(effect(&[tried(1, 1, 8), tried(1, 1, 9)]).splits[0].1, ["rule 8", "rule 9"]);
    }
}
