//! Since when an issue is in its state, and how far it is from leaving it.

use leptos::prelude::*;

use crate::api::IssueState;
use crate::components::{TimeAgo, grouped};

#[component]
pub(super) fn StateNote(state: IssueState) -> impl IntoView {
    let progress = state.awaited.zip(state.arrived).map(|(awaited, arrived)| {
        let (awaited, arrived) = (grouped(awaited), grouped(arrived));
        view! { <span class="progress">{arrived}" of "{awaited}" so far"</span> }
    });
    view! {
        <span class="since">"since "<TimeAgo at=state.since/></span>
        {progress}
    }
}
