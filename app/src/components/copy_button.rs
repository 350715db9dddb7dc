//! Copies a text to the clipboard. Stays hidden where it could do nothing: without a script, and on an insecure page,
//! where browsers offer no clipboard.

use leptos::prelude::*;

#[component]
pub(crate) fn CopyButton(#[prop(into)] text: String) -> impl IntoView {
    let usable = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move || usable.set(window().is_secure_context()));
    let press = move |_| {
        copy(&text);
        copied.set(true);
    };
    view! {
        <button type="button" class="copy-button" hidden=move || !usable.get() on:click=press>
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
    }
}

/// Asks the browser; if it refuses, the text is still there to be selected.
#[cfg(feature = "hydrate")]
fn copy(text: &str) {
    drop(window().navigator().clipboard().write_text(text));
}

#[cfg(not(feature = "hydrate"))]
fn copy(_: &str) {}
