//! What a list says when there is nothing in it: why, and what to do next.

use leptos::prelude::*;

#[component]
pub(crate) fn EmptyState(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty-state">
            <h2>{title}</h2>
            {children()}
        </div>
    }
}
