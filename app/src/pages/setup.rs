//! The first visit.

use leptos::prelude::*;
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    view! { <p>"setup"</p> }
}
