//! Copies a text to the clipboard. Stays hidden until a script runs, since it can do nothing without one.

use leptos::prelude::*;

#[component]
pub(crate) fn CopyButton(#[prop(into)] text: String) -> impl IntoView {
    let usable = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move || usable.set(true));
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
