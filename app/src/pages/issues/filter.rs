//! The inbox's state as it stands in the address.

use leptos_router::params::ParamsMap;

use crate::api::{IssueFilter, IssueSort};
use crate::routes;

/// What the inbox shows when nothing is asked for.
pub(super) const DEFAULT_QUERY: &str = "is:unresolved";

/// Reads a filter from an address; an empty field is one that was not filled in. Without a query it is for the viewer to
/// say what the inbox opens with; an emptied one asks for the unresolved ones.
pub(super) fn parse(query: &ParamsMap) -> IssueFilter {
    let field = |name| query.get(name).filter(|value| !value.trim().is_empty());
    IssueFilter {
        query: query.get("query").map(|query| if query.trim().is_empty() { DEFAULT_QUERY.to_owned() } else { query }),
        project: field("project"),
        release: field("release"),
        environment: field("environment"),
        sort: field("sort").and_then(|sort| sort.parse::<IssueSort>().ok()),
        cursor: field("cursor"),
    }
}

/// The address of the list, from its first page on.
pub(super) fn address(filter: &IssueFilter) -> String {
    let fields = [
        ("query", filter.query.as_deref()),
        ("project", filter.project.as_deref()),
        ("release", filter.release.as_deref()),
        ("environment", filter.environment.as_deref()),
        ("sort", filter.sort.map(IssueSort::as_str)),
    ];
    let pairs: Vec<String> = fields
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={}", routes::encode(value))))
        .collect();
    format!("{}?{}", routes::ISSUES, pairs.join("&"))
}

/// The same list with `word` (`is:resolved`) instead of whatever the query says under its key. A word without a value
/// (`kind:`) only takes away. What has alternatives is kept whole.
pub(super) fn with_word(filter: &IssueFilter, word: &str) -> IssueFilter {
    let key = word.split_inclusive(':').next().unwrap_or(word);
    let query = filter.query.as_deref().unwrap_or_default();
    if query.split_whitespace().any(|part| part == "OR" || part.contains(['(', '['])) && !query.contains('"') {
        let query = if word == key { query.to_owned() } else { format!("{word} ({query})") };
        return IssueFilter { query: Some(query), cursor: None, ..filter.clone() };
    }
    let kept = query.split_whitespace().filter(|part| !part.starts_with(key));
    let added = (word != key).then_some(word);
    let query = added.into_iter().chain(kept).collect::<Vec<_>>().join(" ");
    IssueFilter { query: Some(query), cursor: None, ..filter.clone() }
}

/// Whether the query has exactly this word; `kind:` asks whether it has none of that key.
pub(super) fn has_word(filter: &IssueFilter, word: &str) -> bool {
    let mut parts = filter.query.as_deref().unwrap_or_default().split_whitespace();
    if word.ends_with(':') { !parts.any(|part| part.starts_with(word)) } else { parts.any(|part| part == word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(query: &str) -> IssueFilter {
        IssueFilter { query: Some(query.to_owned()), ..IssueFilter::default() }
    }

    #[test]
    fn a_tab_replaces_its_key_and_keeps_the_rest() {
        for (query, word, expected) in [
            ("is:unresolved", "is:resolved", "is:resolved"),
            ("is:unresolved \"pay  now\" kind:error", "is:archived", "is:archived \"pay now\" kind:error"),
            ("is:unresolved kind:error", "kind:", "is:unresolved"),
            ("", "kind:feedback", "kind:feedback"),
            ("is:new OR users:>5", "is:resolved", "is:resolved (is:new OR users:>5)"),
            ("is:unresolved (a OR b)", "kind:", "is:unresolved (a OR b)"),
        ] {
            assert_eq!(with_word(&asking(query), word).query.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_tab_is_current_when_its_word_is_there() {
        assert!(has_word(&asking("is:unresolved kind:error"), "kind:error"));
        assert!(!has_word(&asking("is:unresolved kind:error"), "kind:"));
        assert!(has_word(&asking("is:unresolved"), "kind:"));
    }

    #[test]
    fn an_address_reads_back_as_the_same_filter() {
        let filter = IssueFilter { sort: Some(IssueSort::Users), project: Some("shop".into()), ..asking("a b&c") };
        assert_eq!(address(&filter), "/issues?query=a%20b%26c&project=shop&sort=users");
    }
}
