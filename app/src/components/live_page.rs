//! Lets a page hear of what changes while it is open.

use leptos::prelude::*;

use crate::backend::Visit;
use crate::islands::Live;

/// Goes where the bar that says "3 new" belongs; see [`Live`] for what the page marks.
#[component]
pub(crate) fn LivePage(#[prop(optional, into)] project: Option<String>) -> impl IntoView {
    let after = use_context::<Visit>().map_or(0, |visit| visit.changes);
    view! { <Live project after/> }
}
