//! The button that sends a form.

use leptos::prelude::*;

/// `name` and `value` are sent with the form when this is the button pressed.
#[component]
pub(crate) fn SubmitButton(
    #[prop(into)] label: String,
    #[prop(optional)] name: Option<&'static str>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(default = "primary")] look: &'static str,
) -> impl IntoView {
    view! { <button type="submit" class=format!("submit-button {look}") name=name value=value>{label}</button> }
}
