//! How a project groups its events, and what a change of that would do.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Event, Timestamp};

/// What a project decided about grouping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GroupingRules {
    /// One rule a line.
    pub rules: String,
    /// Names of the built-in families that are switched off.
    pub families_off: Vec<String>,
    /// A version of the algorithm; empty means the first.
    pub algorithm: String,
}

/// The stored setting: the rules in force and those before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupingSettings {
    pub rules: GroupingRules,
    pub former: Option<FormerRules>,
}

/// Rules that were replaced. Until then, an issue known by the keys they make continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerRules {
    pub rules: GroupingRules,
    pub until: Timestamp,
}

/// A line of the rules that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

/// A built-in family of errors that are one problem whatever their stacks say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyChoice {
    pub name: String,
    pub label: String,
    pub on: bool,
}

/// An issue by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IssueName {
    pub short_id: String,
    pub title: String,
}

/// Issues that a change would make one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldMerge {
    pub issues: Vec<IssueName>,
    pub reason: String,
}

/// An issue that a change would make several, if its events were new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldSplit {
    pub issue: IssueName,
    /// How each piece would be grouped.
    pub into: Vec<String>,
}

/// What a change would do to the events that are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupingPreview {
    /// How many events were looked at, of how many issues.
    pub events: usize,
    pub issues: usize,
    /// How many of the events would get another key.
    pub regrouped: usize,
    pub merges: Vec<WouldMerge>,
    pub splits: Vec<WouldSplit>,
}

/// What the editor shows: the rules in force, or a draft with what it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupingEditor {
    /// The project's name.
    pub name: String,
    pub rules: GroupingRules,
    pub may_change: bool,
    pub problems: Vec<RuleProblem>,
    pub families: Vec<FamilyChoice>,
    /// The versions there are, newest first.
    pub algorithms: Vec<String>,
    /// Until when issues known by the rules before these continue.
    pub former_until: Option<Timestamp>,
    /// Only with a draft.
    pub preview: Option<GroupingPreview>,
}

/// One hash that leads to an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IssueHash {
    /// 32 hexadecimal digits.
    pub hash: String,
    /// The short id of the merged issue it came with; splitting it off brings that issue back.
    pub merged_from: Option<String>,
    /// Among the events looked at.
    pub events: u64,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub first_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_seen: Timestamp,
    /// `Grouped by exception type and 4 in-app frames.`; for feedback, the words.
    pub summary: String,
    /// The newest event under it; none for feedback.
    pub event_id: Option<String>,
}

/// An issue that looks like this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RelatedIssue {
    #[serde(flatten)]
    pub issue: IssueName,
    pub reason: String,
}

/// What holds an issue together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IssueGrouping {
    /// Most events first, at most 50.
    pub hashes: Vec<IssueHash>,
    /// Whether the counts are of the newest events only.
    pub newest_only: bool,
    /// Issues that were merged into this one.
    pub merged: Vec<IssueName>,
    pub related: Vec<RelatedIssue>,
}

/// A draft as the editor's address holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupingDraft {
    pub rules: String,
    /// Names of the families that stay on, separated by commas.
    pub families: String,
    pub algorithm: String,
}

#[server(prefix = "/fn", endpoint = "load_grouping")]
pub async fn load_grouping(slug: String, draft: Option<GroupingDraft>) -> Result<GroupingEditor, ApiError> {
    crate::backend::answer(async |backend| backend.grouping.editor(slug, draft).await).await
}

/// `split_now` is filled in when issues known by the rules before these are not to continue.
#[server(prefix = "/fn", endpoint = "save_grouping")]
pub async fn save_grouping(
    slug: String,
    #[server(default)] rules: String,
    #[server(default)] families: String,
    #[server(default)] algorithm: String,
    #[server(default)] split_now: String,
) -> Result<(), ApiError> {
    let draft = GroupingDraft { rules, families, algorithm };
    let continues = split_now.is_empty();
    let address = crate::routes::project_section(&slug, "grouping");
    crate::backend::answer(async |backend| backend.grouping.save(slug, draft, continues).await).await?;
    leptos_axum::redirect(&address, false);
    Ok(())
}

#[server(prefix = "/fn", endpoint = "issue_grouping")]
pub async fn load_issue_grouping(short_id: String) -> Result<IssueGrouping, ApiError> {
    crate::backend::answer(async |backend| backend.grouping.of_issue(short_id).await).await
}

/// `issues` are short ids, separated by blanks or commas.
#[server(prefix = "/fn", endpoint = "merge_issues")]
pub async fn merge_issues(short_id: String, #[server(default)] issues: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.grouping.merge(short_id, words(&issues)).await).await
}

/// `hashes` are separated by blanks or commas.
#[server(prefix = "/fn", endpoint = "split_issue")]
pub async fn split_issue(short_id: String, #[server(default)] hashes: String) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.grouping.unmerge(short_id, words(&hashes)).await).await
}

#[cfg(feature = "ssr")]
fn words(list: &str) -> Vec<String> {
    let words = list.split(|char: char| char == ',' || char.is_whitespace());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A rule that would give events like this one a fingerprint of their own, to begin with in the editor.
pub fn rule_for(event: &Event) -> String {
    let quoted = |text: &str| {
        let line = text.lines().next().unwrap_or_default().replace('"', "?");
        if line.contains(char::is_whitespace) { format!("\"{line}\"") } else { line }
    };
    let cause = event.exception.values.first();
    let kind = cause.and_then(|exception| exception.kind.as_deref()).filter(|kind| !kind.is_empty());
    let function = cause
        .and_then(|exception| exception.stacktrace.frames.iter().rev().find(|frame| frame.in_app))
        .and_then(|frame| frame.function.as_deref())
        .filter(|function| !function.is_empty());
    let mut conditions: Vec<String> = kind.map(|kind| format!("type:{}", quoted(kind))).into_iter().collect();
    conditions.extend(function.map(|function| format!("function:{}", quoted(function))));
    if conditions.is_empty() {
        let text = event.message.as_deref().unwrap_or(&event.title);
        conditions.push(format!("message:{}", quoted(text)));
    }
    let name = kind.unwrap_or("message").to_lowercase().replace(|char: char| !char.is_ascii_alphanumeric(), "-");
    format!("{} -> {name}", conditions.join(" "))
}
