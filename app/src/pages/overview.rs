//! The overview.

use leptos::prelude::*;
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    view! { <p>"overview"</p> }
}
