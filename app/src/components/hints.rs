//! What the query language understood, or could not use.

use leptos::prelude::*;

#[component]
pub(crate) fn Hints(hints: Vec<String>) -> impl IntoView {
    (!hints.is_empty()).then(|| {
        let items = hints.into_iter().map(|hint| view! { <li>{hint}</li> }).collect_view();
        view! { <ul class="hints" role="status">{items}</ul> }
    })
}
