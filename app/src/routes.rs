//! Every path of the application, once.

use crate::api::{IssueSort, View, query_value};

/// The overview.
pub const OVERVIEW: &str = "/";
pub const ISSUES: &str = "/issues";
pub const FEEDBACK: &str = "/feedback";
pub const RELEASES: &str = "/releases";
pub const INCIDENTS: &str = "/incidents";
pub const DECLARE_INCIDENT: &str = "/incidents/new";
pub const SEARCH: &str = "/search";
pub const SETTINGS: &str = "/settings";
pub const TEAMS: &str = "/settings/teams";
pub const NEW_PROJECT: &str = "/projects/new";
pub const UNSUBSCRIBE: &str = "/unsubscribe";
pub const LOGIN: &str = "/login";
pub const LOGOUT: &str = "/logout";
pub const SETUP: &str = "/setup";
/// Server-sent events that say that something changed.
pub const LIVE: &str = "/live";

pub fn issue(short_id: &str) -> String {
    format!("/issues/{short_id}")
}

/// `event` is an event id, `latest` or `oldest`.
pub fn issue_event(short_id: &str, event: &str) -> String {
    format!("/issues/{short_id}?event={event}")
}

/// Where an issue's timeline begins.
pub fn timeline(short_id: &str) -> String {
    format!("/issues/{short_id}#timeline")
}

pub fn comment(short_id: &str, id: i64) -> String {
    format!("/issues/{short_id}#comment-{id}")
}

/// Where a mail of a kind, or about an issue, is ended; asks nobody to sign in.
pub fn unsubscribe(token: &str) -> String {
    format!("{UNSUBSCRIBE}/{token}")
}

pub fn feedback(id: i64) -> String {
    format!("/feedback/{id}")
}

pub fn release(project: &str, version: &str) -> String {
    format!("/releases/{project}/{}", encode(version))
}

pub fn incident(number: i64) -> String {
    format!("/incidents/{number}")
}

pub fn project_settings(slug: &str) -> String {
    format!("/projects/{slug}/settings")
}

/// One of the further pages of a project's settings; the first, general one has no section.
pub fn project_section(slug: &str, section: &str) -> String {
    let separator = if section.is_empty() { "" } else { "/" };
    format!("/projects/{slug}/settings{separator}{section}")
}

/// Where a new project's snippets are and where it waits for its first event.
pub fn project_start(slug: &str) -> String {
    format!("/projects/{slug}/start")
}

pub fn event_json(event_id: &str) -> String {
    format!("/api/v1/events/{event_id}")
}

/// The inbox with a query.
pub fn issues_matching(query: &str) -> String {
    format!("/issues?query={}", encode(query))
}

/// The inbox of one project with a query.
pub fn issues_of(project: &str, query: &str) -> String {
    with_query(ISSUES, &[("query", Some(query)), ("project", Some(project))])
}

/// The feedback of one project with a query.
pub fn feedback_of(project: &str, query: &str) -> String {
    with_query(FEEDBACK, &[("query", Some(query)), ("project", Some(project))])
}

/// Everything that matches a query.
pub fn search(query: &str) -> String {
    with_query(SEARCH, &[("query", Some(query))])
}

/// A query for exactly one version, under one of the keys that take releases.
pub fn in_version(key: &str, version: &str) -> String {
    format!("{key}:{}", query_value(&format!("={version}")))
}

/// The inbox as a view shows it.
pub fn issues_in_view(view: &View) -> String {
    let sort = (view.sort != IssueSort::LastSeen).then(|| view.sort.as_str());
    with_query(ISSUES, &[("query", Some(&view.query)), ("sort", sort)])
}

/// A path with those of the pairs that have a value.
pub fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let query = pairs
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", encode(value.filter(|value| !value.is_empty())?))))
        .collect::<Vec<_>>()
        .join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Percent-encodes everything that is not unreserved in RFC 3986, for one path segment or query value.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_query_holds_only_what_has_a_value() {
        let pairs = [("query", Some("a b&c")), ("project", None), ("release", Some("")), ("sort", Some("users"))];
        assert_eq!(super::with_query("/issues", &pairs), "/issues?query=a%20b%26c&sort=users");
        assert_eq!(super::with_query("/issues", &[]), "/issues");
    }

    #[test]
    fn a_version_is_asked_for_exactly() {
        for (version, query) in [("2.4.0", "release:=2.4.0"), ("a \"b\" (c)", "release:\"=a \\\"b\\\" (c)\"")] {
            assert_eq!(super::in_version("release", version), query);
        }
    }

    #[test]
    fn versions_survive_in_a_path() {
        assert_eq!(super::release("shop", "shop@2.4.0+b1/x"), "/releases/shop/shop%402.4.0%2Bb1%2Fx");
    }
}
