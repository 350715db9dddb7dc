//! How a query was read, and what of it could not be used.

use leptos::prelude::*;

use super::Hints;

/// `words` are empty where nothing was asked for.
#[component]
pub(crate) fn Understood(#[prop(into)] words: String, hints: Vec<String>) -> impl IntoView {
    let read = (!words.is_empty()).then(|| view! { <p class="understood">"Read as: "<em>{words}</em></p> });
    view! {
        {read}
        <Hints hints/>
    }
}
