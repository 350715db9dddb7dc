//! Security reports.

use super::{Component, Content, Kind};
use crate::protocol::event::CspReport;

/// The directive and the origin it blocked: which page it was blocked on is a question of traffic.
pub(super) fn csp(report: &CspReport) -> Content {
    let blocked = report.blocked_uri.as_deref().unwrap_or_default();
    let document = report.document_uri.as_deref().unwrap_or_default();
    let origin = match origin(blocked) {
        origin if !origin.is_empty() && origin == self::origin(document) => "self".to_owned(),
        origin => origin,
    };
    Content {
        components: vec![
            Component::used(Kind::Directive, report.effective_directive.trim().to_ascii_lowercase()),
            Component::normalised(Kind::Origin, origin, blocked),
        ],
        summary: "violated directive and blocked origin".to_owned(),
        ..Content::default()
    }
}

/// Scheme and host; the bare word for `inline`, `eval`, `data`.
fn origin(uri: &str) -> String {
    let uri = uri.trim();
    match uri.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            format!("{scheme}://{host}").to_ascii_lowercase()
        }
        None => uri.split([':', ',']).next().unwrap_or(uri).to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_origin_counts() {
        for (uri, expected) in [
            ("https://CDN.example/a/b.js?x", "https://cdn.example"),
            ("inline", "inline"),
            ("data:image/png;base64,aaaa", "data"),
            ("", ""),
        ] {
            assert_eq!(origin(uri), expected);
        }
        let report = CspReport {
            document_uri: Some("https://shop.example/cart".into()),
            blocked_uri: Some("https://shop.example/x.js".into()),
            effective_directive: "Script-Src".into(),
        };
        let values: Vec<_> = csp(&report).components.into_iter().map(|component| component.value).collect();
        assert_eq!(values, ["script-src", "self"]);
    }
}
