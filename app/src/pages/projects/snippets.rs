//! What a person pastes into their own program, per platform. Text only: placeholders are marked by capitals.

use crate::pages::setup::PLATFORMS;

/// One way to report to a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) name: &'static str,
    /// What to do with the code, in one sentence.
    pub(super) how: &'static str,
    pub(super) code: String,
}

/// The choices for a project's platform; one it has already stays possible.
pub(super) fn platforms(current: &str) -> Vec<(String, String)> {
    let known = PLATFORMS.iter().any(|(platform, _)| *platform == current) || current.is_empty();
    let own = (!known).then_some((current, current));
    let choices = PLATFORMS.iter().copied().chain(own);
    choices.map(|(platform, name)| (platform.to_owned(), name.to_owned())).collect()
}

/// The embeddable script: feedback button, errors and sessions in one tag.
pub(super) fn script_tag(public_url: &str, dsn: &str, slug: &str) -> String {
    format!(
        "<script src=\"{public_url}/fieldfare.js\"\n        data-dsn=\"{dsn}\"\n        data-release=\"{slug}@1.0.0\"\n        \
         data-environment=\"production\" defer></script>"
    )
}

/// Snippets for Sentry's SDKs, the one for `platform` first.
pub(super) fn sdk_snippets(platform: &str, dsn: &str, slug: &str) -> Vec<Snippet> {
    let mut snippets = vec![
        ("python", python(dsn, slug)),
        ("node", node(dsn, slug)),
        ("javascript", browser(dsn, slug)),
        ("rust", rust(dsn)),
    ];
    let own = |name: &str| name == platform || (name == "node" && platform.starts_with("node"));
    snippets.sort_by_key(|(name, _)| !own(name));
    snippets.into_iter().map(|(_, snippet)| snippet).collect()
}

/// A request that makes the first event without any program at hand.
pub(super) fn curl(public_url: &str, dsn: &str, project_id: i64, slug: &str) -> String {
    format!(
        "curl '{public_url}/api/{project_id}/store/?sentry_version=7&sentry_key={}' \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         -d '{{\"message\": \"Hello from curl\", \"release\": \"{slug}@1.0.0\", \"environment\": \"production\"}}'",
        public_key(dsn)
    )
}

fn python(dsn: &str, slug: &str) -> Snippet {
    let code = format!(
        "import sentry_sdk\n\nsentry_sdk.init(\n    dsn=\"{dsn}\",\n    release=\"{slug}@1.0.0\",\n    \
         environment=\"production\",\n)"
    );
    Snippet { name: "Python", how: "Run pip install sentry-sdk, then put this where the program starts.", code }
}

fn node(dsn: &str, slug: &str) -> Snippet {
    Snippet {
        name: "Node.js",
        how: "Run npm install @sentry/node, save this as instrument.mjs, and start with node --import ./instrument.mjs.",
        code: javascript("@sentry/node", dsn, slug),
    }
}

fn browser(dsn: &str, slug: &str) -> Snippet {
    Snippet {
        name: "Browser",
        how: "Run npm install @sentry/browser, then put this before the rest of your code.",
        code: javascript("@sentry/browser", dsn, slug),
    }
}

fn javascript(package: &str, dsn: &str, slug: &str) -> String {
    format!(
        "import * as Sentry from \"{package}\";\n\nSentry.init({{\n  dsn: \"{dsn}\",\n  release: \"{slug}@1.0.0\",\n  \
         environment: \"production\",\n}});"
    )
}

fn rust(dsn: &str) -> Snippet {
    let code = format!(
        "let _guard = sentry::init((\n    \"{dsn}\",\n    sentry::ClientOptions {{\n        release: \
         sentry::release_name!(),\n        environment: Some(\"production\".into()),\n        \
         ..Default::default()\n    }},\n));"
    );
    Snippet { name: "Rust", how: "Run cargo add sentry, then put this first in main and keep the guard alive.", code }
}

/// The user part of a DSN; empty when there is none.
fn public_key(dsn: &str) -> &str {
    let rest = dsn.split_once("://").map_or(dsn, |(_, rest)| rest);
    rest.split_once('@').map_or("", |(key, _)| key.split(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DSN: &str = "https://0123abcd@ff.example.org/7";

    #[test]
    fn the_script_tag_carries_address_and_key() {
        assert_eq!(
            script_tag("https://ff.example.org", DSN, "shop"),
            "<script src=\"https://ff.example.org/fieldfare.js\"\n        \
             data-dsn=\"https://0123abcd@ff.example.org/7\"\n        \
             data-release=\"shop@1.0.0\"\n        data-environment=\"production\" defer></script>"
        );
    }

    #[test]
    fn the_projects_own_platform_comes_first() {
        let names = |platform| sdk_snippets(platform, DSN, "shop").iter().map(|s| s.name).collect::<Vec<_>>();
        for (platform, expected) in [
            ("python", ["Python", "Node.js", "Browser", "Rust"]),
            ("node", ["Node.js", "Python", "Browser", "Rust"]),
            ("node-express", ["Node.js", "Python", "Browser", "Rust"]),
            ("javascript", ["Browser", "Python", "Node.js", "Rust"]),
            ("rust", ["Rust", "Python", "Node.js", "Browser"]),
            ("cobol", ["Python", "Node.js", "Browser", "Rust"]),
        ] {
            assert_eq!(names(platform), expected, "{platform}");
        }
    }

    #[test]
    fn an_unknown_platform_of_a_project_can_be_kept() {
        assert_eq!(platforms("rust").len(), PLATFORMS.len());
        assert_eq!(platforms("cobol").last().map(|(platform, _)| platform.clone()), Some("cobol".to_owned()));
    }

    #[test]
    fn every_snippet_names_the_dsn() {
        assert!(sdk_snippets("other", DSN, "shop").iter().all(|snippet| snippet.code.contains(DSN)));
    }

    #[test]
    fn curl_needs_the_public_key_only() {
        let expected = "curl 'https://ff.example.org/api/7/store/?sentry_version=7&sentry_key=0123abcd' \\\n  \
                        -H 'Content-Type: application/json' \\\n  \
                        -d '{\"message\": \"Hello from curl\", \"release\": \"shop@1.0.0\", \"environment\": \"production\"}'";
        assert_eq!(curl("https://ff.example.org", DSN, 7, "shop"), expected);
        for (dsn, key) in [(DSN, "0123abcd"), ("https://k:secret@host/1", "k"), ("nonsense", "")] {
            assert_eq!(public_key(dsn), key);
        }
    }
}
