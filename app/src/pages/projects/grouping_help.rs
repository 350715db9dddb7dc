//! The language of grouping rules, in short.

use leptos::prelude::*;

const FIELDS: [(&str, &str); 13] = [
    ("type, value", "of any exception"),
    ("message", "of the event"),
    ("module, function, path, package", "of any frame"),
    ("transaction", "the route or job"),
    ("release, environment", "where it runs"),
    ("level", "debug, info, warning, error, fatal"),
    ("logger, sdk", "who reported it"),
    ("tags.NAME", "a tag"),
    ("-> one, two", "the fingerprint; events with the same parts are one issue"),
    ("{{ default }}", "in a fingerprint: what it would be without the rule"),
    ("{{ type }} {{ transaction }} {{ tags.NAME }}", "in a fingerprint: the event's own"),
    ("-> @in-app, -> @not-in-app", "whether frames count as your code; by module, function, path, package"),
    ("family:NAME -> @off", "the same as clearing its box"),
];

const EXAMPLES: &str = "# one issue, whatever the query was\ntype:DatabaseError value:\"*timed out*\" -> database-timeout\n# one issue per tenant\ntags.tenant:* -> {{ default }}, {{ tags.tenant }}\n# generated code is not yours\npath:*/generated/* -> @not-in-app";

#[component]
pub(super) fn RuleHelp() -> impl IntoView {
    let rows = FIELDS.map(|(word, meaning)| {
        view! { <tr><th scope="row"><code>{word}</code></th><td>{meaning}</td></tr> }
    });
    view! {
        <section class="settings-section rule-help" aria-labelledby="help-heading">
            <h2 id="help-heading">"How rules are written"</h2>
            <p>
                "Conditions, an arrow, a fingerprint. All conditions of a line must hold; "<code>"!"</code>
                " before one turns it round; "<code>"*"</code>" stands for anything and "<code>"?"</code>
                " for one character; quotes keep blanks together; upper and lower case are the same."
            </p>
            <pre tabindex="0"><code>{EXAMPLES}</code></pre>
            <table class="data-table" aria-labelledby="help-heading"><tbody>{rows.collect_view()}</tbody></table>
        </section>
    }
}
