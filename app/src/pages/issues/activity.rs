//! What people and Fieldfare did with an issue.

use leptos::prelude::*;

use crate::api::Activity;
use crate::components::TimeAgo;

#[component]
pub(super) fn ActivityList(activity: Vec<Activity>) -> impl IntoView {
    let rows = activity.into_iter().map(|entry| {
        let by = entry.by.unwrap_or_else(|| "Fieldfare".to_owned());
        view! { <li><strong>{by}</strong>" "{entry.what}" "<TimeAgo at=entry.at/></li> }
    });
    let rows = rows.collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="activity-list">
                <h2>"Activity"</h2>
                <ul>{rows}</ul>
            </section>
        }
    })
}
