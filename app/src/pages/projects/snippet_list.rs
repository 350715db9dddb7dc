//! The snippets as blocks to be copied; the one for the project's own platform is open.

use leptos::prelude::*;

use super::snippets::{Snippet, curl, script_tag, sdk_snippets};
use crate::api::Project;
use crate::components::CodeBlock;

#[component]
pub(super) fn SnippetList(project: Project, dsn: String, public_url: String) -> impl IntoView {
    let slug = &project.slug;
    // Known languages lead with their SDK; a browser is served best by the script tag.
    let own = !matches!(project.platform.as_str(), "javascript" | "other" | "");
    let sdks = sdk_snippets(&project.platform, &dsn, slug);
    let sdks = sdks.into_iter().enumerate().map(|(at, snippet)| block(snippet, own && at == 0)).collect_view();
    view! {
        <section class="snippet-list" aria-labelledby="snippets-heading">
            <h2 id="snippets-heading">"How to report to it"</h2>
            <h3>"In a web page"</h3>
            <p>
                "A feedback button, errors that nobody caught, and one session per visit. Put the release you ship \
                 in place of 1.0.0."
            </p>
            <CodeBlock text=script_tag(&public_url, &dsn, slug)/>
            <h3>"In a program"</h3>
            <p>"Sentry’s SDKs speak to Fieldfare; only the DSN differs."</p>
            {sdks}
            {block(Snippet {
                name: "No program at hand",
                how: "Makes a first event from the command line.",
                code: curl(&public_url, &dsn, project.id, slug),
            }, false)}
        </section>
    }
    .into_any()
}

fn block(snippet: Snippet, open: bool) -> AnyView {
    view! {
        <details class="sdk-snippet" open=open>
            <summary>{snippet.name}</summary>
            <p>{snippet.how}</p>
            <CodeBlock text=snippet.code/>
        </details>
    }
    .into_any()
}
