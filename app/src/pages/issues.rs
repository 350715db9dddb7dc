//! The inbox and the page of one issue.

use leptos::prelude::*;
#[component]
pub(crate) fn InboxPage() -> impl IntoView {
    view! { <p>"inbox"</p> }
}
#[component]
pub(crate) fn IssuePage() -> impl IntoView {
    view! { <p>"issue"</p> }
}
