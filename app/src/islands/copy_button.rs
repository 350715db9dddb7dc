//! Copies the text beside it to the clipboard. Stays hidden where it could do nothing: without a script, and on an
//! insecure page, where browsers offer no clipboard.

use leptos::html::Button;
use leptos::prelude::*;

/// Belongs into a `.code-block`, whose `<pre>` it copies.
#[island]
pub fn CopyButton() -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let usable = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move || usable.set(window().is_secure_context()));
    let press = move |_| copied.set(button.get_untracked().is_some_and(|button| copy_beside(&button)));
    view! {
        <button type="button" class="copy-button" node_ref=button hidden=move || !usable.get() on:click=press>
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
    }
}

/// Asks the browser; if it refuses, the text is still there to be selected.
#[cfg(feature = "hydrate")]
fn copy_beside(button: &leptos::web_sys::HtmlButtonElement) -> bool {
    let block = button.closest(".code-block").ok().flatten();
    let text = block.and_then(|block| block.query_selector("pre").ok().flatten()).and_then(|pre| pre.text_content());
    if let Some(text) = &text {
        drop(window().navigator().clipboard().write_text(text));
    }
    text.is_some()
}

#[cfg(not(feature = "hydrate"))]
fn copy_beside(_: &leptos::web_sys::HtmlButtonElement) -> bool {
    false
}
