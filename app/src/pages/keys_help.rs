//! The list of keys, which `?` opens.

use leptos::prelude::*;

use crate::islands::KeysSwitch;

/// What each key does, in groups.
const KEYS: [(&str, &[(&str, &str)]); 3] = [
    (
        "Anywhere",
        &[
            ("Ctrl K", "Go to or do anything (⌘ K on a Mac)"),
            ("/", "Search"),
            ("g o", "Overview"),
            ("g i", "Issues"),
            ("g f", "Feedback"),
            ("g r", "Releases"),
            ("g n", "Incidents"),
            ("?", "This list"),
        ],
    ),
    ("In a list", &[("j", "Next"), ("k", "Previous"), ("Enter", "Open"), ("x", "Select")]),
    (
        "Issues, one or those selected",
        &[("e", "Resolve"), ("a", "Assign"), ("m", "Merge"), ("s", "Archive for a while")],
    ),
];

#[component]
pub(super) fn KeysHelp() -> impl IntoView {
    let groups = KEYS.map(|(title, keys)| {
        let rows = keys.iter().map(|(key, what)| {
            view! { <div><dt>{key.split(' ').map(|key| view! { <kbd>{key}</kbd>" " }).collect_view()}</dt><dd>{*what}</dd></div> }
        });
        view! { <section><h3>{title}</h3><dl>{rows.collect_view()}</dl></section> }
    });
    view! {
        <button type="button" popovertarget="keys-help" data-keys="?" class="visually-hidden scripted" tabindex="-1">"Keyboard"</button>
        <div id="keys-help" class="keys-help" popover="auto" role="dialog" aria-label="Keyboard">
            <h2>"Keyboard"</h2>
            <div class="groups">{groups.collect_view()}</div>
            <KeysSwitch/>
        </div>
    }
}
