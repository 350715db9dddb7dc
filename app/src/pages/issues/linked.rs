//! Lines of activity with links where they name something: an issue of the same project, an incident, a release.

use leptos::prelude::*;

use crate::routes;

/// A part of a line, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    text: String,
    path: Option<String>,
}

/// What stands before the number of an incident.
const INCIDENT: &str = "incident #";

/// The line with its links. `project` is a slug.
pub(super) fn linked(line: &str, project: &str, release: Option<&str>) -> AnyView {
    let parts = match release {
        Some(version) => around(line, version, routes::release(project, version)),
        None => parts(line, &format!("{}-", project.to_uppercase())),
    };
    let parts = parts.into_iter().map(|part| match part.path {
        Some(path) => view! { <a href=path>{part.text}</a> }.into_any(),
        None => part.text.into_any(),
    });
    parts.collect_view().into_any()
}

/// A line with one thing in it that leads somewhere.
fn around(line: &str, name: &str, path: String) -> Vec<Part> {
    match line.split_once(name) {
        Some((before, after)) => vec![plain(before), Part { text: name.to_owned(), path: Some(path) }, plain(after)],
        None => vec![plain(line)],
    }
}

/// A line with every short id that begins with `prefix`, and every incident, as a link.
fn parts(line: &str, prefix: &str) -> Vec<Part> {
    let (mut parts, mut rest) = (Vec::new(), line);
    while let Some((at, length, path)) = first_name(rest, prefix) {
        parts.push(plain(&rest[..at]));
        parts.push(Part { text: rest[at..at + length].to_owned(), path: Some(path) });
        rest = &rest[at + length..];
    }
    parts.push(plain(rest));
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn plain(text: &str) -> Part {
    Part { text: text.to_owned(), path: None }
}

/// Where the first name stands, how long it is, and where it leads.
fn first_name(text: &str, prefix: &str) -> Option<(usize, usize, String)> {
    let issue = named(text, prefix).map(|(at, name)| (at, name.len(), routes::issue(name)));
    let number = |name: &str| name.trim_start_matches(INCIDENT).parse().ok();
    let incident = named(text, INCIDENT).and_then(|(at, name)| Some((at, name.len(), routes::incident(number(name)?))));
    match (issue, incident) {
        (Some(issue), Some(incident)) => Some(if issue.0 < incident.0 { issue } else { incident }),
        (issue, incident) => issue.or(incident),
    }
}

/// The first place where `prefix` stands before a number and after no other letter.
fn named<'a>(text: &'a str, prefix: &str) -> Option<(usize, &'a str)> {
    text.match_indices(prefix).find_map(|(at, _)| {
        let digits = text[at + prefix.len()..].bytes().take_while(u8::is_ascii_digit).count();
        let begins = text[..at].chars().next_back().is_none_or(|char| !char.is_alphanumeric() && char != '-');
        (begins && digits > 0).then(|| (at, &text[at..at + prefix.len() + digits]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(parts: Vec<Part>) -> String {
        let mark = |part: Part| part.path.map_or(part.text.clone(), |path| format!("[{}]({path})", part.text));
        parts.into_iter().map(mark).collect()
    }

    #[test]
    fn what_a_line_names_becomes_a_link() {
        for (line, expected) in [
            ("merged SHOP-2 into this", "merged [SHOP-2](/issues/SHOP-2) into this"),
            ("linked this to incident #12", "linked this to [incident #12](/incidents/12)"),
            ("SHOP-1, SHOP-22", "[SHOP-1](/issues/SHOP-1), [SHOP-22](/issues/SHOP-22)"),
            (
                "split SHOP-3 off, see incident #1",
                "split [SHOP-3](/issues/SHOP-3) off, see [incident #1](/incidents/1)",
            ),
            ("WEB-SHOP-2 and SHOP- and XSHOP-1", "WEB-SHOP-2 and SHOP- and XSHOP-1"),
            ("resolved this", "resolved this"),
            ("incident #", "incident #"),
            ("incident #99999999999999999999", "incident #99999999999999999999"),
            ("", ""),
        ] {
            assert_eq!(marked(parts(line, "SHOP-")), expected);
        }
        let path = routes::release("shop", "2.4.0");
        assert_eq!(marked(around("First seen in 2.4.0", "2.4.0", path)), "First seen in [2.4.0](/releases/shop/2.4.0)");
    }
}
