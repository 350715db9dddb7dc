//! The labelled corpus of grouping, and how well the algorithm finds its groups.

mod expand;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::Context;
use fieldfare::grouping::{Grouping, Hash, Rules, group};
use fieldfare::protocol::event::Event;
use fieldfare::protocol::normalise::{self, Arrival};
use serde::Serialize;
use uuid::Uuid;

/// One event and the group it truly belongs to.
#[derive(Debug)]
pub struct Labelled {
    /// The file; each is a project of its own.
    pub project: String,
    pub group: String,
    pub event: Event,
}

/// How well the algorithm does, over all pairs of events.
#[derive(Debug, Serialize)]
pub struct Quality {
    pub events: usize,
    pub groups: usize,
    pub platforms: usize,
    pub issues: usize,
    /// Of the pairs put together, how many belong together.
    pub precision: f64,
    /// Of the pairs that belong together, how many were put together.
    pub recall: f64,
    /// Groups that came out as several issues, with how many.
    pub split: BTreeMap<String, usize>,
    /// Groups that share an issue and should not.
    pub merged: BTreeSet<Vec<String>>,
}

/// Every event of the corpus, in a fixed order.
///
/// # Errors
/// When a file cannot be read or is not as its README says.
pub fn load() -> anyhow::Result<Vec<Labelled>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/grouping");
    let files = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<PathBuf>>>()?;
    let mut files: Vec<PathBuf> =
        files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    files.sort();
    let mut labelled = Vec::new();
    for file in files {
        let platform = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let text = std::fs::read_to_string(&file)?;
        for (at, line) in text.lines().enumerate() {
            let line = expand::line(line, &platform).with_context(|| format!("{} line {}", file.display(), at + 1))?;
            labelled.extend(line.payloads.into_iter().map(|payload| {
                let arrival = Arrival { event_id: Uuid::nil(), received_at: 1_700_000_000_000, client_ip: None };
                Labelled {
                    project: platform.clone(),
                    group: line.group.clone(),
                    event: normalise::event(payload, &arrival),
                }
            }));
        }
    }
    Ok(labelled)
}

/// Measures rules over the corpus.
pub fn measure(labelled: &[Labelled], rules: &Rules) -> Quality {
    let issues = place(labelled.iter().map(|one| (one.project.as_str(), group(&one.event, rules))));
    let pairs =
        |counts: &HashMap<(usize, &str), usize>| counts.values().map(|count| count * (count - 1) / 2).sum::<usize>();
    let (mut both, mut by_issue, mut by_group) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (one, issue) in labelled.iter().zip(&issues) {
        *both.entry((*issue, one.group.as_str())).or_insert(0) += 1;
        *by_issue.entry((*issue, "")).or_insert(0) += 1;
        *by_group.entry((0, one.group.as_str())).or_insert(0) += 1;
    }
    let right = pairs(&both) as f64;
    let mut issues_of: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut groups_in: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (one, issue) in labelled.iter().zip(&issues) {
        issues_of.entry(one.group.clone()).or_default().insert(*issue);
        groups_in.entry(*issue).or_default().insert(one.group.clone());
    }
    Quality {
        events: labelled.len(),
        groups: by_group.len(),
        platforms: labelled.iter().map(|one| one.event.platform.as_str()).collect::<BTreeSet<_>>().len(),
        issues: groups_in.len(),
        precision: right / pairs(&by_issue) as f64,
        recall: right / pairs(&by_group) as f64,
        split: issues_of.into_iter().map(|(group, of)| (group, of.len())).filter(|(_, of)| *of > 1).collect(),
        merged: groups_in.into_values().filter(|of| of.len() > 1).map(|of| of.into_iter().collect()).collect(),
    }
}

/// The issue of each event, as ingestion finds it: by its primary key, else by its system key.
fn place<'a>(groupings: impl Iterator<Item = (&'a str, Grouping)>) -> Vec<usize> {
    let mut known: HashMap<(&str, Hash), usize> = HashMap::new();
    let mut issues = 0;
    let place = |(project, grouping): (&'a str, Grouping)| {
        let keys = std::iter::once(grouping.primary).chain(grouping.system).map(|key| (project, key));
        let keys: Vec<(&str, Hash)> = keys.collect();
        let found = keys.iter().find_map(|key| known.get(key).copied());
        let issue = found.unwrap_or(issues);
        issues = issues.max(issue + 1);
        // Of an issue that is known, an event brings its primary key only.
        let new = if found.is_some() { &keys[..1] } else { &keys[..] };
        for key in new {
            known.entry(*key).or_insert(issue);
        }
        issue
    };
    groupings.map(place).collect()
}
