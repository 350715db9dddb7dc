//! The way between the pages of a project's settings.

use leptos::prelude::*;

use crate::routes;

/// Path section and name of each page, in the order of how often they are needed.
const TABS: [(&str, &str); 8] = [
    ("", "General"),
    ("stats", "Stats"),
    ("privacy", "Privacy & filters"),
    ("grouping", "Grouping"),
    ("ownership", "Ownership"),
    ("limits", "Limits"),
    ("source-maps", "Source maps"),
    ("monitors", "Monitors"),
];

/// `current` is the section of the page it stands on.
#[component]
pub(super) fn ProjectTabs(slug: String, current: &'static str) -> impl IntoView {
    let links = TABS.map(|(section, name)| {
        let here = (section == current).then_some("page");
        view! { <li><a href=routes::project_section(&slug, section) aria-current=here>{name}</a></li> }
    });
    view! { <nav class="project-tabs" aria-label="Project settings"><ul>{links.collect_view()}</ul></nav> }.into_any()
}
