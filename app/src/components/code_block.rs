//! Text to be copied as it stands: snippets, commands, payloads.

use leptos::prelude::*;

use crate::islands::CopyButton;

#[component]
pub(crate) fn CodeBlock(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="code-block">
            <pre tabindex="0"><code>{text}</code></pre>
            <CopyButton/>
        </div>
    }
}
