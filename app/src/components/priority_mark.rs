//! How soon somebody should look at an issue.

use leptos::prelude::*;

use crate::api::Priority;

/// `reason` says why, where a pointer rests on it.
#[component]
pub(crate) fn PriorityMark(priority: Priority, #[prop(optional, into)] reason: Option<String>) -> impl IntoView {
    let sign = match priority {
        Priority::High => "▲",
        Priority::Medium => "◆",
        Priority::Low => "▼",
    };
    view! {
        <span class=format!("priority-mark is-{priority}") title=reason>
            <span aria-hidden="true">{sign}</span>{priority_name(priority)}<span class="visually-hidden">" priority"</span>
        </span>
    }
}

/// As a person reads it.
pub(crate) fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "Low",
        Priority::Medium => "Medium",
        Priority::High => "High",
    }
}
