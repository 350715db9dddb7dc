//! What the query language can say: its signs and its keys, with examples that can be followed.

use leptos::prelude::*;

use crate::api::{QUERY_KEYS, QueryKey};
use crate::routes;

/// What is not a key: an example, and what it finds.
const SIGNS: [(&str, &str); 6] = [
    ("checkout hangs", "both words, in any form, anywhere"),
    ("\"payment declined\"", "exactly these words in this order"),
    ("-level:info", "a minus says what must not be"),
    ("level:fatal OR users:>10", "one or the other; parentheses group"),
    ("release:[2.4.0,2.4.1]", "any of a list"),
    ("user.email:*@acme.com", "* stands for anything"),
];

/// `path` is where the examples lead to.
#[component]
pub(crate) fn QueryHelp(path: &'static str) -> impl IntoView {
    let signs = SIGNS.map(|(query, words)| view! { <div><dt>{example(path, query)}</dt><dd>{words}</dd></div> });
    let keys = QUERY_KEYS.map(|key| row(path, key));
    view! {
        <section class="query-help">
            <h2>"Words and keys"</h2>
            <p>
                "Write words as they come. Narrow them with "<code>"key:value"</code>"; any tag can be a key. \
                 What cannot be understood is said beside the results and never an error."
            </p>
            <dl>{signs.collect_view()}</dl>
            <h3>"Keys"</h3>
            <dl>{keys.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn row(path: &'static str, key: QueryKey) -> AnyView {
    let examples = key.examples.iter().map(|query| view! { <li>{example(path, query)}</li> }).collect_view();
    view! {
        <div>
            <dt><code>{key.name}</code>" "<span class="meaning">{key.meaning}</span></dt>
            <dd><ul>{examples}</ul></dd>
        </div>
    }
    .into_any()
}

fn example(path: &str, query: &'static str) -> AnyView {
    let to = routes::with_query(path, &[("query", Some(query))]);
    view! { <a href=to><code>{query}</code></a> }.into_any()
}
