//! What a view may be. Values in, values out.

use fieldfare_app::api::{IssueFilter, query_value};

use crate::error::{Error, Result};
use crate::search::query::{self, MAX_QUERY_BYTES, Node, Query};

/// Longest name, characters; what fits a tab.
const NAME_MAX: usize = 40;
/// Most views of one member, and of everybody; more tabs than these nobody reads.
pub(super) const VIEWS_MAX: usize = 50;
/// What a view without a query shows, as the inbox does.
const UNRESOLVED: &str = "is:unresolved";

/// A name without space around it.
pub(super) fn name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must be 1 to {NAME_MAX} characters on one line")));
    }
    Ok(name.to_owned())
}

/// Whether two names would be taken for one.
pub(super) fn is_same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A query as it is stored: as it was written, or with what the inbox was narrowed to besides.
pub(super) fn query(filter: &IssueFilter) -> Result<String> {
    let written = filter.query.as_deref().unwrap_or_default().trim();
    let written = if written.is_empty() { UNRESOLVED } else { written };
    let fields = [("project", &filter.project), ("release", &filter.release), ("environment", &filter.environment)];
    let fields = fields.map(|(key, value)| Some((key, value.as_deref().map(str::trim).filter(|it| !it.is_empty())?)));
    let fields: Vec<(&str, &str)> = fields.into_iter().flatten().collect();
    let whole = if fields.is_empty() { written.to_owned() } else { narrowed(written, &fields) };
    if whole.len() > MAX_QUERY_BYTES {
        return Err(Error::invalid("query", format!("must be at most {MAX_QUERY_BYTES} bytes")));
    }
    Ok(whole)
}

fn narrowed(written: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(key, value)| query::parse(&format!("{key}:{}", query_value(value))).tree);
    let tree = Node::all(std::iter::once(query::parse(written).tree).chain(fields)).unwrap_or_default();
    Query { tree, hints: Vec::new() }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_takes_in_what_the_inbox_was_narrowed_to() {
        let filter = |query: &str, project: &str, release: &str| IssueFilter {
            query: Some(query.to_owned()),
            project: Some(project.to_owned()),
            release: Some(release.to_owned()),
            ..IssueFilter::default()
        };
        for (given, expected) in [
            (filter(" a  OR b ", "", " "), "a  OR b"),
            (filter("a OR b", "shop", ""), "(a OR b) project:shop"),
            (filter("", "shop", "shop@2.0 \"beta\""), "is:unresolved project:shop release:\"shop@2.0 \\\"beta\\\"\""),
            (IssueFilter::default(), "is:unresolved"),
        ] {
            assert_eq!(query(&given).unwrap(), expected);
        }
        assert!(query(&filter(&"a".repeat(MAX_QUERY_BYTES + 1), "", "")).is_err());
    }

    #[test]
    fn names_are_short_and_on_one_line() {
        assert_eq!(name(" Mine ").unwrap(), "Mine");
        for wrong in ["", "  ", "a\nb", &"x".repeat(NAME_MAX + 1)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
        assert!(is_same_name("Mine", "mINE"));
    }
}
