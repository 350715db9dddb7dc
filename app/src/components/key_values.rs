//! Names with their values.

use leptos::prelude::*;

#[component]
pub(crate) fn KeyValues(rows: Vec<(String, String)>) -> impl IntoView {
    let rows = rows.into_iter().map(|(key, value)| view! { <div><dt>{key}</dt><dd>{value}</dd></div> }).collect_view();
    view! { <dl class="key-values">{rows}</dl> }
}
