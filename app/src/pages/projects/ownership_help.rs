//! The language of ownership rules, in short.

use leptos::prelude::*;

use crate::routes;

const FIELDS: [(&str, &str); 5] = [
    (
        "path:",
        "a file of a frame of your code. * stays within a folder, ** does not; src/cart means the file or the folder, wherever it begins",
    ),
    ("module:", "the module of a frame of your code"),
    ("url:", "the address of the request or the page, whole and without its query"),
    ("release:", "the version"),
    ("tags.NAME:", "a tag; environment, level, logger, transaction and server_name count as tags, too"),
];

#[component]
pub(super) fn OwnershipHelp(teams: Vec<String>) -> impl IntoView {
    let rows = FIELDS.map(|(word, meaning)| {
        view! { <tr><th scope="row"><code>{word}</code></th><td>{meaning}</td></tr> }
    });
    let teams = match teams.is_empty() {
        true => "There are no teams yet.".to_owned(),
        false => format!("Teams: {}.", teams.join(", ")),
    };
    view! {
        <section class="settings-section rule-help" aria-labelledby="help-heading">
            <h2 id="help-heading">"How rules are written"</h2>
            <p>
                "A condition, then one owner or several: "<code>"#team"</code>" or the e-mail address of a member. "
                <code>"*"</code>" stands for anything and "<code>"?"</code>
                " for one character; quotes keep blanks together; upper and lower case are the same. The last rule that \
                 matches decides: write what holds for most first, and exceptions below."
            </p>
            <table class="data-table" aria-labelledby="help-heading"><tbody>{rows.collect_view()}</tbody></table>
            <p>{teams}" "<a href=routes::TEAMS>"All teams"</a></p>
        </section>
    }
    .into_any()
}
