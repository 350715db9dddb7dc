//! What the query language can say, by examples that can be followed.

use leptos::prelude::*;

use crate::routes;

/// A query and what it finds.
const EXAMPLES: &[(&str, &str)] = &[
    ("checkout hangs", "both words, in any form, anywhere"),
    ("\"payment declined\"", "exactly these words in this order"),
    ("kind:feedback login", "only what people wrote; kind:error is what programs reported"),
    ("is:unresolved level:fatal", "by state and by level; is: also takes resolved, archived, new, regressed"),
    ("release:2.4.0", "seen in this release; release:>=2.4.0 works too"),
    ("environment:production", "seen in this environment"),
    ("user.email:*@acme.com", "by who was hit; * stands for anything"),
    ("has:user -level:info", "has: says what must be there; a minus says what must not be"),
    ("assigned:me", "assigned to you; an e-mail address works too"),
];

/// The whole help, for a search page without a query.
#[component]
pub(super) fn Help() -> impl IntoView {
    let rows = EXAMPLES.iter().map(|(query, words)| example(query, words)).collect_view();
    view! {
        <section class="search-help">
            <h2>"Words and keys"</h2>
            <p>
                "Write words as they come. Narrow them with "<code>"key:value"</code>"; any tag can be a key. \
                 What cannot be understood is said above the results and never an error."
            </p>
            <dl>{rows}</dl>
        </section>
    }
    .into_any()
}

fn example(query: &'static str, words: &'static str) -> AnyView {
    let path = routes::with_query(routes::SEARCH, &[("query", Some(query))]);
    view! { <div><dt><a href=path><code>{query}</code></a></dt><dd>{words}</dd></div> }.into_any()
}
