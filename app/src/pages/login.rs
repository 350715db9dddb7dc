//! Signing in.

use leptos::prelude::*;
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    view! { <p>"login"</p> }
}
